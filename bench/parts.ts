/** The parts of the benchmark: what each measures, prints and demands. */
import type { Requirement } from '../scripts/requirements.js';
import { bootTimes, type BootedBoard, type BootTimes } from './boot.js';
import { growth, type Growth } from './growth.js';
import { heapProfile, type HeapProfile } from './heap.js';
import { loopSpeeds, type LoopSpeed } from './loops.js';
import { memoryUse, type MemoryUse } from './memory.js';
import type { Clock, Engine } from './processes.js';
import type { Report } from './report.js';
import { contests, runContest, type SetContest } from './set/contests.js';
import { speedTable, summary, type ProgramSpeed } from './set/measure.js';
import { median } from './statistics.js';
import { reportZircon, zirconTimes, type ZirconTimes } from './zircon.js';

/** Speeds are the other's time over ours. */
const targets = {
  bootSpeed: 1,
  /** MiB resident beyond guest RAM. */
  memory: 400,
  /** MiB that are more at the end than behind the warm-up: what waits to be collected differs by as much. */
  growth: 24,
  /**
   * Bytes for each million of instructions: about four BigInts, as calls of power firmware make a few in a boot. One
   * for each exception would be thousands of bytes.
   */
  bigintBytes: 100,
} as const;

/** What was measured. */
export interface Figures {
  boot?: Partial<Record<BootedBoard, BootTimes>>;
  programs?: readonly ProgramSpeed[];
  v86?: readonly ProgramSpeed[];
  /** In Chromium, beside Node. */
  chromium?: readonly ProgramSpeed[];
  loops?: readonly LoopSpeed[];
  memory?: MemoryUse;
  growth?: Growth;
  heap?: HeapProfile;
  zircon?: ZirconTimes;
}

/** How much is measured, and of what. */
export interface Effort {
  readonly runs: number;
  /** Of each program of the set. */
  readonly passes: number;
  /** The programs of the set. */
  readonly programs: readonly string[];
  /** Of the loops' iterations. */
  readonly scale: number;
  /** Of the operations of Zircon's services. */
  readonly percent: number;
  /** Of mixed work in one machine. */
  readonly minutes: number;
  readonly engine: Engine | undefined;
  /** By which the programs are timed. */
  readonly clock: Clock;
}

const fixed = (values: readonly number[], digits: number): string =>
  values.map((value) => value.toFixed(digits)).join(' ');

async function benchBoot(figures: Figures, report: Report, { runs, engine }: Effort): Promise<void> {
  figures.boot = {};
  for (const board of ['virt', 'raspi3b'] as const) {
    const times = await bootTimes(board, runs, engine);
    figures.boot[board] = times;
    const { firstlight, again, qemu, speed, speedAgain } = times;
    report.line(`\nboot on ${board} to /init, ${runs} runs each, in turn: seconds of wall time`);
    report.line(`  firstlight  median ${median(firstlight).toFixed(2)}  (${fixed(firstlight, 2)})`);
    report.line(
      `  once more   median ${median(again).toFixed(2)}  (${fixed(again, 2)}), with the regions kept`,
    );
    report.line(`  QEMU        median ${median(qemu).toFixed(2)}  (${fixed(qemu, 2)})`);
    for (const [name, value] of [
      ['', speed],
      [' once more', speedAgain],
    ] as const)
      report.target(
        `${value.toFixed(2)} of QEMU's speed${name}, at least ${targets.bootSpeed}`,
        value >= targets.bootSpeed,
      );
  }
}

/** The set on two machines in turn. */
const benchSet =
  (name: keyof typeof contests) =>
  async (figures: Figures, report: Report, effort: Effort): Promise<void> => {
    const { title, sides, targets: wanted }: SetContest = contests[name];
    const speeds = await runContest(contests[name], effort);
    figures[name] = speeds;
    const other = sides(effort).there.machine.name;
    report.line(
      `\n${title}, medians of ${effort.runs} runs each, in turn: seconds a pass, and ${other}'s time over ours`,
    );
    report.lines(speedTable(speeds, other));
    for (const pass of ['first', 'warm'] as const) {
      const { mean, least } = summary(speeds, pass);
      report.target(
        `${pass} pass ${mean.toFixed(2)} of ${other}'s speed, at least ${wanted[pass].mean.toFixed(2)}; ` +
          `none below ${least.toFixed(2)}, at least ${wanted[pass].least}`,
        mean >= wanted[pass].mean && least >= wanted[pass].least,
      );
    }
  };

async function benchLoops(figures: Figures, report: Report, effort: Effort): Promise<void> {
  const { runs, scale, engine } = effort;
  figures.loops = await loopSpeeds(runs, scale, engine);
  report.line(`\nloops, medians of ${runs} runs each, in turn: millions of instructions a second`);
  report.line('  loop       instructions  firstlight      QEMU  QEMU / firstlight');
  for (const { program, instructions, firstlight, qemu, ratio } of figures.loops) {
    const numbers = [
      (instructions / 1e6).toFixed(0).padStart(11) + 'M',
      firstlight.toFixed(0).padStart(11),
      qemu.toFixed(0).padStart(9),
      ratio.toFixed(1).padStart(18),
    ];
    report.line(`  ${program.padEnd(10)} ${numbers.join(' ')}`);
  }
}

async function benchMemory(figures: Figures, report: Report, { engine }: Effort): Promise<void> {
  figures.memory = await memoryUse(engine);
  const { peak, guest, beyond } = figures.memory;
  report.line(`\nmemory of a boot with 1 GiB: MiB resident`);
  report.line(`  peak ${peak.toFixed(0)}, of guest RAM ${guest.toFixed(0)}`);
  report.target(
    `${beyond.toFixed(0)} MiB beyond guest RAM, at most ${targets.memory}`,
    beyond <= targets.memory,
  );
}

async function benchGrowth(figures: Figures, report: Report, { minutes, engine }: Effort): Promise<void> {
  figures.growth = await growth(minutes, engine);
  const { programs, peak, windows, growth: grown, regions, dropped } = figures.growth;
  report.line(`\n${minutes} minutes of mixed work in one machine: MiB resident beyond guest RAM`);
  report.line(
    `  ${programs} programs run, ${regions} regions made, ${dropped} dropped since their code changed`,
  );
  report.line(`  behind the warm-up, the least of each part of the time: ${fixed(windows, 0)}`);
  report.target(`peak ${peak.toFixed(0)} MiB, at most ${targets.memory}`, peak <= targets.memory);
  report.target(`grown by ${grown.toFixed(0)} MiB, at most ${targets.growth}`, grown <= targets.growth);
}

async function benchHeap(figures: Figures, report: Report): Promise<void> {
  figures.heap = await heapProfile();
  const { instructions, bytes, sites, boundary } = figures.heap;
  const bigint = sites.filter((site) => site.bigint);
  const running = bigint.filter(({ phase }) => phase === 'running');
  report.line(
    `\nJavaScript heap in a boot of ${(instructions / 1e6).toFixed(0)}M instructions: ` +
      `${bytes.toFixed(0)} bytes for each million`,
  );
  const rows = [...sites.slice(0, 12), ...bigint.slice(0, 5)];
  report.line('     bytes  phase     function');
  for (const site of new Set([...rows, ...running])) {
    const mark = site.bigint ? '  (handles BigInts)' : '';
    report.line(`  ${site.bytes.toFixed(0).padStart(8)}  ${site.phase.padEnd(8)}  ${site.site}${mark}`);
  }
  const total = running.reduce((sum, site) => sum + site.bytes, 0);
  report.target(
    `${total.toFixed(0)} bytes by functions that handle BigInts while code runs, at most ${targets.bigintBytes}`,
    total <= targets.bigintBytes,
  );
  report.target(
    `64-bit integers between generated code and JavaScript: ${boundary.join(', ') || 'none'}`,
    boundary.length === 0,
  );
}

async function benchZircon(figures: Figures, report: Report, effort: Effort): Promise<void> {
  const { runs, percent, engine } = effort;
  figures.zircon = await zirconTimes(runs, percent, engine);
  reportZircon(
    figures.zircon,
    (text) => report.line(text),
    (text, met) => report.target(text, met),
  );
}

export interface Part {
  readonly title: string;
  readonly needs: readonly Requirement[];
  /** Only measured when it is named. */
  readonly isExtra?: true;
  run(figures: Figures, report: Report, effort: Effort): Promise<void>;
}

/** By name, in their order. */
export const parts: Readonly<Record<string, Part>> = {
  boot: {
    title: "Debian's kernel to /init, from the start of the process, on each board",
    needs: ['fixtures'],
    run: benchBoot,
  },
  programs: {
    title: 'C programs under Linux: their first pass and warm ones',
    needs: ['fixtures', 'clang', 'ld.lld'],
    run: benchSet('programs'),
  },
  v86: {
    title: 'the same C programs against v86, which runs them in a PC',
    needs: ['fixtures', 'clang', 'ld.lld', 'dpkg-deb'],
    isExtra: true,
    run: benchSet('v86'),
  },
  chromium: {
    title: 'the same C programs in headless Chromium against Node',
    needs: ['fixtures', 'clang', 'ld.lld', 'chromium'],
    isExtra: true,
    run: benchSet('chromium'),
  },
  loops: {
    title: 'bare-metal loops, each with one kind of instruction',
    needs: ['clang', 'ld.lld'],
    run: benchLoops,
  },
  memory: { title: 'what stays resident beyond guest RAM', needs: ['fixtures'], run: benchMemory },
  growth: {
    title: 'what becomes of that in minutes of mixed work (--minutes)',
    needs: ['fixtures', 'clang', 'ld.lld'],
    isExtra: true,
    run: benchGrowth,
  },
  heap: { title: 'which functions allocate while code runs', needs: ['fixtures'], run: benchHeap },
  zircon: {
    title: "Zircon's services, start to prompt",
    needs: ['fixtures', 'clang', 'ld.lld'],
    run: benchZircon,
  },
};
