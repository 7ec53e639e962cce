/**
 * The launch of the first process, userboot, as the kernel does it once it runs: `attempt_userboot()`. Read from
 * top to bottom.
 */
import { PA, Right, Rights, VmFlag } from '../abi/constants.js';
import { imageBytes } from '../images/embedded.js';
import { userboot } from '../images/userboot.js';
import { vdso } from '../images/vdso.js';
import type { Kernel } from '../kernel.js';
import { Channel, Message } from '../objects/channel.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import type { Handle } from '../objects/handle.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { Resource } from '../objects/resource.js';
import { Thread } from '../objects/thread.js';
import { VmarDispatcher } from '../objects/vmar.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { composeProcessArgs, handleInfo } from './processargs.js';
import { createVdsos } from './vdso.js';
import { roundUpToPage } from '../vm/layout.js';
import type { Vmar } from '../vm/vmar.js';
import type { Vmo } from '../vm/vmo.js';

/** ZIRCON_DEFAULT_STACK_SIZE. */
const INITIAL_STACK_SIZE = 256 * 1024;

/** Where the loader put the boot image: physical address and size in bytes. */
export interface Ramdisk {
  readonly address: number;
  readonly size: number;
}

/** Starts userboot on a boot image. The kernel's `start` then runs it. */
export function launchUserboot(kernel: Kernel, ramdisk: Ramdisk): void {
  const { vm } = kernel;

  // The stack: no page committed yet. The boot image as it lies in RAM. An empty crash log.
  const stackVmo = new VmoDispatcher(kernel, vm.createPaged(INITIAL_STACK_SIZE));
  stackVmo.name = 'userboot-initial-stack';
  const ramdiskVmo = new VmoDispatcher(kernel, vm.createFromRam(ramdisk.address, ramdisk.size));
  ramdiskVmo.name = 'userboot-raw-ramdisk';
  const crashlogVmo = new VmoDispatcher(kernel, vm.createPaged(0));
  crashlogVmo.name = 'crashlog';
  const vdsos = createVdsos(kernel);

  // The process, under the root job, and its first thread.
  const process = new Process(kernel, kernel.rootJob, 'userboot');
  kernel.userboot = process;
  const rootVmar = new VmarDispatcher(kernel, process.aspace.rootVmar);
  const thread = new Thread(kernel, process, 'userboot');
  process.addThread(thread);

  // userboot and, directly behind it, the vDSO: its code is at a fixed distance from userboot's.
  const userbootVmo = vm.createFromImage(imageBytes('userboot'));
  userbootVmo.name = 'userboot';
  const vdsoOffset = userboot.codeEnd;
  const region = process.aspace.rootVmar.allocate({
    size: vdsoOffset + vdso.codeEnd,
    flags: VmFlag.CAN_MAP_READ | VmFlag.CAN_MAP_WRITE | VmFlag.CAN_MAP_EXECUTE | VmFlag.CAN_MAP_SPECIFIC,
  });
  mapImage(region, 0, userbootVmo, userboot);
  mapImage(region, vdsoOffset, vdsos[0].vmo, vdso);

  // The stack, anywhere.
  const stack = process.aspace.rootVmar.map({
    vmo: stackVmo.vmo,
    size: INITIAL_STACK_SIZE,
    flags: VmFlag.PERM_READ | VmFlag.PERM_WRITE,
  });
  const stackTop = stack.base + INITIAL_STACK_SIZE;

  // The bootstrap message goes into the kernel's end of a channel; userboot gets the other.
  const crashlogRights = Rights.BASIC | Rights.PROPERTY | Right.READ | Right.MAP;
  const handles: readonly (readonly [number, Dispatcher, number?])[] = [
    [handleInfo(PA.VMO_VDSO, 0), vdsos[0], VDSO_RIGHTS],
    [handleInfo(PA.VMO_VDSO, 1), vdsos[1], VDSO_RIGHTS],
    [handleInfo(PA.VMO_VDSO, 2), vdsos[2], VDSO_RIGHTS],
    [handleInfo(PA.VMO_BOOTDATA), ramdiskVmo],
    [handleInfo(PA.RESOURCE), Resource.root(kernel)],
    [handleInfo(PA.VMO_STACK), stackVmo],
    [handleInfo(PA.PROC_SELF), process],
    [handleInfo(PA.THREAD_SELF), thread],
    [handleInfo(PA.JOB_DEFAULT), new Job(kernel, kernel.rootJob)],
    [handleInfo(PA.VMAR_ROOT), rootVmar],
    [handleInfo(PA.VMO_KERNEL_FILE), crashlogVmo, crashlogRights],
  ];
  const bytes = composeProcessArgs(
    handles.map(([info]) => info),
    environment(kernel.commandLine),
  );
  const [kernelEnd, userEnd] = Channel.createPair(kernel);
  kernelEnd.write(
    new Message(
      bytes,
      handles.map(([, object, rights]) => makeHandle(kernel, object, rights ?? object.defaultRights)),
    ),
  );

  const channel = process.give(userEnd);
  // The kernel's end closes once its message is read: it has nothing more to say.
  kernel.handles.close(makeHandle(kernel, kernelEnd, 0));
  thread.start(
    BigInt(region.base + userboot.entry),
    BigInt(stackTop),
    BigInt(channel),
    BigInt(region.base + vdsoOffset),
  );
}

/** Rights of the vDSO VMOs: readable, mappable executable, never writable. */
const VDSO_RIGHTS = Rights.BASIC | Right.READ | Right.EXECUTE | Right.MAP | Right.GET_PROPERTY;

function makeHandle(kernel: Kernel, object: Dispatcher, rights: number): Handle {
  const handle = kernel.handles.make(object, rights);
  if (handle === undefined) throw new RangeError('no handle left at boot');
  return handle;
}

/** Command-line words become environment strings; one without `=` gets one behind it. */
function environment(commandLine: string): string[] {
  return commandLine
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => (word.includes('=') ? word : `${word}=`));
}

interface Image {
  readonly codeStart: number;
  readonly codeEnd: number;
}

/** The two segments of an RODSO: read-only data, then code. */
function mapImage(region: Vmar, at: number, vmo: Vmo, { codeStart, codeEnd }: Image): void {
  region.map({ vmo, vmoOffset: 0, offset: at, size: codeStart, flags: VmFlag.SPECIFIC | VmFlag.PERM_READ });
  region.map({
    vmo,
    vmoOffset: codeStart,
    offset: at + codeStart,
    size: roundUpToPage(codeEnd - codeStart),
    flags: VmFlag.SPECIFIC | VmFlag.PERM_READ | VmFlag.PERM_EXECUTE,
  });
}
