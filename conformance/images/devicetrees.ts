/** Every devicetree of the kernel package and QEMU's `virt`: as text and as a blob, against dtc, byte for byte. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dtsText, readFdt, writeFdt } from '../../src/images/index.js';
import { outputOf, type ImageComparison } from './comparison.js';

const forms = [
  { format: 'dts', make: (blob: Uint8Array) => Buffer.from(dtsText(readFdt(blob))) },
  { format: 'dtb', make: (blob: Uint8Array) => Buffer.from(writeFdt(readFdt(blob))) },
] as const;

export function compareDevicetrees(directory: string): ImageComparison[] {
  const scratch = mkdtempSync(join(tmpdir(), 'firstlight-fdt-'));
  try {
    const virt = join(scratch, 'virt.dtb');
    outputOf('qemu-system-aarch64', [
      '-M',
      `virt,dumpdtb=${virt}`,
      '-cpu',
      'cortex-a53',
      '-nic',
      'none',
      '-display',
      'none',
    ]);
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => /\.dtbo?$/.test(name)).map((name) => join(directory, name));
    return forms.map((form) => compareForm([...files, virt], form));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function compareForm(files: readonly string[], { format, make }: (typeof forms)[number]): ImageComparison {
  const different = files.filter((file) => {
    const theirs = outputOf('dtc', ['-q', '-I', 'dtb', '-O', format, file]);
    return Buffer.compare(theirs, make(readFileSync(file))) !== 0;
  });
  return {
    what: `devicetrees as ${format}, dtc`,
    compared: files.length,
    differing: different.length,
    examples: different.slice(0, 5),
  };
}
