/**
 * What a boot loader of Zircon adds to a boot image: items that tell the kernel and its drivers of the machine, in the
 * order of Zircon's own loader for QEMU. Documents: Zircon, `zircon/boot/image.h`, `zircon/boot/driver-config.h`.
 */
import {
  appendToZbi,
  commandLinePayload,
  cpuPayload,
  ImageError,
  kernelDriverPayload,
  kernelDrivers,
  memoryPayload,
  platformPayload,
  zbiType,
  type KernelDriverFields,
  type KernelDriverName,
  type ZbiInput,
} from '../images/index.js';
import type { Board, KernelDevices } from '../machine/index.js';

/** The board, as far as the items tell of it. */
export type ItemBoard = Pick<Board, 'cores' | 'ram' | 'psci' | 'kernelDevices'>;

/** The items for a board; of one that tells a kernel of no devices, those for cores and memory. */
export function bootItems(board: ItemBoard): ZbiInput[] {
  const { cores, kernelDevices: devices } = board;
  return [
    { type: zbiType.CPU_CONFIG, payload: cpuPayload([cores]) },
    { type: zbiType.MEM_CONFIG, payload: memory(board) },
    ...(devices === undefined ? [] : driverItems(devices, board.psci)),
  ];
}

/** The kernel command line as an item; none for no words. */
export const commandLineItems = (words: string): ZbiInput[] =>
  words.trim() === '' ? [] : [{ type: zbiType.CMDLINE, payload: commandLinePayload(words.trim()) }];

/** The items with others in place of those of the same type and `extra`, or behind them. */
export function withItems(items: readonly ZbiInput[], others: readonly ZbiInput[]): ZbiInput[] {
  const isReplaced = ({ type, extra = 0 }: ZbiInput): boolean =>
    others.some((other) => other.type === type && (other.extra ?? 0) === extra);
  return [...items.filter((item) => !isReplaced(item)), ...others];
}

/**
 * The boot image as a loader leaves it in RAM: without its kernel, with further items. One that cannot be read stays as
 * it is: who reads it next says what is wrong with it.
 */
export function loadedBootImage(image: Uint8Array, items: readonly ZbiInput[]): Uint8Array {
  try {
    return appendToZbi(image, items);
  } catch (error) {
    if (error instanceof ImageError) return image;
    throw error;
  }
}

function memory({ ram, kernelDevices }: ItemBoard): Uint8Array {
  const range = (base: number, size: number, type: 'ram' | 'peripheral') =>
    ({ base: BigInt(base), length: BigInt(size), type }) as const;
  return memoryPayload([
    range(ram.base, ram.size, 'ram'),
    ...(kernelDevices?.peripherals ?? []).map(({ base, size }) => range(base, size, 'peripheral')),
  ]);
}

function driver<Name extends KernelDriverName>(name: Name, fields: KernelDriverFields<Name>): ZbiInput {
  const { extra } = kernelDrivers[name];
  return { type: zbiType.KERNEL_DRIVER, extra, payload: kernelDriverPayload(name, fields) };
}

function driverItems({ uart, interrupts, timer, platform }: KernelDevices, psci: Board['psci']): ZbiInput[] {
  const { vendor, product, name } = platform;
  return [
    driver('PL011_UART', { mmioPhys: uart.base, irq: uart.interrupt }),
    driver('ARM_GIC_V2', gicv2(interrupts)),
    ...(psci === undefined ? [] : [driver('ARM_PSCI', { useHvc: psci === 'hvc' })]),
    driver('ARM_GENERIC_TIMER', { irqPhys: timer.interrupt, irqVirt: timer.virtualInterrupt }),
    { type: zbiType.PLATFORM_ID, payload: platformPayload(vendor, product, name) },
  ];
}

/** Its registers, from the lowest of them on. It is optional, as a kernel may find another controller itself. */
function gicv2({
  distributor,
  cpuInterface,
  virtualization,
  messages,
}: KernelDevices['interrupts']): KernelDriverFields<'ARM_GIC_V2'> {
  const base = Math.min(distributor, cpuInterface);
  return {
    mmioPhys: base,
    msiFramePhys: messages ?? 0,
    gicdOffset: distributor - base,
    giccOffset: cpuInterface - base,
    gichOffset: virtualization === undefined ? 0 : virtualization.control - base,
    gicvOffset: virtualization === undefined ? 0 : virtualization.cpuInterface - base,
    optional: true,
    useMsi: messages !== undefined,
  };
}
