/** Records a machine while it runs, in bounded memory. */
import type { Entry, EntryKind, Machine, Position } from '../../machine/index.js';
import { stateHash } from '../snapshot.js';
import { fileStart, writeChunk } from './chunks.js';
import { headerBytes, headerFor } from './header.js';
import { coreChecksums } from './marks.js';
import type { Origin, OriginFile } from './origin.js';
import { Packer } from './packing.js';
import { writeEvent, type RecordedEvent } from './records.js';

export interface RecorderOptions {
  /** The machine, which has not run yet, and what it was made of. */
  readonly machine: Machine;
  readonly origin: Origin;
  /** What it is recorded by, for messages. */
  readonly firstlight: string;
  /** Whether a file's content goes into the recording; all of them unless given. */
  readonly embed?: (file: OriginFile) => boolean;
  /** Whether the content of its disks does; it does unless told otherwise. */
  readonly embedDisks?: boolean;
  /** Takes the recording, piece by piece. */
  readonly write: (bytes: Uint8Array) => void;
}

/** Instructions between two marks, which is a fraction of a second, and virtual ns, for a guest that has little to do. */
const MARK_EVERY = 20_000_000;
const MARK_NS = 1_000_000_000;
/** Entries that come too often for a mark behind each. */
const unmarked: readonly EntryKind[] = ['rate', 'skip'];
/** Bytes of records that are gathered for a chunk. */
const CHUNK = 0x8000;

export class Recorder {
  private readonly packer = new Packer();
  private before: Position = { instructions: 0, now: 0 };
  /** Whether something has entered since the last mark after which the cores should be looked at. */
  private hasInput = false;
  /** Where the last mark is. */
  private latest: Position = { instructions: 0, now: 0 };
  private readonly leave: (() => void)[];

  private constructor(
    private readonly machine: Machine,
    private readonly write: (bytes: Uint8Array) => void,
  ) {
    const { journal } = machine;
    this.mark(journal.position);
    this.leave = [
      journal.entered.add((entry, at) => this.entered(entry, at)),
      journal.ran.add((at) => this.ran(at)),
    ];
  }

  /** Records from now on, and writes what a recording begins with. Throws an Error if the machine has run already. */
  static async start({
    machine,
    origin,
    firstlight,
    embed = () => true,
    embedDisks = true,
    write,
  }: RecorderOptions): Promise<Recorder> {
    if (!machine.journal.isAtStart)
      throw new Error('a machine is recorded from its start, and this one has run');
    // What enters while the files are hashed stands behind the header.
    const early: Uint8Array[] = [];
    let take = (bytes: Uint8Array): void => void early.push(bytes);
    const recorder = new Recorder(machine, (bytes) => take(bytes));
    const header = await headerFor(machine, origin, firstlight, { file: embed, disks: embedDisks });
    write(fileStart());
    write(writeChunk('header', headerBytes(header)));
    for (const [i, { embedded }] of header.files.entries())
      if (embedded) write(writeChunk('file', origin.files[i].bytes));
    for (const { original } of embedDisks ? machine.disks : []) {
      const content = new Uint8Array(original.size);
      original.read(0, content);
      write(writeChunk('file', content));
    }
    early.forEach(write);
    take = write;
    return recorder;
  }

  /** Records how the run ended, and no more. */
  async finish(ending: string): Promise<void> {
    for (const leave of this.leave) leave();
    const at = this.machine.journal.position;
    this.add(at, {
      kind: 'end',
      ending,
      cores: coreChecksums(this.machine),
      stateHash: await stateHash(this.machine),
    });
    this.flush();
  }

  private entered(entry: Entry, at: Position): void {
    this.add(at, entry);
    this.hasInput ||= !unmarked.includes(entry.kind);
    if (this.packer.length >= CHUNK) this.flush();
  }

  private ran(at: Position): void {
    const { instructions, now } = this.latest;
    const isDue = at.instructions >= instructions + MARK_EVERY || at.now >= now + MARK_NS;
    if (this.hasInput || isDue) this.mark(at);
  }

  /** A mark, and all that is before it goes out: so at most a part of a second is lost to a kill. */
  private mark(at: Position): void {
    this.add(at, { kind: 'mark', cores: coreChecksums(this.machine) });
    this.hasInput = false;
    this.latest = at;
    this.flush();
  }

  private add(at: Position, event: RecordedEvent): void {
    writeEvent(this.packer, this.before, { at, event });
    this.before = at;
  }
  private flush(): void {
    if (this.packer.length > 0) this.write(writeChunk('records', this.packer.take()));
  }
}
