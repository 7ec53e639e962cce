/**
 * Pagers: programs that have the content of VMOs. Zircon's docs/objects/pager.md, docs/syscalls/pager_create_vmo.md, of
 * which the ABI of late 2018 has the beginning: a VMO without content can be made, and whoever touches it is told of to
 * the pager and waits; the call that supplies pages came later, so that the wait ends when the pager goes.
 */
import { ObjectType, Rights, Status, ThreadState } from '../abi/constants.js';
import type { PageStatus } from '../vm/paged-vmo.js';
import { PAGE_SIZE } from '../vm/layout.js';
import type { Inspector } from '../state/inspector.js';
import { Dispatcher } from './dispatcher.js';
import { Packet } from './packet.js';
import type { Port } from './port.js';
import type { Thread } from './thread.js';
import { Wait } from './wait.js';

/** ZX_PKT_TYPE_PAGE_REQUEST. */
const PAGE_REQUEST = 9;
/** ZX_PAGER_VMO_READ, ZX_PAGER_VMO_COMPLETE. */
export const PagerCommand = { READ: 0, COMPLETE: 1 } as const;
/** Fields of zx_packet_page_request_t. */
const COMMAND = 0;
const OFFSET = 8;
const LENGTH = 16;

/** Tells a pager what is wanted of a VMO: bytes that it has. */
export class PageRequestPacket extends Packet {
  constructor(
    key: bigint,
    private readonly command: number,
    private readonly offset: number,
    private readonly length: number,
  ) {
    super(key, PAGE_REQUEST);
  }
  protected override writePayload(payload: DataView): void {
    payload.setUint16(COMMAND, this.command, true);
    payload.setBigUint64(OFFSET, BigInt(this.offset), true);
    payload.setBigUint64(LENGTH, BigInt(this.length), true);
  }
}

/** A thread that has touched a page that is not there. It touches it again when the wait ends. */
export class PageWait extends Wait {
  readonly state = ThreadState.BLOCKED;
  override readonly keepsRegisters = true;

  constructor(
    private readonly source: PageSource,
    /** Of the page in the pager's VMO, in bytes. */
    readonly offset: number,
  ) {
    super();
  }
  detach(): void {
    this.source.waiters.delete(this);
  }
  protected override get isFound(): boolean {
    return this.source.waiters.has(this);
  }
}

/** Where the pages of one VMO come from. */
export class PageSource {
  readonly waiters = new Set<PageWait>();
  private isDetached = false;

  constructor(
    private readonly pager: Pager,
    private readonly port: Port,
    private readonly key: bigint,
  ) {
    pager.sources.add(this);
  }

  /** What becomes of an access to a page that is not there. */
  get status(): PageStatus {
    return this.isDetached ? Status.BAD_STATE : Status.SHOULD_WAIT;
  }
  /** Has a thread wait for a page. The pager is told once of each. */
  request(thread: Thread, offset: number): void {
    const isKnown = [...this.waiters].some((waiter) => waiter.offset === offset);
    const wait = new PageWait(this, offset);
    this.waiters.add(wait);
    thread.block(wait, Infinity);
    if (!isKnown) this.tell(PagerCommand.READ, offset, PAGE_SIZE);
  }
  /** Its pager is gone: accesses fail from now on. */
  detach(): void {
    this.isDetached = true;
    for (const { thread } of [...this.waiters]) thread.unblock(Status.OK);
  }
  /** Nothing refers to the VMO any more. */
  complete(): void {
    this.pager.sources.delete(this);
    if (!this.isDetached) this.tell(PagerCommand.COMPLETE, 0, 0);
  }
  private tell(command: number, offset: number, length: number): void {
    if (this.port.handleCount > 0) this.port.queue(new PageRequestPacket(this.key, command, offset, length));
  }

  audit(inspector: Inspector): void {
    for (const wait of this.waiters)
      inspector.ensure(wait.thread.wait === wait, 'who is told of to a pager waits for it');
  }
}

export class Pager extends Dispatcher {
  readonly type = ObjectType.PAGER;
  readonly defaultRights = Rights.PAGER;
  /** Of its VMOs that there still are. */
  readonly sources = new Set<PageSource>();

  override onZeroHandles(): void {
    for (const source of this.sources) source.detach();
    this.sources.clear();
    this.destroyed();
  }
}
