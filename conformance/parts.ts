/**
 * The parts of the conformance run: what each compares with what, and how to run it. Modules are loaded when their
 * part runs, so that a process holds only what it needs.
 */
import type { Requirement } from '../scripts/requirements.js';
import type { EncodingSummary } from './execute/summary.js';

export interface Outcome {
  readonly passed: boolean;
  /** One line of figures. */
  readonly summary: string;
  readonly encodings?: EncodingSummary;
}

export interface Part {
  readonly title: string;
  readonly needs: readonly Requirement[];
  /** Runs it, printing tables and differences as it goes. */
  run(): Promise<Outcome>;
}

/** To assemble a bare-metal program and run it. */
const bareMetal = ['clang', 'ld.lld', 'qemu-system-aarch64'] as const;

const count = (number: number): string => number.toLocaleString('en-US');
const sum = <T>(list: readonly T[], of: (item: T) => number): number =>
  list.reduce((total, item) => total + of(item), 0);

/** By name, those that take longest first. */
export const parts: Readonly<Record<string, Part>> = {
  snapshots: {
    title: 'mutated snapshots are refused in one line, or run',
    needs: ['fixtures'],
    run: async () => {
      const { mutatedSnapshots } = await import('./snapshots.js');
      const { mutations, refused, ran, failures, longest } = mutatedSnapshots(5_000);
      for (const failure of failures) console.log(failure);
      return {
        passed: failures.length === 0,
        summary:
          `${count(mutations)} snapshots, ${count(refused)} refused, ${count(ran)} ran, ` +
          `at most ${count(Math.round(longest))} ms, ${count(failures.length)} failures`,
      };
    },
  },
  execute: {
    title: 'instructions, sequences: interpreter, translator and reference evaluator against QEMU',
    needs: [...bareMetal, 'llvm-mc'],
    run: async () => {
      const { execution, executionTable } = await import('./execute.js');
      const { interpreter } = await import('./execute/interpreter.js');
      const { evaluator } = await import('./execute/evaluator.js');
      const { translator } = await import('./execute/translator.js');
      const { encodingSummary } = await import('./execute/summary.js');
      const comparisons = await execution([interpreter, evaluator, translator]);
      for (const comparison of comparisons) {
        console.log(executionTable(comparison) + '\n');
        for (const example of comparison.examples) console.log(example + '\n');
      }
      const counts = comparisons.flatMap((comparison) => comparison.counts);
      const differing = sum(counts, (row) => row.differing);
      // The translator executes a share of them.
      const encodings = encodingSummary(comparisons.slice(0, 2));
      return {
        passed: differing === 0 && encodings.executed === encodings.encodings,
        summary: `${count(sum(counts, (row) => row.executed))} cases, ${count(differing)} differing`,
        encodings,
      };
    },
  },
  lockstep: {
    title:
      'interpreter and translator in lockstep with the reference evaluator; guests in turmoil on all of them',
    needs: [],
    run: async () => {
      const { runLockstep } = await import('./lockstep.js');
      const { cases, differing, examples } = await runLockstep();
      for (const example of examples) console.log(example + '\n');
      return { passed: differing === 0, summary: `${count(cases)} cases, ${count(differing)} differing` };
    },
  },
  llvm: {
    title: 'instruction table, disassembler and assembler against LLVM',
    needs: ['llvm-mc'],
    run: async () => {
      const { compareWithLlvm } = await import('./llvm.js');
      const passed = await compareWithLlvm();
      return { passed, summary: passed ? 'every word agrees' : 'words differ' };
    },
  },
  fp: {
    title: 'floating point, from adversarial states, against QEMU',
    needs: ['clang', 'ld.lld', 'qemu-aarch64'],
    run: async () => {
      const { agrees, compareFp, fpTable } = await import('./fp.js');
      const report = await compareFp();
      console.log(fpTable(report));
      return {
        passed: agrees(report),
        summary: `${count(report.states)} states of ${report.encodings} encodings, ${report.differing.size} encodings differing`,
      };
    },
  },
  trace: {
    title: 'walks, instruction by instruction, against QEMU',
    needs: ['fixtures', 'qemu-system-aarch64'],
    run: async () => {
      const { compareTraces } = await import('./trace.js');
      const comparisons = await compareTraces();
      for (const { what, compared, differing } of comparisons)
        console.log(`${what}: ${compared} ${differing === undefined ? 'agree' : `agree, then ${differing}`}`);
      return {
        passed: comparisons.every(({ differing }) => differing === undefined),
        summary: `${count(sum(comparisons, ({ compared }) => compared))} instructions and lines of ${comparisons.length} walks`,
      };
    },
  },
  fuzz: {
    title: 'random code at every exception level: nothing throws, nothing hangs',
    needs: [],
    run: async () => {
      const { fuzz } = await import('./fuzz.js');
      const runs = [fuzz('interpreter'), fuzz('translator')];
      const longest = Math.max(...runs.map((run) => run.longest));
      return {
        passed: true,
        summary: `${count(sum(runs, ({ instructions }) => instructions))} instructions, ${count(sum(runs, ({ rounds }) => rounds))} rounds, longest entry ${longest.toFixed(0)} ms`,
      };
    },
  },
  determinism: {
    title: 'the same boot again on interpreter and translator, by way of a snapshot, in pieces',
    needs: ['fixtures'],
    run: async () => {
      const { determinism, determinismTable } = await import('./determinism.js');
      const results = await determinism();
      console.log(determinismTable(results));
      const different = results.filter(({ same }) => !same).length;
      return {
        passed: different === 0,
        summary: `${results.length} machines, ${different} with different ends`,
      };
    },
  },
  dmesg: {
    title: "the kernel's messages against QEMU's",
    needs: ['fixtures', 'qemu-system-aarch64'],
    run: async () => {
      const { compareDmesg } = await import('./dmesg.js');
      const comparisons = await compareDmesg();
      const unexplained = sum(comparisons, (comparison) => comparison.unexplained);
      return {
        passed: unexplained === 0,
        summary:
          `${sum(comparisons, ({ lines }) => lines)} lines of ${comparisons.length} boots, ` +
          `${sum(comparisons, (comparison) => comparison.explained)} differences explained, ${unexplained} not`,
      };
    },
  },
  diagnosis: {
    title: 'what is said of kernels that nobody hears, and their logs against their consoles',
    needs: ['fixtures'],
    run: async () => {
      const { compareDiagnoses } = await import('./diagnosis.js');
      const { screens, wrong } = compareDiagnoses();
      for (const each of wrong) console.log(each);
      return {
        passed: wrong.length === 0,
        summary: `${screens} black screens, ${wrong.length} told wrongly`,
      };
    },
  },
  gdb: {
    title:
      "GDB's sessions against QEMU's, packets that GDB would not send, what stops cost that are not reached",
    needs: ['fixtures', 'gdb-multiarch', 'qemu-system-aarch64'],
    run: async () => {
      const { compareSessions, SYSTEM_MAP } = await import('./gdb.js');
      const { GROWTH, LONGEST, malformedPackets } = await import('./gdb/malformed.js');
      const { costOfStops, MOST_COST } = await import('./gdb/cost.js');
      const comparisons = await compareSessions();
      for (const { board, commands, registers, explained, differing } of comparisons) {
        console.log(`${board}: ${commands} commands, ${registers} registers, ${differing.length} differing`);
        for (const [reason, times] of explained) console.log(`  ${times} times: ${reason}`);
        for (const each of differing) console.log(each + '\n');
      }
      const { packets, longest, which, grown, tooLong } = malformedPackets();
      const spent = `longest ${longest.toFixed(0)} ms, grown by ${(grown / 2 ** 20).toFixed(0)} MiB`;
      console.log(`${count(packets)} packets, ${spent} (${JSON.stringify(which)})`);
      const { breakpoints, ratio, isSame } = costOfStops(SYSTEM_MAP);
      const differing = sum(comparisons, (comparison) => comparison.differing.length);
      const isHarmless = longest < LONGEST && grown < GROWTH && tooLong.length === 0;
      return {
        passed: differing === 0 && isHarmless && isSame && ratio < MOST_COST,
        summary:
          `${sum(comparisons, ({ commands }) => commands)} commands, ${differing} differing; ${count(packets)} packets, ${spent}; ` +
          `${breakpoints} breakpoints that are not reached: ${ratio.toFixed(2)} of the time without`,
      };
    },
  },
  translation: {
    title: 'address translation against QEMU',
    needs: bareMetal,
    run: async () => {
      const { translation } = await import('./translation.js');
      const comparisons = [translation(), translation({ level: 3, batches: 5 })];
      for (const { succeeded, examples } of comparisons) {
        for (const [operation, times] of Object.entries(succeeded)) {
          console.log(`${operation.padEnd(10)} ${count(times).padStart(9)} without a fault`);
        }
        for (const example of examples) console.log(example);
      }
      const differing = sum(comparisons, (each) => each.differing);
      const performed = sum(comparisons, (each) => each.performed);
      return {
        passed: differing === 0,
        summary: `${count(performed)} translations, ${count(differing)} differing`,
      };
    },
  },
  monitor: {
    title: 'EL3: instructions at every level and in both Security states against QEMU',
    needs: bareMetal,
    run: async () => {
      const { monitor } = await import('./monitor.js');
      const { cases, differing, examples } = monitor();
      for (const example of examples) console.log(example);
      return {
        passed: differing === 0,
        summary: `${count(cases)} cases, ${count(differing)} differing`,
      };
    },
  },
  'root-disk': {
    title:
      "Debian's kernel with its root on the SD card of raspi3b, here and on QEMU: written, rebooted, found again",
    needs: ['fixtures', 'qemu-system-aarch64', 'mke2fs', 'debugfs', 'e2fsck', 'xz', 'dpkg-deb'],
    run: async () => {
      const { rootDisk } = await import('./root-disk.js');
      const reports = await rootDisk();
      const problems = reports.flatMap(({ where, problems: all }) => all.map((each) => `${where}: ${each}`));
      for (const problem of problems) console.log(problem);
      return {
        passed: problems.length === 0,
        summary: `${reports.length} machines, ${problems.length} problems`,
      };
    },
  },
  disks: {
    title: 'a process with a disk, killed at 200 moments: what its guest was told is written is in the file',
    needs: [],
    run: async () => {
      const { killDisks } = await import('./disks.js');
      const { kills, blocks, problems } = await killDisks();
      for (const problem of problems.slice(0, 10)) console.log(problem);
      return {
        passed: problems.length === 0,
        summary: `${kills} kills, ${count(blocks)} blocks, ${problems.length} lost or torn`,
      };
    },
  },
  usb: {
    title: 'the USB controller and its devices against QEMU',
    needs: ['qemu-system-aarch64'],
    run: async () => {
      const { usb } = await import('./usb.js');
      const { GROWTH, LONGEST, malformed } = await import('./usb/malformed.js');
      const { operations, differing, examples } = await usb();
      for (const example of examples) console.log(example + '\n');
      const { transfers, longest, grown } = malformed();
      const spent = `longest ${longest.toFixed(0)} ms, grown by ${(grown / 2 ** 20).toFixed(0)} MiB`;
      return {
        passed: differing === 0 && longest < LONGEST && grown < GROWTH,
        summary: `${count(operations)} operations, ${count(differing)} differing; ${count(transfers)} malformed transfers, ${spent}`,
      };
    },
  },
  sd: {
    title: 'SD card, SDHOST and SDHCI of board raspi3b against QEMU',
    needs: ['qemu-system-aarch64'],
    run: async () => {
      const { sd } = await import('./sd.js');
      const { GROWTH, LONGEST, malformed } = await import('./sd/malformed.js');
      const { operations, differing, examples } = await sd();
      for (const example of examples) console.log(example + '\n');
      const { sequences, longest, grown } = malformed();
      const spent = `longest access ${longest.toFixed(0)} ms, grown by ${(grown / 2 ** 20).toFixed(0)} MiB`;
      return {
        passed: differing === 0 && longest < LONGEST && grown < GROWTH,
        summary: `${count(operations)} operations, ${count(differing)} differing; ${count(sequences)} malformed sequences, ${spent}`,
      };
    },
  },
  devices: {
    title: 'devices of board virt against QEMU',
    needs: bareMetal,
    run: async () => {
      const { devices } = await import('./devices.js');
      const comparisons = await devices();
      for (const { device, cores, operations, differing, examples } of comparisons) {
        console.log(`${device}, ${cores} cores: ${count(operations)} operations, ${differing} differing`);
        for (const example of examples) console.log(`  ${example}`);
      }
      const differing = sum(comparisons, (comparison) => comparison.differing);
      return {
        passed: differing === 0,
        summary: `${count(sum(comparisons, ({ operations }) => operations))} accesses, ${count(differing)} differing`,
      };
    },
  },
  gpu: {
    title: 'mailbox messages, DMA and pictures of board raspi3b against QEMU',
    needs: ['qemu-system-aarch64'],
    run: async () => {
      const { gpu } = await import('./gpu.js');
      const { hostile, isHarmless } = await import('./gpu/hostile.js');
      const comparisons = await gpu();
      for (const { name, endless, operations, differing, examples } of comparisons) {
        const leftOut = endless === 0 ? '' : `, ${endless} steps without end left out`;
        console.log(`${name}: ${count(operations)} operations, ${differing} differing${leftOut}`);
        for (const example of examples) console.log(`  ${example}`);
      }
      const hostility = hostile(1000);
      const { messages, controlBlocks, longest } = hostility;
      console.log(
        `of anything at all: ${count(messages)} messages, ${count(controlBlocks)} control blocks, longest ${longest.toFixed(0)} ms`,
      );
      const differing = sum(comparisons, (comparison) => comparison.differing);
      return {
        passed: differing === 0 && isHarmless(hostility),
        summary: `${count(sum(comparisons, ({ operations }) => operations))} operations, ${count(differing)} differing`,
      };
    },
  },
  programs: {
    title: 'what small bare-metal programs see of exceptions, against QEMU',
    needs: ['qemu-system-aarch64'],
    run: async () => {
      const { programReports } = await import('./programs.js');
      const { programs, explained, differing } = programReports();
      for (const line of [...explained, ...differing]) console.log(line);
      return {
        passed: differing.length === 0,
        summary: `${programs} programs, ${explained.length} differences explained, ${differing.length} not`,
      };
    },
  },
  'bench-programs': {
    title: 'the C programs of the benchmark, each a little of its work: their checksums against QEMU',
    needs: ['fixtures', 'clang', 'ld.lld', 'qemu-system-aarch64'],
    run: async () => {
      const { benchPrograms } = await import('./bench-programs.js');
      const { programs, passes, differing } = await benchPrograms();
      for (const line of differing) console.log(line);
      return {
        passed: differing.length === 0,
        summary: `${programs} programs, ${passes} passes, ${differing.length} differing`,
      };
    },
  },
  'bare-metal': {
    title: 'programs on board raspi3b, cores and interrupts: their consoles against QEMU',
    needs: bareMetal,
    run: async () => {
      const { bareMetalPrograms } = await import('./bare-metal.js');
      const { programs, lines, differing } = bareMetalPrograms();
      for (const line of differing) console.log(line);
      return {
        passed: differing.length === 0,
        summary: `${programs} programs, ${count(lines)} lines, ${differing.length} differing`,
      };
    },
  },
  devicetree: {
    title: "board virt's devicetree, and one that the user gives, against QEMU's",
    needs: ['qemu-system-aarch64'],
    run: async () => {
      const { corrections, devicetrees } = await import('./devicetree.js');
      const generated = devicetrees();
      for (const { cores, mebibytes, el, secure, differing } of generated) {
        const levels = `EL${el}${secure ? ' and EL3' : ''}`;
        for (const line of differing) console.log(`${cores} cores, ${mebibytes} MiB, ${levels}: ${line}`);
      }
      const corrected = corrections();
      for (const { edit, el, differing } of corrected) {
        for (const line of differing) console.log(`given at EL${el}, with ${edit}: ${line}`);
      }
      const comparisons = [...generated, ...corrected];
      const differing = sum(comparisons, (comparison) => comparison.differing.length);
      return {
        passed: differing === 0,
        summary: `${count(sum(comparisons, ({ properties }) => properties))} properties, ${differing} differing`,
      };
    },
  },
  semihosting: {
    title: 'semihosting calls at random against QEMU: results, files, console, exit status; replayed',
    needs: bareMetal,
    run: async () => {
      const { semihosting } = await import('./semihosting.js');
      const { calls, differing } = await semihosting(Array.from({ length: 8 }, (_, i) => i + 1));
      for (const line of differing) console.log(line);
      return {
        passed: differing.length === 0,
        summary: `${count(calls)} calls compared, ${count(differing.length)} differing`,
      };
    },
  },
  'command-line': {
    title: "firstlight qemu's refusals, monitor, QMP and log against QEMU's",
    needs: bareMetal,
    run: async () => {
      const { compareLogs, compareMonitors, compareQmp, compareRefusals } = await import('./command-line.js');
      const [refusals, monitors] = [await compareRefusals(), await compareMonitors()];
      const [qmp, logs] = [await compareQmp(), await compareLogs()];
      const all = [refusals, monitors, qmp, logs];
      const differing = all.flatMap((each) => each.differing);
      for (const each of differing) console.log(each);
      return {
        passed: differing.length === 0,
        summary:
          `${refusals.compared} command lines, ${count(monitors.commands)} commands, ` +
          `${count(qmp.messages)} messages of QMP, ${count(logs.lines)} lines of the log, ${differing.length} differing`,
      };
    },
  },
  userboot: {
    title: "userboot: its readers under sanitizers, the lz4 command's frames, mutated boot images",
    needs: ['clang'],
    run: async () => {
      const { readers } = await import('./userboot/readers.js');
      const { bootMutations } = await import('./userboot/mutations.js');
      const { frames, mutations, outcomes } = readers();
      for (const outcome of outcomes) console.log(`${count(outcome.count).padStart(9)} ${outcome.text}`);
      const booted = bootMutations(20_000);
      console.log(`\n${count(booted.boots)} boots`);
      for (const [text, times] of booted.outcomes) console.log(`${count(times).padStart(9)} ${text}`);
      for (const failure of booted.failures) console.log(failure);
      return {
        passed: booted.failures.length === 0,
        summary:
          `${frames} frames, ${count(mutations)} mutations read, ${count(booted.boots)} booted, ` +
          `${count(booted.failures.length)} without an end or a reason`,
      };
    },
  },
  'zircon-boot': {
    title: 'mutated boot images end in one line, in time, and break nothing',
    needs: [],
    run: async () => {
      const { bootMutations } = await import('./zircon-boot.js');
      const { runs, outcomes, failures, longest } = bootMutations();
      for (const outcome of outcomes) console.log(`${count(outcome.count).padStart(9)} ${outcome.text}`);
      for (const failure of failures) console.log(failure);
      return {
        passed: failures.length === 0,
        summary: `${count(runs)} images, ${outcomes.length} outcomes, at most ${count(longest)} instructions, ${failures.length} failures`,
      };
    },
  },
  recordings: {
    title: 'mutated recordings are refused in one line, or right as far as they go',
    needs: [],
    run: async () => {
      const { mutatedRecordings } = await import('./recordings.js');
      const { recordings, fates, failures } = await mutatedRecordings(10_000);
      for (const [fate, times] of fates) console.log(`${count(times).padStart(9)} ${fate}`);
      for (const failure of failures) console.log(failure);
      return {
        passed: failures.length === 0,
        summary: `${count(recordings)} recordings, ${count(failures.length)} failures`,
      };
    },
  },
  'zircon-syscalls': {
    title: 'random system calls at EL0 break nothing in the kernel and leave nothing behind',
    needs: ['clang', 'ld.lld'],
    run: async () => {
      const { fuzzSyscalls } = await import('./zircon-syscalls.js');
      const runs = [fuzzSyscalls({ calls: 2_000_000 }), fuzzSyscalls({ calls: 500_000, cores: 4, seed: 2n })];
      const failures = runs.flatMap((run) => run.failures);
      for (const failure of failures) console.log(failure);
      return {
        passed: failures.length === 0,
        summary:
          `${count(sum(runs, ({ calls }) => calls))} calls of ${runs[0].byName.size} kinds, ` +
          `${count(sum(runs, ({ rounds }) => rounds))} times all workers killed, ${failures.length} failures`,
      };
    },
  },
  'c-library': {
    title: "the guest's C library against glibc and libgcc on arm64, and against libquadmath",
    needs: ['clang', 'ld.lld', 'qemu-aarch64', 'aarch64-linux-gnu-gcc', 'gcc'],
    run: async () => {
      const { compareCLibrary } = await import('./c-library.js');
      const comparisons = await compareCLibrary();
      for (const { name, lines, differing } of comparisons) {
        console.log(
          `${name.padEnd(14)} ${count(lines).padStart(7)} lines, ${differing.length === 0 ? 'the same' : 'differing'}`,
        );
        for (const line of differing) console.log(`  ${line}`);
      }
      const wrong = comparisons.filter(({ differing }) => differing.length > 0).length;
      return {
        passed: wrong === 0,
        summary: `${count(sum(comparisons, ({ lines }) => lines))} lines of ${comparisons.length} files, ${wrong} files differing`,
      };
    },
  },
  network: {
    title: "the user-mode network against QEMU's libslirp: the same guest on both",
    needs: ['qemu-system-aarch64'],
    run: async () => {
      const { network } = await import('./network.js');
      const { compared, differing, examples } = await network();
      for (const example of examples) console.log(example);
      return {
        passed: differing === 0,
        summary: `${count(compared)} compared, ${count(differing)} differing`,
      };
    },
  },
  'network-linux': {
    title: "the user-mode network against Linux's stack: bulk with losses and disorder, sizes, ends",
    needs: ['ip', 'nsenter', 'qemu-system-aarch64', 'tun'],
    run: async () => {
      const { networkLinux } = await import('./network-linux.js');
      const { checks, failures, megabytes } = await networkLinux();
      for (const failure of failures) console.log(failure);
      return {
        passed: failures.length === 0,
        summary: `${count(checks)} compared, ${count(failures.length)} differing; ${count(megabytes)} MB`,
      };
    },
  },
  'network-frames': {
    title: 'mutated frames and events leave the user-mode network as it should be',
    needs: [],
    run: async () => {
      const { mutatedFrames } = await import('../tests/network/mutated-frames.js');
      const { frames, failures, largest, longest } = mutatedFrames(100_000);
      for (const failure of failures) console.log(failure);
      return {
        passed: failures.length === 0,
        summary:
          `${count(frames)} frames, at most ${count(Math.round(largest / 1024))} KiB kept and ` +
          `${count(Math.round(longest))} ms for one, ${count(failures.length)} failures`,
      };
    },
  },
  images: {
    title:
      'files against dtc, binutils, LLVM, cpio, gzip and Linux; mutated files are read or refused in one line',
    needs: ['fixtures', 'cpio', 'dtc', 'gzip', 'llvm-objdump', 'qemu-system-aarch64', 'readelf'],
    run: async () => {
      const { compareImages, readMutatedFiles } = await import('./images.js');
      const agree = await compareImages();
      const { files, wrong } = readMutatedFiles();
      for (const line of wrong) console.log(line);
      return {
        passed: agree && wrong.length === 0,
        summary: `${agree ? 'every file agrees' : 'files differ'}; ${count(files)} mutated, ${wrong.length} neither read nor refused`,
      };
    },
  },
};
