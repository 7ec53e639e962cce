/** A file that gets what is sent. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { QemuError } from '../error.js';
import { NullEndpoint } from './endpoint.js';
import { failure } from './failure.js';

export class FileEndpoint extends NullEndpoint {
  private descriptor: number | undefined;

  constructor(
    private readonly path: string,
    /** Whether what is there stays. */
    private readonly append: boolean,
    /** Told, once, that it takes no more. */
    private readonly broken: (reason: string) => void,
  ) {
    super('file');
  }

  override open(): Promise<void> {
    try {
      this.descriptor = openSync(this.path, this.append ? 'a' : 'w');
    } catch (error) {
      throw new QemuError(`Could not open '${this.path}': ${failure(error as NodeJS.ErrnoException)}`);
    }
    return Promise.resolve();
  }

  override write(bytes: Uint8Array): void {
    const { descriptor } = this;
    if (descriptor === undefined) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    } catch (error) {
      this.close();
      this.broken(`${this.path}: ${failure(error as NodeJS.ErrnoException)}`);
    }
  }

  override close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
