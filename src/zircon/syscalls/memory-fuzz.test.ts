import { describe, expect, it } from 'vitest';
import { Status, VmFlag } from '../abi/constants.js';
import type { SyscallName } from '../abi/numbers.js';
import { Resource } from '../objects/resource.js';
import { VmarDispatcher } from '../objects/vmar.js';
import { TestBench, type TestProcess } from '../testing.js';
import { CAN_MAP } from '../vm/flags.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { Dice } from '../vm/test-machine.js';

const CALLS = 8000;

/** Random calls on memory: each argument is likely to fit, and often does not. */
class Fuzzer {
  readonly vmos: number[] = [];
  readonly vmars: number[] = [];
  readonly tokens: number[] = [];
  private readonly bti: number;
  /** Addresses at which something was mapped once. */
  readonly addresses: number[];
  readonly counts = new Map<number, number>();
  constructor(
    readonly process: TestProcess,
    readonly dice: Dice,
  ) {
    // A region of its own, so that the memory for arguments stays.
    const [vmar, base] = [process.allocate(8), process.allocate(8)];
    const { kernel, aspace } = process.process;
    const root = process.process.give(new VmarDispatcher(kernel, aspace.rootVmar));
    process.call('vmar_allocate', root, CAN_MAP | VmFlag.CAN_MAP_SPECIFIC, 0, 2 ** 40, vmar, base);
    this.vmars.push(process.u32(vmar));
    this.addresses = [process.u64(base)];
    this.vmos.push(process.make('vmo_create', 1, 10 * PAGE_SIZE, 0)[0]);
    const resource = process.process.give(Resource.root(kernel));
    const iommu = process.make('iommu_create', 1, resource, 0, process.allocate(1), 1)[0];
    this.bti = process.make('bti_create', 1, iommu, 0, 0)[0];
  }

  private bytes(): bigint {
    const { dice } = this;
    const pages = BigInt(dice.roll(20)) * 4096n;
    return dice.pick([
      pages,
      pages,
      pages,
      pages + BigInt(dice.roll(4096)),
      BigInt(dice.roll(2 ** 52)),
      2n ** 64n - pages,
    ]);
  }
  private flags(): number {
    return this.dice.pick([
      3,
      3,
      1,
      5,
      0x3d0,
      0x3c8,
      0x10 | this.dice.roll(8),
      0x20 | this.dice.roll(8),
      this.dice.roll(0x1000),
    ]);
  }
  private vmo(): number {
    return this.dice.chance(3) ? this.dice.roll(2 ** 32) : this.dice.pick(this.vmos);
  }
  private vmar(): number {
    return this.dice.chance(3) ? this.vmo() : this.dice.pick(this.vmars);
  }
  private address(): number {
    return this.dice.pick(this.addresses) + this.dice.roll(6) * PAGE_SIZE;
  }
  private out(): number {
    return this.dice.chance(4) ? this.address() : this.process.allocate(8);
  }

  private call(name: SyscallName, ...args: (number | bigint)[]): boolean {
    const status = this.process.call(name, ...args);
    this.counts.set(status, (this.counts.get(status) ?? 0) + 1);
    return status === Status.OK;
  }

  step(): void {
    const { dice, process } = this;
    process.release();
    const [first, second] = [this.out(), this.out()];
    switch (dice.roll(16)) {
      case 0:
        if (this.vmos.length < 30 && this.call('vmo_create', this.bytes(), dice.roll(2), first))
          this.keep(first, this.vmos);
        return;
      case 1:
        if (
          this.vmos.length < 40 &&
          this.call('vmo_clone', this.vmo(), 1 + 2 * dice.roll(2), this.bytes(), this.bytes(), first)
        )
          this.keep(first, this.vmos);
        return;
      case 2:
        this.call('vmo_set_size', this.vmo(), this.bytes());
        return;
      case 3:
        this.call('vmo_op_range', this.vmo(), dice.roll(11), this.bytes(), this.bytes(), 0, 0);
        return;
      case 4:
        this.call('vmo_write', this.vmo(), this.address(), this.bytes(), dice.roll(9000));
        return;
      case 5:
        this.call('vmo_read', this.vmo(), this.address(), this.bytes(), dice.roll(9000));
        return;
      case 6:
        if (
          this.vmars.length < 20 &&
          this.call('vmar_allocate', this.vmar(), this.flags(), this.bytes(), this.bytes(), first, second)
        )
          this.keep(first, this.vmars);
        return;
      case 7:
      case 8:
        if (
          this.call(
            'vmar_map',
            this.vmar(),
            this.flags(),
            this.bytes(),
            this.vmo(),
            this.bytes(),
            this.bytes(),
            second,
          )
        )
          this.addresses.push(this.process.u64(second));
        return;
      case 9:
        this.call('vmar_protect', this.vmar(), dice.roll(8), this.address(), this.bytes());
        return;
      case 10:
        this.call('vmar_unmap', this.vmar(), this.address(), this.bytes());
        return;
      case 11:
        if (dice.chance(80)) return;
        if (this.vmars.length > 1) this.call('vmar_destroy', this.vmars.splice(1, 1)[0]);
        return;
      case 12:
        this.pin(first);
        return;
      case 13:
        this.unpin();
        return;
      case 14:
        if (
          this.vmos.length < 30 &&
          this.call('vmo_create_contiguous', this.bti, this.bytes(), dice.pick([0, 12, 15]), first)
        )
          this.keep(first, this.vmos);
        return;
      default:
        this.touch();
    }
  }

  private pin(token: number): void {
    const { dice } = this;
    const pages = dice.roll(8);
    const [options, count] = dice.chance(80) ? [1 + dice.roll(7), pages] : [dice.roll(32), dice.roll(2)];
    const addresses = this.process.allocate(64);
    const size = pages * PAGE_SIZE;
    if (this.call('bti_pin', this.bti, options, this.vmo(), this.bytes(), size, addresses, count, token))
      this.tokens.push(this.process.u32(token));
  }
  /** In one of the ways that there are. */
  private unpin(): void {
    const { dice, tokens } = this;
    if (dice.chance(10)) this.call('bti_release_quarantine', this.bti);
    const token = tokens.splice(dice.roll(tokens.length + 1), 1).at(0);
    if (token !== undefined) this.call(dice.chance(50) ? 'pmt_unpin' : 'handle_close', token);
  }

  private keep(pointer: number, list: number[]): void {
    list.push(this.process.u32(pointer));
    if (list === this.vmos && list.length > 20) this.call('handle_close', list.shift() ?? 0);
  }
  private touch(): void {
    const { aspace } = this.process.process;
    const access = this.dice.pick(['read', 'write', 'execute'] as const);
    aspace.fault(this.address() + this.dice.roll(PAGE_SIZE), access);
  }
}

describe('random calls on memory', () => {
  it.each([1, 2])('never break the kernel, and leave nothing behind (seed %i)', (seed) => {
    const bench = new TestBench(BigInt(seed));
    const { kernel } = bench;
    kernel.handles.make(kernel.rootJob, 0); // it would end with its last process
    const counts = (): unknown => [
      kernel.vm.pages.used,
      kernel.vm.vmos,
      kernel.vm.regions,
      kernel.objects.size,
      kernel.handles.count,
    ];
    const before = JSON.stringify(counts());
    const process = bench.newProcess();
    const fuzzer = new Fuzzer(process, new Dice(seed));
    for (let i = 0; i < CALLS; i++) fuzzer.step();
    expect(fuzzer.counts.get(Status.OK)).toBeGreaterThan(CALLS / 10);
    process.process.kill();
    for (const thread of process.process.threads) process.process.threadExited(thread, true);
    expect(JSON.stringify(counts())).toBe(before);
  });
});
