/**
 * Small bare-metal programs for tests, written as assembly text. A line is an instruction as `assemble` takes it, a
 * label (`name:`), or `.word`/`.quad` with a number or a label. A label may stand where an instruction takes an
 * address; `adr` and `ldr xN, label` included.
 */
import { assemble, Machine, type Firmware, type MachineOptions } from '../../src/index.js';

/** Where programs are put, and where their data may be. */
export const CODE = 0x4008_0000;
export const DATA = 0x4010_0000;

type Line = { readonly address: number; readonly text: string };

/** The bytes of a program at a physical address. */
export function program(source: string, address = CODE): Uint8Array {
  const labels = new Map<string, number>();
  const lines: Line[] = [];
  let at = address;
  for (const raw of source.split('\n')) {
    const text = raw.replace(/\/\/.*$/, '').trim();
    const label = /^(\w+):$/.exec(text);
    if (label !== null) labels.set(label[1], at);
    else if (text !== '') {
      const align = /^\.align (\d+)$/.exec(text);
      if (align !== null) at = Math.ceil(at / Number(align[1])) * Number(align[1]);
      else {
        lines.push({ address: at, text });
        at += text.startsWith('.quad') ? 8 : 4;
      }
    }
  }
  const bytes = new Uint8Array(at - address);
  const view = new DataView(bytes.buffer);
  const resolve = (text: string) =>
    text.replace(/\b[a-z_]\w*$/, (name) => {
      const value = labels.get(name);
      return value === undefined ? name : `0x${value.toString(16)}`;
    });
  for (const line of lines) {
    const text = resolve(line.text);
    const offset = line.address - address;
    const [, directive, value] = /^\.(word|quad) (\S+)$/.exec(text) ?? [];
    if (directive === 'quad') view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
    else if (directive === 'word') view.setUint32(offset, Number(value), true);
    else view.setUint32(offset, assemble(text, BigInt(line.address)), true);
  }
  return bytes;
}

/** Firmware that starts every program's core 0 at CODE. */
export function firmware(source: string, options: MachineOptions = {}): Firmware {
  const { cores = 1, hypervisor = true } = options;
  return {
    segments: [{ address: CODE, bytes: program(source) }],
    cores: Array.from({ length: cores }, (_, core) => ({
      powered: core === 0,
      pc: CODE,
      el: hypervisor ? 2 : 1,
      x0: 0,
    })),
  };
}

/** A machine with 2 MiB of RAM that is about to run a program. */
export function machineFor(source: string, options: MachineOptions = {}): Machine {
  const whole = { ramSize: 0x20_0000, ...options };
  const machine = new Machine(whole);
  machine.powerUp(firmware(source, whole));
  return machine;
}

/** Code that sends a character: clobbers x9 and x10. */
export const send = (character: string): string => `
  movz x9, #0x900, lsl #16
  mov w10, #${character.charCodeAt(0)}
  str w10, [x9]`;

/** Code that calls PSCI with a function identifier; `conduit` as in the firmware. */
export const psci = (identifier: number, conduit: 'hvc' | 'smc' = 'smc'): string => `
  movz w0, #${identifier & 0xffff}
  movk w0, #${identifier >>> 16}, lsl #16
  ${conduit} #0`;

export const SYSTEM_OFF = 0x8400_0008;
export const SYSTEM_RESET = 0x8400_0009;
export const CPU_ON = 0xc400_0003;
export const CPU_OFF = 0x8400_0002;

/**
 * Code with which core 0 starts the others: all of them go on behind it, at the label `work`; core 0 comes last.
 * Clobbers x0 to x3 and x19.
 */
export const startCores = (cores: number): string => `
    mov x19, #1
  start:
    cmp x19, #${cores}
    b.eq work
    mov x1, x19
    adr x2, work
    mov x3, x19
    ${psci(CPU_ON)}
    add x19, x19, #1
    b start
  work:`;
