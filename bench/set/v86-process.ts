/** v86 as a process: KERNEL BIOS VGA-BIOS INITRAMFS APPEND; what the guest writes to its serial port is shown. */
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { V86 } from 'v86';

const MIB = 2 ** 20;
const LINE_FEED = 0x0a;

const [kernel, bios, vgaBios, initramfs, cmdline] = process.argv.slice(2);
const image = (path: string): { buffer: ArrayBuffer } => ({
  buffer: Uint8Array.from(readFileSync(path)).buffer,
});

const machine = new V86({
  wasm_path: createRequire(import.meta.url).resolve('v86/build/v86.wasm'),
  memory_size: 512 * MIB,
  vga_memory_size: 8 * MIB,
  bios: image(bios),
  vga_bios: image(vgaBios),
  bzimage: image(kernel),
  initrd: image(initramfs),
  cmdline,
  autostart: true,
  disable_keyboard: true,
  disable_mouse: true,
  disable_speaker: true,
});

let line: number[] = [];
machine.add_listener('serial0-output-byte', (byte: number) => {
  line.push(byte);
  if (byte !== LINE_FEED) return;
  writeSync(1, Uint8Array.from(line));
  // The set is done: v86 has no power button that Linux without ACPI would find.
  if (Buffer.from(line).toString('latin1').startsWith('@done')) process.exit(0);
  line = [];
});
