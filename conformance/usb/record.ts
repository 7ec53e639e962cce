/** `npx tsx conformance/usb/record.ts`: writes short transcripts of QEMU's answers to tests/data/usb. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usbDevice, type UsbKind } from '../../src/machine/index.js';
import { random } from '../devices/random.js';
import { place, sequence } from './generator.js';
import { onQemu } from './qtest.js';
import { writeTranscript } from './transcript.js';

const LENGTH = 2500;
const SETS: Readonly<Record<string, readonly UsbKind[]>> = {
  none: [],
  keyboard: ['usb-kbd'],
  pointers: ['usb-mouse', 'usb-tablet'],
  network: ['usb-net'],
};

const directory = mkdtempSync(join(tmpdir(), 'firstlight-usb-'));
try {
  for (const [name, kinds] of Object.entries(SETS)) {
    const devices = kinds.map((kind) => usbDevice(kind));
    const operations = sequence(random(7), place(devices), kinds.length === 0 ? 400 : LENGTH);
    const results = await onQemu(operations, devices, join(directory, name));
    writeFileSync(`tests/data/usb/${name}.txt`, writeTranscript({ devices, operations, results }));
  }
} finally {
  rmSync(directory, { recursive: true });
}
