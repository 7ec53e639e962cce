/** What a machine is made with: what somebody asks for, and what becomes of that. */
import {
  coreModels,
  count,
  flag,
  listOf,
  nullOr,
  rateShape,
  record,
  text,
  USUAL_RATE,
  type CoreModel,
  type CoreModelName,
  type Shape,
} from '../engine/index.js';
import { networkShape, type NetworkConfiguration } from '../network/index.js';
import type { BoardKind } from './boards/board.js';
import { boardNamed, type BoardName } from './boards/boards.js';
import {
  BoardError,
  checkDisks,
  checkEpoch,
  checkLimits,
  checkNetworks,
  checkRate,
  checkUsb,
  checkUsbDisks,
} from './boards/limits.js';
import type { Disk } from './disk/index.js';
import { semihostingShape, type SemihostingConfiguration } from './semihosting/index.js';
import { macShape, usbListShape, type UsbSpecification } from './usb/index.js';

export interface MachineOptions {
  /** The name of one of `boards`, or another kind of board; `virt` unless given. */
  readonly board?: BoardName | BoardKind;
  /** What the board can have, which `boards` says; on board `virt` 1 to 8, and 1 unless given. */
  readonly cores?: number;
  /** Bytes of RAM, a multiple of 64 KiB; on board `virt` up to 3 GiB, and 1 GiB unless given. */
  readonly ramSize?: number;
  /** Whether the cores have EL2; on board `virt` they do unless told otherwise. */
  readonly hypervisor?: boolean;
  /** Whether they have EL3, and Secure state with it; on board `virt` they do not unless told so. */
  readonly secure?: boolean;
  /** The model of the cores, one of `coreModels`; `cortex-a53` unless given. */
  readonly cpu?: CoreModelName;
  /** What the real time clock shows at the start, in seconds since 1970, up to 2^32 - 1; 0 unless given. */
  readonly epoch?: number;
  /** How many instructions a core executes to a second of virtual time, from 10^6 to 10^10; 10^9 unless given. */
  readonly instructionsPerSecond?: number;
  /** The Ethernet address that the board's firmware tells, `52:54:00:12:34:56`; null for what is usual. */
  readonly mac?: string | null;
  /** USB devices that are plugged in, in this order; none unless given. */
  readonly usb?: readonly UsbSpecification[];
  /** Whether programs may call the host by HLT #0xF000, and what they have then; null, as it is unless given: they may not. */
  readonly semihosting?: SemihostingConfiguration | null;
  /** Where the randomness of the board's devices comes from, 64 bits; 0 unless given. What came of it is in the state. */
  readonly seed?: bigint;
  /** Networks for the board's cards, each of which has a name of its own; none unless given. */
  readonly networks?: readonly NetworkConfiguration[];
  /**
   * Disks: those that USB devices have, by number from 0, and what is plugged into the board's drives, in their order; none
   * unless given. A disk is one machine's.
   */
  readonly disks?: readonly Disk[];
}

/** What a machine was made with, the board by its name, without its disks and its seed. */
export type MachineConfiguration = Required<Omit<MachineOptions, 'board' | 'disks' | 'seed' | 'usb'>> & {
  readonly board: string;
  readonly usb: UsbSpecification[];
};
/** Networks of a machine. */
const MOST_NETWORKS = 8;

/** Its shape in a file; whether there is such a board, with such cores, is for `Machine` to say. */
export const configurationShape = record<MachineConfiguration>({
  board: text,
  cores: count,
  ramSize: count,
  hypervisor: flag,
  secure: flag,
  cpu: text as Shape<CoreModelName>,
  epoch: count,
  instructionsPerSecond: rateShape,
  networks: listOf(networkShape, MOST_NETWORKS),
  usb: usbListShape,
  mac: nullOr(macShape),
  semihosting: semihostingShape,
});

/** Throws BoardError if there is no such core. */
function coreModelNamed(name: string): CoreModel {
  if (Object.hasOwn(coreModels, name)) return coreModels[name as CoreModelName];
  const known = Object.keys(coreModels).join(', ');
  throw new BoardError(`'${name}' is not a core model, expected one of ${known}`);
}

/** Numbers of the disks that USB devices have. */
const disksOf = (usb: readonly UsbSpecification[]): number[] =>
  usb.flatMap((device) => (device.kind === 'usb-storage' ? [device.disk] : []));

/** Which disks are for the board's drives, and which its USB devices have, by number. */
export function dealOut(
  disks: readonly Disk[],
  usb: readonly UsbSpecification[],
): { readonly disks: readonly Disk[]; readonly usbDisks: ReadonlyMap<number, Disk> } {
  const taken = disksOf(usb);
  return {
    disks: disks.filter((_, number) => !taken.includes(number)),
    usbDisks: new Map(taken.map((number) => [number, disks[number]])),
  };
}

/** All that a machine is made of. */
export interface Configured {
  readonly kind: BoardKind;
  readonly model: CoreModel;
  readonly configuration: MachineConfiguration;
  readonly disks: readonly Disk[];
  readonly seed: bigint;
}

/**
 * What somebody asks for, and what is usual where nothing is said. Throws BoardError for a board or a core model that
 * there is not, or for what the board cannot have.
 */
export function configured({
  board = 'virt',
  disks = [],
  seed = 0n,
  ...options
}: MachineOptions): Configured {
  const kind = typeof board === 'string' ? boardNamed(board) : board;
  const { cores = kind.cores.usual, ramSize = kind.ram.usual, cpu = 'cortex-a53' } = options;
  const { epoch = 0, instructionsPerSecond = USUAL_RATE, networks = [], usb = [], mac = null } = options;
  const { semihosting = null } = options;
  const { hypervisor = kind.levels[0] >= 2, secure = kind.levels[0] === 3 } = options;
  const levels = { hypervisor, secure };
  checkLimits(kind, cores, ramSize, levels);
  checkEpoch(epoch);
  checkRate(instructionsPerSecond);
  const usbDisks = disksOf(usb);
  checkUsbDisks(usbDisks, disks.length);
  checkDisks(kind, disks.length - usbDisks.length);
  checkNetworks(
    networks.map(({ id }) => id),
    MOST_NETWORKS,
  );
  checkUsb(kind, usb.length);
  const size = { board: kind.name, cores, ramSize, ...levels, cpu };
  const configuration = {
    ...size,
    epoch,
    instructionsPerSecond,
    networks: [...networks],
    usb: [...usb],
    mac,
    semihosting,
  };
  return { kind, model: coreModelNamed(cpu), configuration, disks, seed };
}
