/** Resources: the right to parts of the machine. docs/objects/resource.md. */
import { ObjectType, ResourceKind, Rights } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export class Resource extends Dispatcher {
  readonly type = ObjectType.RESOURCE;
  readonly defaultRights = Rights.RESOURCE;
  readonly children = new Set<Resource>();
  private ownName: string;

  /** A range of a kind: the first and, beyond the root, one past the last number. */
  constructor(
    kernel: Kernel,
    readonly kind: number,
    readonly low: bigint,
    readonly high: bigint,
    readonly exclusive: boolean,
    name: string,
    readonly parent: Resource | undefined,
  ) {
    super(kernel);
    this.ownName = name;
    parent?.children.add(this);
  }

  /** The one that allows everything. */
  static root(kernel: Kernel): Resource {
    return new Resource(kernel, ResourceKind.ROOT, 0n, 0n, false, 'root', undefined);
  }

  override get name(): string {
    return this.ownName;
  }
  override set name(name: string) {
    this.ownName = name;
  }
  override get relatedKoid(): number {
    return this.parent?.koid ?? 0;
  }
  /** Whether it stands for one of a kind: itself or the root. */
  allows(kind: number): boolean {
    return this.kind === ResourceKind.ROOT || this.kind === kind;
  }

  /** Whether it stands for all numbers from `low` to before `high`. Of device memory it covers whole pages. */
  covers(low: bigint, high: bigint): boolean {
    if (this.kind === ResourceKind.ROOT) return true;
    const grain = this.kind === ResourceKind.MMIO ? BigInt(PAGE_SIZE) : 1n;
    const first = this.low - (this.low % grain);
    const end = ((this.high + grain - 1n) / grain) * grain;
    return low >= first && high <= end;
  }

  override onZeroHandles(): void {
    this.parent?.children.delete(this);
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    inspector.index(this.kind, ResourceKind.COUNT, 'the kind');
    inspector.ensure(0n <= this.low && this.low <= this.high, 'a range begins before it ends');
    for (const child of this.children)
      inspector.ensure(child.parent === this, 'resources are children of their parents');
  }
}
