/** A Zircon system that starts another kernel in its place: an arm64 Image, or a kernel in a boot image. */
import { describe, expect, it } from 'vitest';
import {
  bootZircon,
  builtInBootImage,
  loadSnapshot,
  Recorder,
  saveSnapshot,
  Session,
  writeZbi,
  zbiType,
  type Machine,
  type ZbiInput,
} from '../src/index.js';
import { commandLinePayload, findNode, readFdt } from '../src/images/index.js';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { program } from './programs/program.js';
import { programs } from './programs/zircon/index.js';

const image = builtInBootImage(new Map([['bin/mexec', decodeBase64(programs.mexec)]]));
const UART = 0x0900_0000;
const MiB = 2 ** 20;

/** Says that it is there, keeps X0 and its level, and switches off. */
const code = (at: number): Uint8Array =>
  program(
    `
    mov x19, x0
    mrs x20, currentel
    mrs x21, sctlr_el1
    adr x22, here
  here:
    movz x9, #${UART >>> 16}, lsl #16
    mov w10, #${'!'.charCodeAt(0)}
    str w10, [x9]
    movz w0, #0x8400, lsl #16
    movk w0, #8
    hvc #0`,
    at,
  );

/** An arm64 Image of this code: its header, then the code at 64. */
function arm64Image(): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x1400_0010, true); // b #64
  view.setBigUint64(16, BigInt(bytes.length), true);
  view.setUint32(56, 0x644d_5241, true);
  bytes.set(code(64), 64);
  return bytes;
}
/** The code as a Zircon kernel: entry point and memory to reserve, then code. */
function zirconKernel(entry = 80): Uint8Array {
  const payload = new Uint8Array(256);
  const view = new DataView(payload.buffer);
  view.setBigUint64(0, BigInt(entry), true);
  view.setBigUint64(8, 0x1_0000n, true);
  payload.set(code(16), 16);
  return writeZbi([
    { type: zbiType.KERNEL_ARM64, payload },
    { type: zbiType.CMDLINE, payload: new Uint8Array(8) },
  ]);
}

const discard = (extra: number, payload: Uint8Array): ZbiInput => ({ type: zbiType.DISCARD, extra, payload });

class System {
  console = '';
  readonly machine: Machine;
  constructor(kernel: Uint8Array, ramdisk?: Uint8Array) {
    const items = [discard(1, kernel), ...(ramdisk === undefined ? [] : [discard(2, ramdisk)])];
    const append = 'userboot.next=bin/mexec userboot.shutdown';
    this.machine = bootZircon(image, { append, items, ramSize: 64 * MiB, cores: 2 }).machine;
    this.watch(this.machine);
  }
  watch(machine: Machine): void {
    machine.transmitted.add((byte) => (this.console += String.fromCharCode(byte)));
  }
  async run(machine = this.machine): Promise<string> {
    return (await new Session(machine, { instructions: 100e6 }).run()).kind;
  }
}
const register = (machine: Machine, x: number): number => Number(machine.core(0).x(x));

describe('zx_system_mexec', () => {
  it('starts an arm64 Image as a boot loader does, with the boot image as its initial ramdisk', async () => {
    const commandLine = { type: zbiType.CMDLINE, payload: commandLinePayload('one two') };
    const ramdisk = writeZbi([commandLine]);
    const system = new System(arm64Image(), ramdisk);
    expect(await system.run()).toBe('powered off');
    expect(system.console).toContain(
      'mexec: the kernel: at 0x20: expected a kernel for arm64 as the first item',
    );
    expect(system.console.slice(-1)).toBe('!');
    const { machine } = system;
    // CurrentEL is EL1, and the MMU is off.
    expect([register(machine, 20), register(machine, 21) & 1]).toEqual([4, 0]);
    // A 2 MiB boundary, text_offset 0.
    expect(register(machine, 22)).toBe(0x4020_0000 + 64 + 16);
    const tree = readFdt(machine.readMemory(register(machine, 19), MiB) ?? new Uint8Array());
    const chosen = findNode(tree, '/chosen')?.properties;
    const start = new DataView(chosen?.get('linux,initrd-start')?.slice().buffer ?? new ArrayBuffer(8));
    const at = start.byteLength === 4 ? start.getUint32(0) : Number(start.getBigUint64(0));
    expect(machine.readMemory(at, ramdisk.length)).toEqual(ramdisk);
    expect(new TextDecoder().decode(chosen?.get('bootargs'))).toBe('one two\0');
  });

  it('starts a Zircon kernel, with the address of the boot image in X0', async () => {
    const system = new System(zirconKernel());
    expect(await system.run()).toBe('powered off');
    expect(system.console).toMatch(/payload_get of 16 bytes: ZX_ERR_BUFFER_TOO_SMALL\s+payload_get: ZX_OK/);
    expect(system.console.slice(-1)).toBe('!');
    const { machine } = system;
    // The entry point counts from the container's header, which is on a page; so is the boot image.
    expect(register(machine, 22) % MiB).toBe(80 + 16);
    const address = register(machine, 19);
    expect(address % 4096).toBe(0);
    const [type, , magic] = new Uint32Array(machine.readMemory(address, 12)?.buffer ?? new ArrayBuffer(12));
    expect([type, magic]).toEqual([0x544f_4f42, 0x868c_f7e6]);
    const second = new Uint32Array(machine.readMemory(address + 32, 4)?.buffer ?? new ArrayBuffer(4));
    expect(second[0]).toBe(zbiType.CPU_CONFIG);
  });

  it('leaves the system as it is where there is no kernel, or no room', async () => {
    for (const kernel of [zirconKernel(8), new Uint8Array(100), arm64Image().fill(0xff, 16, 23)]) {
      const system = new System(kernel);
      expect(await system.run()).toBe('powered off');
      expect(system.console).toMatch(/\nmexec: ZX_ERR_INVALID_ARGS\r\n/);
      expect(system.console).toContain('bin/mexec exited with 1');
    }
  });

  it('can be saved in between, and recorded', async () => {
    const system = new System(zirconKernel());
    const { machine } = system;
    while (machine.run({ instructions: 100_000 }) === 'limit');
    const copy = loadSnapshot(saveSnapshot(machine));
    system.watch(copy);
    expect(await system.run(copy)).toBe('powered off');
    expect(system.console.slice(-1)).toBe('!');
    expect(await system.run()).toBe('powered off');
    expect(machine.instructions).toBe(copy.instructions);
    const again = new System(zirconKernel());
    const origin = { system: 'zircon', machine: {}, files: [] } as const;
    const recorder = await Recorder.start({
      machine: again.machine,
      origin,
      firstlight: 'test',
      write: () => undefined,
    });
    expect(await again.run()).toBe('powered off');
    await recorder.finish('powered off');
    // A reset starts what was started last.
    machine.reset();
    expect(await system.run()).toBe('powered off');
    expect(system.console.slice(-2)).toBe('!!');
  });
});
