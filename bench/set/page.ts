/** What Chromium's page does: boots /kernel with /initramfs, and logs each line of its console as JSON. */
import { Machine, planBoot, readKernel, Session } from '../../src/index.js';

/** What is logged: a line and when it came by the page's clock, in ms; at last that the machine is off. */
export type PageLine = { readonly text: string; readonly at: number } | 'ended';

const LINE_FEED = 0x0a;

async function load(name: string): Promise<{ name: string; bytes: Uint8Array }> {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name}: status ${response.status}`);
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
}

const log = (line: PageLine): void => console.log(JSON.stringify(line));

const kernel = await load('/kernel');
const machine = new Machine({ ramSize: 2 ** 30, hypervisor: true, epoch: 0 });
const plan = planBoot(
  {
    kernel: { name: kernel.name, content: readKernel(kernel.bytes, kernel.name) },
    initrd: await load('/initramfs'),
    append: new URLSearchParams(location.search).get('append') ?? '',
    seed: 0n,
  },
  machine.board,
);
machine.powerUp(plan);
let text = '';
await new Session(machine, {
  transmit: (byte) => {
    if (byte === LINE_FEED) {
      log({ text, at: performance.now() });
      text = '';
    } else {
      text += String.fromCharCode(byte);
    }
  },
}).run();
log('ended');
