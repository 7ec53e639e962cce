/** `-object filter-dump`: the frames of a network in a file that Wireshark opens. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { pcapHeader, pcapRecord, type UserNetwork } from '../../network/index.js';
import { QemuError } from '../qemu/error.js';
import { failure } from '../qemu/endpoints/failure.js';
import { looseList, valueOf } from '../qemu/options/lists.js';
import { parseInteger } from '../qemu/options/values.js';

/** What is to be written, and of which network. */
export interface Dump {
  readonly id: string;
  readonly network: string;
  readonly path: string;
  /** Bytes of a frame that are kept. */
  readonly most: number;
  /** Which frames: those that the guest is sent, that it sends, or all. */
  readonly queue: 'rx' | 'tx' | 'all';
}

const USUAL_MOST = 65536;
const parameters = ['qom-type', 'id', 'netdev', 'file', 'maxlen', 'queue', 'status', 'position', 'insert'];

/** @throws QemuError */
export function parseDump(text: string): Dump {
  const list = looseList(text, 'qom-type');
  const type = valueOf(list, 'qom-type') ?? '';
  if (type !== 'filter-dump') throw new QemuError(`Parameter 'qom-type' does not accept value '${type}'`);
  const wrong = list.find(({ name }) => !parameters.includes(name));
  if (wrong !== undefined) throw new QemuError(`Invalid parameter '${wrong.name}'`);
  const needed = (name: string): string => {
    const value = valueOf(list, name);
    if (value === undefined) throw new QemuError(`Parameter '${name}' is missing`);
    return value;
  };
  const [id, network, path] = [needed('id'), needed('netdev'), needed('file')];
  const length = valueOf(list, 'maxlen');
  const most = length === undefined ? USUAL_MOST : Number(parseInteger('maxlen', length));
  if (most < 1 || most > 0xffff_ffff)
    throw new QemuError(`Property 'filter-dump.maxlen' doesn't take value '${most}'`);
  const queue = valueOf(list, 'queue') ?? 'all';
  if (queue !== 'rx' && queue !== 'tx' && queue !== 'all')
    throw new QemuError(`Parameter 'queue' does not accept value '${queue}'`);
  return { id, network, path, most, queue };
}

export class DumpFile {
  private file: number | undefined;
  private readonly leave: () => void;

  /**
   * @param epoch seconds since 1970 at which the guest's time began
   * @throws QemuError if it cannot be written
   */
  constructor({ path, most, queue }: Dump, network: UserNetwork, epoch: number) {
    this.attempt(path, () => {
      this.file = openSync(path, 'w');
      writeSync(this.file, pcapHeader(most));
    });
    this.leave = network.seen.add((frame, fromGuest) => {
      if (queue === 'all' || (queue === 'tx') === fromGuest)
        this.write(pcapRecord(frame, epoch * 1e9 + network.now, most));
    });
  }

  private attempt(path: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      throw new QemuError(`net dump: can't open ${path}: ${failure(error as NodeJS.ErrnoException)}`);
    }
  }

  private write(record: Uint8Array): void {
    if (this.file === undefined) return;
    try {
      writeSync(this.file, record);
    } catch {
      // As QEMU: a dump that cannot be gone on with ends.
      this.close();
    }
  }

  close(): void {
    this.leave();
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}
