/** Random but purposeful sequences for a card and its two controllers: valid ones, broken ones, and anything. */
import type { Random } from '../devices/random.js';
import {
  ENABLE_2,
  GPFSEL4,
  GPFSEL5,
  PENDING_2,
  SCRATCH,
  SDHCI,
  SDHOST,
  type CardSetup,
  type Operation,
} from './operations.js';

type Add = (...operations: Operation[]) => void;
const write = (address: number, value: number, size: 1 | 2 | 4 = 4): Operation => ({
  kind: 'write',
  size,
  address,
  value: value >>> 0,
});
const read = (address: number, size: 1 | 2 | 4 = 4): Operation => ({ kind: 'read', size, address });

/** How a command is to be sent. */
interface Sent {
  readonly index: number;
  readonly argument: number;
  readonly response: 'none' | 'short' | 'busy' | 'long';
  /** Blocks to or from the card, and their size. */
  readonly data?: {
    readonly isRead: boolean;
    readonly count: number;
    readonly size: number;
    /** Whether the controller may stop the card by itself: of a card that does not answer that, QEMU shows its stack. */
    readonly stops?: boolean;
  };
}

/** One of the controllers, as software uses it. */
interface Host {
  send(sent: Sent): Operation[];
  /** Words through its data port. */
  data(random: Random, isRead: boolean, words: number): Operation[];
  watch(): Operation[];
}

const responses = { none: 0, long: 1, short: 2, busy: 3 } as const;

const sdhci = (random: Random): Host => ({
  send: ({ index, argument, response, data }) => {
    const mode =
      data === undefined ? 0 : (data.isRead ? 0x10 : 0) | (data.count > 1 ? 0x22 : random.oneIn(3) ? 2 : 0);
    const auto = data?.stops === true && random.oneIn(3) ? 4 : 0;
    const command =
      (index << 8) | (data === undefined ? 0 : 0x20) | responses[response] | (index === 12 ? 0xc0 : 0);
    return [
      ...(data === undefined ? [] : [write(SDHCI + 4, (data.count << 16) | data.size)]),
      write(SDHCI + 8, argument),
      write(SDHCI + 0xc, (command << 16) | mode | auto),
    ];
  },
  data: (r, isRead, words) =>
    Array.from({ length: words }, () => (isRead ? read(SDHCI + 0x20) : write(SDHCI + 0x20, r.word()))),
  watch: () => [0x10, 0x14, 0x18, 0x1c, 0x04, 0x24, 0x30].map((offset) => read(SDHCI + offset)),
});

const sdhost = (random: Random): Host => ({
  send: ({ index, argument, response, data }) => {
    const flags =
      { none: 0x400, short: 0, busy: 0x800, long: 0x200 }[response] |
      (data === undefined ? 0 : data.isRead ? 0x40 : 0x80);
    return [
      write(SDHOST + 4, argument),
      ...(data === undefined ? [] : [write(SDHOST + 0x3c, data.size), write(SDHOST + 0x50, data.count)]),
      write(SDHOST, 0x8000 | flags | index),
      ...(random.oneIn(4) ? [write(SDHOST + 0x20, 0x7f8)] : []),
    ];
  },
  data: (r, isRead, words) =>
    Array.from({ length: words }, () => (isRead ? read(SDHOST + 0x40) : write(SDHOST + 0x40, r.word()))),
  watch: () => [0x00, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x34].map((offset) => read(SDHOST + offset)),
});

/** Keeps track of what the sequence has brought the card to, roughly: enough for most commands to make sense. */
export function sequence(random: Random, { size }: CardSetup, count: number): Operation[] {
  const operations: Operation[] = [];
  const add: Add = (...more) => operations.push(...more);
  const isBlocks = size > 2 ** 31;
  const hosts = { sdhci: sdhci(random), sdhost: sdhost(random) };
  let at: keyof typeof hosts = 'sdhci';
  let address = 0;
  /** Whether data may be on its way: what CMD13 and 55 do to it is not defined, and QEMU reads beside its registers. */
  let hasData = false;
  const host = (): Host => hosts[at];

  const send = (sent: Sent): void => {
    add(...host().send(sent), ...host().watch());
    hasData = sent.data !== undefined;
  };
  const simple = (index: number, argument: number, response: Sent['response'] = 'short'): void =>
    send({ index, argument, response });

  const select = (to: keyof typeof hosts): void => {
    at = to;
    add(write(GPFSEL4, to === 'sdhci' ? 0 : 0o44_0000_0000), write(GPFSEL5, to === 'sdhci' ? 0 : 0o4444));
  };
  const prepare = (): void => {
    add(write(ENABLE_2, 0xffff_ffff), write(SDHCI + 0x34, 0xffff_ffff), write(SDHCI + 0x38, 0xffff_ffff));
    add(
      write(SDHCI + 0x2c, 7),
      write(SDHCI + 0x28, 0xf00),
      write(SDHOST + 0x38, random.pick([0x40e, 0x51e, 0xa])),
    );
    add(write(SDHOST + 0x30, 1));
  };
  const identify = (): void => {
    simple(0, 0, 'none');
    address = 0;
    simple(8, 0x1aa);
    if (random.oneIn(4)) {
      simple(55, 0);
      simple(41, 0x4000_0000);
    }
    simple(55, 0);
    simple(41, 0x40ff_8000);
    simple(2, 0, 'long');
    simple(3, 0);
    address = 0x4567;
    if (random.oneIn(3)) simple(random.pick([9, 10]), address << 16, 'long');
    simple(7, address << 16, 'busy');
  };
  const stop = (): void => {
    simple(12, 0, 'busy');
    if (at === 'sdhci') add(write(SDHCI + 0x2c, 0x0400_0007));
  };
  const place = (): number => {
    const block = random.pick([
      random.below(64),
      random.below(64),
      size / 512 - 1 - random.below(4),
      size / 512 + random.below(2),
      4096 + random.below(2),
    ]);
    if (isBlocks) return block;
    return block * 512 + (random.oneIn(6) ? random.below(512) : 0);
  };
  const transfer = (): void => {
    const isRead = random.oneIn(2);
    const count = random.oneIn(2) ? 1 : 2 + random.below(3);
    const length = random.oneIn(8) ? random.pick([4, 8, 64, 256, 500, 1024]) : 512;
    const index = isRead ? (count > 1 ? 18 : 17) : count > 1 ? 25 : 24;
    const argument = place();
    const stops = count > 1 && argument * (isBlocks ? 512 : 1) + 512 <= size;
    send({ index, argument, response: 'short', data: { isRead, count, size: length, stops } });
    const words = (count * length) / 4;
    const moved = random.oneIn(6) ? random.below(words + 8) : words;
    add(...host().data(random, isRead, moved), ...host().watch(), read(PENDING_2));
    if (count > 1 || moved < words || random.oneIn(8)) stop();
    hasData = true;
    stop();
    hasData = false;
  };
  const register = (): void => {
    const [index, length] = random.pick([
      [6, 64],
      [13, 64],
      [22, 4],
      [51, 8],
      [30, 4],
      [56, 512],
    ] as const);
    const isApp = [13, 22, 51].includes(index);
    if (isApp) simple(55, address << 16);
    const argument = index === 6 ? random.word() : index === 30 ? place() : index === 56 ? 1 : 0;
    send({ index, argument, response: 'short', data: { isRead: true, count: 1, size: length } });
    add(...host().data(random, true, length / 4), ...host().watch());
    stop();
  };
  const erase = (): void => {
    const from = random.below(64);
    const to = from + random.below(6000);
    const unit = isBlocks ? 1 : 512;
    if (!random.oneIn(6)) simple(32, random.oneIn(8) ? place() : from * unit);
    // Erasing much takes QEMU long.
    if (!random.oneIn(6)) simple(33, random.oneIn(8) && size < 2 ** 24 ? place() : to * unit);
    simple(38, 0, 'busy');
  };
  const protect = (): void => simple(random.pick([28, 29, 29]), place(), 'busy');
  const lock = (): void => {
    const length = random.pick([0, 1, 2, 3, 8, 16, 17, 24]);
    const sets = random.pick([0, 1, 1, 1, 2, 4, 5, 5, 8, 9]);
    simple(16, random.pick([1, length + 2, 24]));
    send({ index: 42, argument: 0, response: 'short', data: { isRead: false, count: 1, size: 24 } });
    const port = at === 'sdhci' ? SDHCI + 0x20 : SDHOST + 0x40;
    add(write(port, sets | (length << 8) | 0x4141_0000));
    for (let i = 0; i < 5; i++) add(write(port, 0x4141_4141));
    add(...host().watch());
    stop();
    simple(13, address << 16);
    simple(16, 512);
  };
  const program = (): void => {
    send({
      index: random.pick([26, 27]),
      argument: 0,
      response: 'short',
      data: { isRead: false, count: 1, size: 16 },
    });
    add(...host().data(random, false, 4), ...host().watch());
    stop();
    simple(13, address << 16);
  };
  const simpleCommands = (): void => {
    const index = random.oneIn(3)
      ? random.below(64)
      : random.pick([0, 2, 3, 7, 8, 9, 10, 12, 13, 16, 23, 32, 33, 55]);
    if (index === 15 || (hasData && (index === 13 || index === 55))) return;
    const argument = random.pick([
      0,
      address << 16,
      address << 16,
      place(),
      random.word(),
      random.pick([0x1aa, 0x100, 512, 4]),
    ]);
    if (index === 38) return;
    simple(
      index,
      index === 33 && size > 2 ** 24 ? argument & 0xfff : argument,
      random.pick(['none', 'short', 'short', 'busy', 'long']),
    );
    if (index === 3) address = (address + 0x4567) & 0xffff;
    if (index === 55 && random.oneIn(2)) {
      const app = random.pick([6, 13, 22, 23, 41, 42, 51, random.below(64)]);
      if (app !== 15 && app !== 38) simple(app, random.pick([0, 2, 0x40ff_8000]));
      hasData = true;
      stop();
    }
    hasData = hasData || [6, 17, 18, 24, 25, 26, 27, 30, 42, 56].includes(index);
    if (hasData) stop();
    hasData = false;
  };
  const pokeSdhci = (): void => {
    const bytes = random.pick([1, 2, 4] as const);
    const offset = random.oneIn(8)
      ? random.below(0x100)
      : random.pick([0, 4, 8, 0xc, 0x20, 0x24, 0x28, 0x2c, 0x30, 0x34, 0x38, 0x3c, 0x50, 0x54, 0x58]);
    const at = SDHCI + ((offset & ~(bytes - 1)) | (random.oneIn(2) ? 0 : bytes * random.below(4 / bytes)));
    if (random.oneIn(2)) add(read(at, bytes));
    else {
      // Single DMA goes to RAM, and a command in the upper byte would be CMD15 or 38 now and then.
      const value = (at & ~3) === SDHCI ? SCRATCH + 256 * random.below(64) : random.word();
      if ((at & ~3) === SDHCI + 0xc) return;
      add(write(at, bytes === 4 ? value : value & (2 ** (8 * bytes) - 1), bytes));
    }
    add(...hosts.sdhci.watch(), read(PENDING_2));
  };
  const dma = (): void => {
    if (at !== 'sdhci') return;
    const isRead = random.oneIn(2);
    const count = 1 + random.below(4);
    if (!isRead)
      for (let i = 0; i < 8; i++) add(write(SCRATCH + 512 * i + 4 * random.below(16), random.word()));
    simple(isRead ? 18 : 25, place());
    add(
      write(SDHCI + 4, (count << 16) | (random.below(8) << 12) | 512),
      write(SDHCI + 0xc, (isRead ? 0x10 : 0) | (count > 1 ? 0x22 : 0), 2),
    );
    add(
      write(SDHCI, SCRATCH + random.pick([0, 512, 3584])),
      ...hosts.sdhci.watch(),
      read(SDHCI),
      read(PENDING_2),
    );
    for (let i = 0; i < 12; i++) add(read(SCRATCH + 4 * random.below(1024)));
    stop();
  };
  const pokeSdhost = (): void => {
    const bytes = random.pick([1, 2, 4, 4, 4] as const);
    const offset = random.pick([4, 8, 0xc, 0x10, 0x20, 0x30, 0x34, 0x38, 0x3c, 0x40, 0x50, 0x24, 0x60]);
    if (random.oneIn(2)) add(read(SDHOST + offset, bytes));
    else add(write(SDHOST + offset, bytes === 4 ? random.word() : random.below(2 ** (8 * bytes)), bytes));
    add(...hosts.sdhost.watch(), read(PENDING_2));
  };

  const steps: readonly (() => void)[] = [
    ...[transfer, transfer, transfer, transfer, register, register, erase, protect, program, lock, dma],
    ...[simpleCommands, simpleCommands, simpleCommands, pokeSdhci, pokeSdhost],
    () => select(random.pick(['sdhci', 'sdhost'])),
    () => {
      prepare();
      identify();
    },
  ];
  prepare();
  select(random.pick(['sdhci', 'sdhost']));
  identify();
  while (operations.length < count) random.pick(steps)();
  return operations;
}
