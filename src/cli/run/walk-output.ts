/** Where a walk is written to: the standard output, or a file that grows with it. */
import type { Shell } from '../command.js';
import { openOutput, type GrowingOutput } from '../files/index.js';

/** Characters that are gathered before they are written. */
const CHUNK = 0x1_0000;

export class WalkOutput {
  private gathered = '';
  private readonly file: GrowingOutput | undefined;

  /** Throws FileError for a file that cannot be written. */
  constructor(
    private readonly shell: Shell,
    path: string | undefined,
  ) {
    this.file = path === undefined ? undefined : openOutput(path, new Uint8Array());
  }

  add(text: string): void {
    this.gathered += text;
    if (this.gathered.length >= CHUNK) this.flush();
  }

  flush(): void {
    if (this.gathered === '') return;
    const text = this.gathered;
    this.gathered = '';
    if (this.file === undefined) this.shell.out(text);
    else this.file.write(Buffer.from(text));
  }

  close(): void {
    this.flush();
    this.file?.close();
  }
}
