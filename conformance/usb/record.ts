/** `npx tsx conformance/usb/record.ts`: writes short transcripts of QEMU's answers to tests/data/usb. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usbDevice, type UsbKind, type UsbSpecification } from '../../src/machine/index.js';
import { random } from '../devices/random.js';
import { place, sequence } from './generator.js';
import { onQemu } from './qtest.js';
import { writeTranscript } from './transcript.js';

/** All that devices say of themselves, and something beyond; of a stick there is more to be said. */
const LENGTH = 2500;
const STORAGE_LENGTH = 6000;
const of = (...kinds: readonly UsbKind[]): UsbSpecification[] => kinds.map((kind) => usbDevice(kind));
const SETS: Readonly<Record<string, readonly UsbSpecification[]>> = {
  none: of(),
  keyboard: of('usb-kbd'),
  pointers: of('usb-mouse', 'usb-tablet'),
  network: of('usb-net'),
  storage: [{ ...usbDevice('usb-storage'), drive: 'stick0' } as UsbSpecification],
};
/** Those that are to be written; all of them unless some are named. */
const named = process.argv.slice(2);

const directory = mkdtempSync(join(tmpdir(), 'firstlight-usb-'));
try {
  for (const [name, devices] of Object.entries(SETS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const operations = sequence(
      random(7),
      place(devices),
      devices.length === 0 ? 400 : name === 'storage' ? STORAGE_LENGTH : LENGTH,
    );
    const results = await onQemu(operations, devices, join(directory, name));
    writeFileSync(`tests/data/usb/${name}.txt`, writeTranscript({ devices, operations, results }));
  }
} finally {
  rmSync(directory, { recursive: true });
}
