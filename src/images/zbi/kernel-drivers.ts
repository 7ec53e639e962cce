/**
 * KERNEL_DRIVER items: what a kernel's own drivers need to know of a machine. The item's `extra` names the driver, its
 * payload is a C structure for arm64. Document: Zircon, `zircon/boot/driver-config.h` of December 2018.
 */
import type { ByteReader } from '../byte-reader.js';

/** A field's C type; `u64x3` is an array. */
type FieldType = 'bool' | 'u32' | 'u64' | 'u64x3';
type Layout = Readonly<Record<string, FieldType>>;

const simple = { mmioPhys: 'u64', irq: 'u32' } as const;

/** The header's KDRV_*, with the fields of each one's structure in their order. */
export const kernelDrivers = {
  ARM_PSCI: {
    extra: 0x49435350,
    layout: {
      useHvc: 'bool',
      shutdownArgs: 'u64x3',
      rebootArgs: 'u64x3',
      rebootBootloaderArgs: 'u64x3',
      rebootRecoveryArgs: 'u64x3',
    },
  },
  ARM_GIC_V2: {
    extra: 0x32434947,
    layout: {
      mmioPhys: 'u64',
      msiFramePhys: 'u64',
      gicdOffset: 'u64',
      giccOffset: 'u64',
      gichOffset: 'u64',
      gicvOffset: 'u64',
      ipiBase: 'u32',
      optional: 'bool',
      useMsi: 'bool',
    },
  },
  ARM_GIC_V3: {
    extra: 0x33434947,
    layout: {
      mmioPhys: 'u64',
      gicdOffset: 'u64',
      gicrOffset: 'u64',
      gicrStride: 'u64',
      mx8GprPhys: 'u64',
      ipiBase: 'u32',
      optional: 'bool',
    },
  },
  ARM_GENERIC_TIMER: {
    extra: 0x4d495441,
    layout: { irqPhys: 'u32', irqVirt: 'u32', irqSphys: 'u32', freqOverride: 'u32' },
  },
  PL011_UART: { extra: 0x55304c50, layout: simple },
  AMLOGIC_UART: { extra: 0x554c4d41, layout: simple },
  NXP_IMX_UART: { extra: 0x55584d49, layout: simple },
  MT8167_UART: { extra: 0x5538544d, layout: { socMmioPhys: 'u64', uartMmioPhys: 'u64', irq: 'u32' } },
  HISILICON_POWER: { extra: 0x4f505348, layout: { sctrlPhys: 'u64', pmuPhys: 'u64' } },
  AMLOGIC_HDCP: { extra: 0x484c4d41, layout: { presetPhys: 'u64', hiuPhys: 'u64', hdmitxPhys: 'u64' } },
} as const satisfies Readonly<Record<string, { readonly extra: number; readonly layout: Layout }>>;

export type KernelDriverName = keyof typeof kernelDrivers;

type ValueOf<Type extends FieldType> = Type extends 'bool' ? boolean : Type extends 'u64x3' ? never : number;
/** Values of a driver's fields; those that are not given are 0. */
export type KernelDriverFields<Name extends KernelDriverName> = {
  readonly [
    Field in keyof (typeof kernelDrivers)[Name]['layout']
  ]?: (typeof kernelDrivers)[Name]['layout'][Field] extends FieldType
    ? ValueOf<(typeof kernelDrivers)[Name]['layout'][Field]>
    : never;
};

const shapes: Readonly<Record<FieldType, { readonly align: number; readonly size: number }>> = {
  bool: { align: 1, size: 1 },
  u32: { align: 4, size: 4 },
  u64: { align: 8, size: 8 },
  u64x3: { align: 8, size: 24 },
};

interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
}

const aligned = (offset: number, align: number): number => Math.ceil(offset / align) * align;

/** The fields where a C compiler puts them, and the structure's size. */
function laidOut(layout: Layout): { fields: Field[]; end: number; size: number } {
  let end = 0;
  let align = 1;
  const fields = Object.entries(layout).map(([name, type]) => {
    const shape = shapes[type];
    const offset = aligned(end, shape.align);
    end = offset + shape.size;
    align = Math.max(align, shape.align);
    return { name, type, offset };
  });
  return { fields, end, size: aligned(end, align) };
}

/** The payload of a KERNEL_DRIVER item. */
export function kernelDriverPayload<Name extends KernelDriverName>(
  driver: Name,
  values: KernelDriverFields<Name>,
): Uint8Array {
  const { fields, size } = laidOut(kernelDrivers[driver].layout);
  const given: Readonly<Record<string, number | boolean | undefined>> = values;
  const payload = new Uint8Array(size);
  const view = new DataView(payload.buffer);
  for (const { name, type, offset } of fields) {
    const value = Number(given[name] ?? 0);
    if (type === 'bool') view.setUint8(offset, value);
    else if (type === 'u32') view.setUint32(offset, value, true);
    else view.setBigUint64(offset, BigInt(value), true);
  }
  return payload;
}

/** What a KERNEL_DRIVER item says; of drivers that are not known here, nothing. */
export function kernelDriverFields(reader: ByteReader, extra: number): Readonly<Record<string, unknown>> {
  const known = Object.entries(kernelDrivers).find(([, driver]) => driver.extra === extra);
  if (known === undefined) return {};
  const [driver, { layout }] = known;
  const { fields, end } = laidOut(layout);
  reader.need(0, end, `the structure of ${driver}`);
  return { driver, ...Object.fromEntries(fields.map((field) => [field.name, fieldOf(reader, field)])) };
}

function fieldOf(reader: ByteReader, { name, type, offset }: Field): unknown {
  if (type === 'bool') return reader.u8(offset, name) !== 0;
  if (type === 'u32') return reader.u32(offset, name);
  if (type === 'u64') return reader.u64(offset, name);
  return [0, 8, 16].map((at) => reader.u64(offset + at, name));
}
