/**
 * GDB's remote protocol, packet by packet: what GDB's manual and QEMU's stub answer. The sessions of a real GDB, beside
 * QEMU's, are in `conformance/gdb.ts`.
 */
import { describe, expect, it } from 'vitest';
import { bootZircon, builtInBootImage, stateHash, type Machine } from '../src/index.js';
import { kernelOf, Thread } from '../src/zircon/index.js';
import { bytesOf, bytesToHex, valueToHex } from '../src/debug/gdb/hex.js';
import { GdbClient } from './gdb-client.js';
import { fuzzedPackets } from './gdb-fuzz.js';
import { timerInterrupts, VECTORS } from './programs/interrupts.js';
import { CODE, DATA, machineFor, psci, startCores, SYSTEM_OFF } from './programs/program.js';
import { set } from './programs/report.js';

/** X1 counts, is stored at DATA, and read again. */
const counting = `
    ${set('x0', DATA)}
  loop:
    add x1, x1, #1
    str x1, [x0]
    ldrb w2, [x0, #1]
    cmp x1, #50
    b.ne loop
    ${psci(SYSTEM_OFF)}`;
const LOOP = CODE + 8;
const pcIs = (address: number): string => `20:${valueToHex(BigInt(address), 8)};`;

const client = (source = counting, cores = 1): GdbClient => new GdbClient(machineFor(source, { cores }));

describe('a connection', () => {
  it('says what it can', () => {
    const gdb = client();
    const offers = gdb.ask('qSupported:multiprocess+;swbreak+;hwbreak+;xmlRegisters=i386').split(';');
    expect(offers).toEqual(
      expect.arrayContaining(['PacketSize=4000', 'QStartNoAckMode+', 'multiprocess+', 'qXfer:threads:read+']),
    );
    expect(gdb.ask('vMustReplyEmpty')).toBe('');
    expect(gdb.ask('Z5,0,4')).toBe('');
    expect(gdb.ask('vCont?')).toBe('vCont;c;C;s;S;r');
    expect(gdb.ask('qqemu.sstepbits')).toBe('ENABLE=1,NOIRQ=2,NOTIMER=4');
    expect(gdb.ask('qqemu.sstep')).toBe('0x7');
    expect(gdb.ask('!')).toBe('OK');
  });

  it('acknowledges packets until it is told not to', () => {
    const gdb = client();
    const bytes = (text: string): number => {
      const before = gdb.received;
      gdb.stub.receive(bytesOf(text));
      return gdb.received - before;
    };
    expect(bytes('$?#00')).toBe(1);
    expect(bytes('$qC#b4')).toBe('+$QCp1.1#94'.length);
    expect(bytes('-')).toBe('$QCp1.1#94'.length);
    gdb.ask('QStartNoAckMode');
    expect(bytes('$qC#b4-')).toBe('$QCp1.1#94'.length);
  });

  it('is interrupted in the next run by what came between two', () => {
    const gdb = client();
    expect(gdb.ask('s')).toMatch(/^T05/);
    gdb.interrupt();
    const before = gdb.machine.instructions;
    expect(gdb.ask('s')).toMatch(/^T02/);
    expect(gdb.machine.instructions).toBe(before);
    expect(gdb.ask('s')).toMatch(/^T05/);
  });

  it('has the machine stand still, and lets it go', () => {
    const machine = machineFor(counting);
    machine.run({ instructions: 20 });
    const gdb = new GdbClient(machine);
    gdb.run(100);
    expect(machine.instructions).toBe(20);
    expect(gdb.ask('?')).toMatch(/^T05thread:p1\.1;/);
    expect(gdb.ask('D;2')).toBe('E22');
    gdb.ask('Z0,40080008,4');
    expect(gdb.ask('D;1', 0)).toBe('OK');
    gdb.stub.close();
    expect(machine.run()).toBe('powered off');
    const again = new GdbClient(machineFor(counting));
    expect(again.ask('D')).toBe('OK');
    expect(again.ask('?')).toBe('W00');
    expect(again.ask('vAttach;1')).toMatch(/^T05thread:p1\.1;/);
    expect(again.ask('vKill;1')).toBe('OK');
    expect(again.isKilled).toBe(true);
  });
});

describe('registers', () => {
  it('are read by number and all at once, as the description says', () => {
    const gdb = client();
    gdb.ask('c', 30);
    gdb.interrupt();
    const description = ['aarch64-core', 'aarch64-fpu', 'system-registers'].map((file) =>
      gdb.read(`features:read:${file}.xml`),
    );
    const list = description.flatMap((text) =>
      [...text.matchAll(/<reg name="(\w+)" bitsize="(\d+)" regnum="(\d+)"/g)].map(
        ([, name, bits, number]) => ({
          name,
          bytes: Number(bits) / 8,
          number: Number(number),
        }),
      ),
    );
    expect(list.slice(31, 34).map(({ name }) => name)).toEqual(['sp', 'pc', 'cpsr']);
    expect(list.slice(34, 36)).toEqual([
      { name: 'v0', bytes: 16, number: 34 },
      { name: 'v1', bytes: 16, number: 35 },
    ]);
    expect(list.slice(66, 68).map(({ name }) => name)).toEqual(['fpsr', 'fpcr']);
    expect(list.map(({ number }) => number)).toEqual(list.map((_, i) => i));
    expect(list.length).toBeGreaterThan(200);
    // Those that cannot be set are not put back after a function that GDB has called.
    for (const [text] of description[2].matchAll(/<reg [^>]*>/g)) expect(text).toContain('save-restore="no"');
    const all = gdb.ask('g');
    let at = 0;
    for (const { bytes, number } of list) {
      const own = gdb.ask(`p${number.toString(16)}`);
      expect(own).toHaveLength(2 * bytes);
      expect(all.slice(at, at + 2 * bytes)).toBe(own);
      at += 2 * bytes;
    }
    expect(at).toBe(all.length);
    expect(gdb.ask(`p${list.length.toString(16)}`)).toBe('E14');
    const vbar = list.findIndex(({ name }) => name === 'MIDR_EL1');
    expect(gdb.ask(`p${vbar.toString(16)}`)).toBe(valueToHex(0x410fd034n, 8));
  });

  it('are written, where that can be', () => {
    const gdb = client();
    expect(gdb.ask('P1=efcdab8967452301')).toBe('OK');
    expect(gdb.machine.core(0).x(1)).toBe(0x0123456789abcdefn);
    expect(gdb.ask('P22=' + '01'.repeat(16))).toBe('OK');
    expect(gdb.machine.core(0).v(0)).toBe(BigInt('0x' + '01'.repeat(16)));
    // NZCV, and I unmasked; not another level.
    expect(gdb.ask('P21=490300f0')).toBe('OK');
    expect(gdb.ask('p21')).toBe('490300f0');
    expect(gdb.ask('P21=450300f0')).toBe('E14');
    expect(gdb.ask('P44=0000000000000000')).toBe('E14');
    expect(gdb.ask('P1=00')).toBe('E14');
    const all = gdb.ask('g');
    expect(gdb.ask(`G${valueToHex(7n, 8)}${all.slice(16)}`)).toBe('OK');
    expect(gdb.machine.core(0).x(0)).toBe(7n);
  });
});

describe('memory', () => {
  it('is read and written by virtual and by physical address', () => {
    const gdb = client();
    expect(gdb.ask('M40100000,4:01020304')).toBe('OK');
    expect(gdb.ask('X40100004,3:}\x03a#'.replace('}\x03', '#'))).toBe('OK');
    expect(gdb.ask('m40100000,7')).toBe('01020304236123');
    expect(gdb.ask('Qqemu.PhyMemMode:1')).toBe('OK');
    expect(gdb.ask('qqemu.PhyMemMode')).toBe('1');
    expect(gdb.ask('m40100000,2')).toBe('0102');
  });

  it('ends where nothing is, and devices are not read unless asked', () => {
    const gdb = client();
    expect(gdb.ask('m401ffffe,8')).toBe('0000');
    expect(gdb.ask('m40200000,4')).toBe('E14');
    expect(gdb.ask('m9000018,4')).toBe('E14');
    expect(gdb.ask('M401ffffe,4:01010101')).toBe('E14');
    expect(gdb.ask('m401ffffe,2')).toBe('0000');
    expect(gdb.monitor('device_reads on')).toMatch(/with all effects/);
    // UARTFR of a PL011 without input: TXFE and RXFE.
    expect(gdb.ask('m9000018,4')).toBe('90000000');
    gdb.monitor('device_reads off');
    expect(gdb.ask('m9000018,4')).toBe('E14');
    // Flash holds memory.
    expect(gdb.ask('m0,4')).toBe('00000000');
  });

  it('is described without an address beyond 64 bits, and without translation region by region', () => {
    const gdb = client();
    const parts = [...gdb.read('memory-map:read:').matchAll(/type="ram" start="0x(\w+)" length="0x(\w+)"/g)];
    const ends = parts.map(([, start, length]) => BigInt(`0x${start}`) + BigInt(`0x${length}`));
    expect(ends).toEqual([1n << 63n, 1n << 64n]);
    expect(gdb.ask('qMemoryRegionInfo:40080000')).toBe('start:0;size:1000000000000;permissions:rwx;');
    expect(gdb.ask('qMemoryRegionInfo:ffff000000000000')).toBe('start:1000000000000;size:fffeffffffffffff;');
    expect(gdb.ask('qMemoryRegionInfo:x')).toBe('E22');
  });

  it('is searched and checked', () => {
    const gdb = client();
    gdb.ask('X401ffff9,7:123456}\x0a'.replace('}\x0a', '*'));
    expect(gdb.ask('qSearch:memory:40100000;100000;456')).toBe('1,401ffffc');
    expect(gdb.ask('qSearch:memory:40100000;100000;*')).toBe('1,401fffff');
    expect(gdb.ask('qSearch:memory:40100000;fffff;*')).toBe('0');
    expect(gdb.ask('qSearch:memory:40100000;100001;nosuch')).toBe('E14');
    // Of nine digits: what gdbserver gives.
    gdb.ask('X40100000,9:123456789');
    expect(gdb.ask('qCRC:40100000,9')).toBe('C0376e6e7');
  });

  it('that is code is executed as it has been written', () => {
    const gdb = client();
    gdb.ask('c', 20);
    gdb.interrupt();
    // add x1, x1, #5
    gdb.ask(`M${LOOP.toString(16)},4:21140091`);
    const before = gdb.machine.core(0).x(1);
    gdb.ask('c', 5);
    expect(gdb.machine.core(0).x(1)).toBe(before + 5n);
  });
});

describe('running', () => {
  it('goes on to breakpoints and watchpoints, and tells which', () => {
    const gdb = client();
    gdb.ask('qSupported:swbreak+;hwbreak+');
    expect(gdb.ask(`Z0,${LOOP.toString(16)},4`)).toBe('OK');
    expect(gdb.ask('vCont;c:p1.-1')).toMatch(new RegExp(`^T05swbreak:;thread:p1.1;.*${pcIs(LOOP)}`));
    gdb.ask(`z0,${LOOP.toString(16)},4`);
    gdb.ask(`Z1,${(LOOP + 12).toString(16)},4`);
    expect(gdb.ask('c')).toMatch(new RegExp(`^T05hwbreak:;.*${pcIs(LOOP + 12)}`));
    gdb.ask(`z1,${(LOOP + 12).toString(16)},4`);
    gdb.ask('Z2,40100000,4');
    expect(gdb.ask('c')).toMatch(new RegExp(`^T05watch:40100000;.*${pcIs(LOOP + 4)}`));
    gdb.ask('z2,40100000,4');
    gdb.ask('Z3,40100000,8');
    expect(gdb.ask('c')).toMatch(/^T05rwatch:40100001;/);
    gdb.ask('z3,40100000,8');
    // Another watchpoint is for the same access, too; GDB steps over it, with none set.
    gdb.ask('Z4,40100000,2');
    expect(gdb.ask('c')).toMatch(/^T05awatch:40100001;/);
    gdb.ask('z4,40100000,2');
    expect(gdb.ask('vCont;s:p1.1')).toMatch(/^T05thread/);
    gdb.ask('Z4,40100000,2');
    expect(gdb.ask('c')).toMatch(/^T05awatch:40100000;/);
    gdb.ask('z4,40100000,2');
    expect(gdb.ask('c')).toBe('');
    gdb.stub.ended(0);
    expect(gdb.packets).toEqual(['W00']);
    expect(gdb.ask('Z0,3,4')).toBe('E22');
    expect(gdb.ask('Z2,0,0')).toBe('E22');
  });

  it('steps, through ranges too, and from another place', () => {
    const gdb = client();
    expect(gdb.ask('vCont;s:p1.1;c:p1.-1')).toContain(pcIs(CODE + 4));
    expect(gdb.ask('s')).toContain(pcIs(LOOP));
    expect(gdb.ask(`vCont;r${LOOP.toString(16)},${(LOOP + 8).toString(16)}:p1.1`)).toContain(pcIs(LOOP + 8));
    expect(gdb.ask(`s${LOOP.toString(16)}`)).toContain(pcIs(LOOP + 4));
    expect(gdb.ask('S05')).toContain(pcIs(LOOP + 8));
    expect(gdb.ask('vCont;x')).toBe('E22');
    expect(gdb.ask('vCont;s:p9.9')).toBe('E22');
    expect(gdb.ask('bs')).toMatch(/^E\./);
    expect(gdb.ask('bc')).toMatch(/^E\./);
    expect(gdb.ask('c', 10)).toBe('');
    gdb.interrupt();
    expect(gdb.packets[0]).toMatch(/^T02thread:p1\.1;/);
  });

  it('takes interrupts in steps only if it is told so', () => {
    const gdb = client(timerInterrupts);
    gdb.ask('Z0,' + (VECTORS + 0x280).toString(16) + ',4');
    gdb.ask('c');
    gdb.ask('z0,' + (VECTORS + 0x280).toString(16) + ',4');
    const step = (): number => {
      gdb.ask('s');
      return Number(gdb.machine.core(0).pc) - VECTORS;
    };
    // Out of the handler.
    while (gdb.machine.systemRegister(0, 'DAIF') !== 0n) step();
    const places = Array.from({ length: 50 }, step);
    expect(new Set(places).size).toBe(2);
    expect(gdb.ask('Qqemu.sstep:1')).toBe('OK');
    expect(step()).toBe(0x280);
    expect(gdb.ask('Qqemu.sstep:8')).toBe('E22');
  });
});

describe('a step over wfi', () => {
  it('is done when the core waits, and the next when it goes on', () => {
    const gdb = client(timerInterrupts.replace('add x20, x20, #1', 'wfi'));
    gdb.ask('c', 500);
    gdb.interrupt();
    const loop = (): number => Number(gdb.machine.core(0).pc);
    while (gdb.machine.instructionAt(loop()) !== 0xd503_207f) gdb.ask('s');
    const wfi = loop();
    expect(gdb.ask('s')).toContain(pcIs(wfi + 4));
    expect(gdb.ask('s')).toContain(pcIs(wfi));
  });
});

describe('threads', () => {
  const work = `${startCores(3)}
    loop:
      add x20, x20, #1
      b loop`;

  it('are the cores', () => {
    const gdb = client(work, 3);
    gdb.ask('c', 60_000);
    gdb.interrupt();
    expect(gdb.ask('qfThreadInfo')).toBe('mp1.1,p1.2,p1.3');
    expect(gdb.ask('qsThreadInfo')).toBe('l');
    expect(gdb.read('threads:read:')).toContain(
      '<thread id="p1.2" core="1" name="CPU#1">running at EL2</thread>',
    );
    expect(gdb.ask('Tp1.3')).toBe('OK');
    expect(gdb.ask('Tp1.4')).toBe('E22');
    expect(gdb.ask('Hgp1.3')).toBe('OK');
    expect(gdb.ask('p14')).toBe(valueToHex(gdb.machine.core(2).x(20), 8));
    // As LLDB names them, which leaves the choice as it is.
    expect(gdb.ask('QThreadSuffixSupported')).toBe('OK');
    expect(gdb.ask('p14;thread:0002;')).toBe(valueToHex(gdb.machine.core(1).x(20), 8));
    expect(gdb.ask('P13=0700000000000000;thread:0002;')).toBe('OK');
    expect(gdb.machine.core(1).x(19)).toBe(7n);
    expect(gdb.ask('p14')).toBe(valueToHex(gdb.machine.core(2).x(20), 8));
    expect(gdb.ask('p14;thread:0004;')).toBe('E22');
    expect(gdb.ask('Hgp2.1')).toBe('E22');
    expect(gdb.ask('vCont;s:p1.2;c:p1.-1')).toMatch(/^T05thread:p1\.2;/);
    expect(gdb.ask('qThreadExtraInfo,p1.2')).toBe(bytesToHex(bytesOf('CPU#1 [running at EL2]')));
  });

  it('of Zircon execute an instruction in a step though the kernel first has to give it a page', () => {
    const { machine } = bootZircon(builtInBootImage(), { cores: 1 });
    const gdb = new GdbClient(machine);
    // The first of userboot stores to its stack, of which there is no page yet.
    const { pc } = machine.core(0);
    const at = (address: bigint): string => `20:${valueToHex(address, 8)};`;
    expect(gdb.ask('s')).toContain(at(pc + 4n));
    expect(gdb.ask('s')).toContain(at(pc + 8n));
    const { machine: another } = bootZircon(builtInBootImage(), { cores: 1 });
    const there = new GdbClient(another);
    const address = pc.toString(16);
    expect(there.ask(`Z0,${address},4`)).toBe('OK');
    expect(there.ask('c')).toContain(at(pc));
    expect(there.ask(`Z0,${(pc + 4n).toString(16)},4`)).toBe('OK');
    expect(there.ask('c')).toContain(at(pc + 4n));
  });

  it('of Zircon are those of its processes, each with its memory, on a core or not', () => {
    const { machine } = bootZircon(builtInBootImage(), { cores: 2 });
    machine.run({ instructions: 30_000_000 });
    const gdb = new GdbClient(machine);
    const names = gdb.read('threads:read:');
    expect(names).toMatch(/name="[^"]*sh[^"]*:[^"]*"/);
    const threads = [...kernelOf(machine)!.objects.values()].filter(
      (each) => each instanceof Thread && each.life === 'alive',
    ) as Thread[];
    expect(threads.length).toBeGreaterThan(3);
    const number = (value: number): string => value.toString(16);
    for (const { koid, process, context } of threads) {
      expect(names).toContain(`id="p${number(process.koid)}.${number(koid)}"`);
      expect(gdb.ask(`Hgp${number(process.koid)}.${number(koid)}`)).toBe('OK');
      expect(gdb.ask('p20')).toBe(valueToHex(context.pc, 8));
      const code = new Uint8Array(4);
      expect(process.aspace.peek(Number(context.pc), code)).toBe(true);
      expect(gdb.ask(`m${context.pc.toString(16)},4`)).toBe(bytesToHex(code));
      expect(gdb.ask(`qMemoryRegionInfo:${context.pc.toString(16)}`)).toBe(
        `start:${(context.pc & ~0xfffn).toString(16)};size:1000;permissions:rx;`,
      );
      expect(gdb.ask('qMemoryRegionInfo:0')).not.toContain('permissions');
    }
    expect(gdb.monitor('info mmu $pc')).toMatch(
      /level 3, entry \d+ at 0x[^:]*: 0x[^,]*, page at 0x\w+, EL1 ..., EL0 r-x/,
    );
    // The shell waits for a key; a step of its thread ends when it has one.
    const shell = threads.find(({ process }) => /sh/.test(process.name))!;
    const before = shell.context.pc;
    expect(gdb.ask(`vCont;s:p${number(shell.process.koid)}.${number(shell.koid)}`)).toBe('');
    machine.receive(bytesOf('\n'));
    gdb.run(10_000_000);
    expect(gdb.packets[0]).toMatch(
      new RegExp(`^T05thread:p${number(shell.process.koid)}.${number(shell.koid)};`),
    );
    expect(machine.core(shell.core).pc).toBe(before + 4n);
  });
});

describe('monitor', () => {
  it('helps, and says what is wrong', () => {
    const gdb = client();
    expect(gdb.monitor('help')).toMatch(/^help +this list\n.*info mmu \[ADDRESS\]/s);
    expect(gdb.monitor('nosuch')).toBe("unknown command 'nosuch': monitor help lists them\n");
    expect(gdb.monitor('xp')).toMatch(/^xp: expected .*\n$/);
    expect(gdb.monitor('translate 12z')).toBe(
      "translate: '12z': expected an address, such as 0x40080000 or $pc\n",
    );
  });

  it('shows memory, registers and interrupts', () => {
    const gdb = client();
    expect(gdb.monitor('xp /2xw 0x40080000')).toBe('0x0000000040080000: 0xd2800000 0xf2a80200\n');
    expect(gdb.monitor('info registers MIDR')).toBe(
      'MIDR_EL1             0x00000000410fd034 Implementer=0x41 Architecture=0xf PartNum=0xd03 Revision=0x4\n',
    );
    expect(gdb.monitor('translate $pc')).toBe(
      '0x0000000040080000 at EL2: physical 0x40080000, read, write, execute\n',
    );
    expect(gdb.monitor('info mmu')).toBe('the MMU is off: addresses are physical ones\n');
    expect(gdb.monitor('info irq')).toMatch(/^CPU#0: none is passed on\n/);
    gdb.ask('c', 20);
    gdb.interrupt();
    gdb.monitor('system_reset');
    expect(gdb.ask('p20')).toBe(valueToHex(BigInt(CODE), 8));
  });
});

describe('a replay', () => {
  it('is looked at, and not changed', () => {
    const gdb = new GdbClient(machineFor(counting), { readOnly: true });
    expect(gdb.ask('P1=0000000000000000')).toBe('E01');
    expect(gdb.ask('G00')).toBe('E01');
    expect(gdb.ask('M40100000,1:00')).toBe('E01');
    expect(gdb.ask(`s${LOOP.toString(16)}`)).toBe('E01');
    expect(gdb.monitor('system_reset')).toBe('system_reset: a replay cannot be reset\n');
    expect(gdb.monitor('device_reads on')).toMatch(/^device_reads: /);
    expect(gdb.ask('R00')).toMatch(/^E\./);
    const held: string[] = [];
    gdb.machine.journal.entered.add(({ kind }) => held.push(kind));
    expect(gdb.ask('s')).toContain(pcIs(CODE + 4));
    expect(held).toEqual([]);
  });
});

describe('whatever comes', () => {
  it('hurts nobody', () => {
    for (const { packet, gdb } of fuzzedPackets(500, (seed) => machineOfFuzz(seed))) {
      expect(gdb.received, packet).toBeLessThan(0x1_0000);
      gdb.received = 0;
    }
  });

  it('changes nothing that looks only', async () => {
    const plain = machineFor(counting);
    plain.run({ instructions: 100 });
    const gdb = client();
    gdb.ask('Z0,40080008,4');
    for (let stops = 0; gdb.machine.instructions < 100; stops++) {
      gdb.ask(stops % 2 === 0 ? 'c' : 's', 100 - gdb.machine.instructions);
      for (const look of ['g', 'm40080000,100', 'qXfer:threads:read::0,1000', 'p50']) gdb.ask(look, 0);
      for (const command of ['info registers el2', 'info mmu $pc', 'where'])
        gdb.ask(`qRcmd,${bytesToHex(bytesOf(command))}`, 0);
    }
    expect(await stateHash(gdb.machine)).toBe(await stateHash(plain));
  });
});

function machineOfFuzz(seed: number): Machine {
  return machineFor(counting, { cores: 1 + (seed % 2) });
}
