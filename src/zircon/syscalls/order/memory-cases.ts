/** What can be wrong with calls for memory, address space, and memory for devices. */
import { ResourceKind, Status, VmFlag } from '../../abi/constants.js';
import { Resource } from '../../objects/resource.js';
import { VmarDispatcher } from '../../objects/vmar.js';
import type { Family } from './fault.js';

const PAGE = 4096;
const MAPPED = VmFlag.PERM_READ | VmFlag.PERM_WRITE;

export const memory: Family = (p, f, bench) => {
  const [vmo] = p.make('vmo_create', 1, 2 * PAGE, 0);
  const space = new VmarDispatcher(bench.kernel, p.process.aspace.rootVmar);
  const vmar = p.process.give(space);
  const root = p.process.give(Resource.root(bench.kernel));
  const irq = p.process.give(new Resource(bench.kernel, ResourceKind.IRQ, 0n, 8n, false, '', undefined));
  const [out, address] = [p.allocate(8), p.allocate(8)];
  const mapped = space.vmar.map({ vmo: bench.kernel.vm.createPaged(PAGE), size: PAGE, flags: MAPPED }).base;
  const [child] = p.make('vmar_allocate', 2, vmar, 0, 0, PAGE);
  const [iommu] = p.make('iommu_create', 1, root, 0, out, 1);
  const [bti] = p.make('bti_create', 1, iommu, 0, 0);
  return [
    {
      call: 'vmo_create',
      good: [PAGE, 0, out],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 1, 8),
        f.fault('`size`', 'OUT_OF_RANGE', 0, -1),
        f.pointer('`out`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'vmo_read',
      good: [vmo, out, 0, 8],
      faults: [
        ...f.handle('`handle`', 0, vmo),
        f.fault('`offset`, `buffer_size`', 'OUT_OF_RANGE', 2, 2 * PAGE),
        f.pointer('`buffer`', 1),
      ],
      result: Status.OK,
    },
    {
      call: 'vmo_write',
      good: [vmo, out, 0, 8],
      faults: [
        ...f.handle('`handle`', 0, vmo),
        f.fault('`offset`, `buffer_size`', 'OUT_OF_RANGE', 2, 2 * PAGE),
        f.pointer('`buffer`', 1),
      ],
      result: Status.OK,
    },
    {
      call: 'vmo_op_range',
      good: [vmo, 1, 0, PAGE, 0, 0],
      faults: [
        ...f.typed('`handle`', 0),
        f.fault('`op`', 'INVALID_ARGS', 1, 99),
        f.denied('the right that `op` needs', 0, vmo),
        f.fault('`offset`, `size`', 'OUT_OF_RANGE', 2, 3 * PAGE),
      ],
      result: Status.OK,
    },
    {
      call: 'vmo_clone',
      good: [vmo, 1, 0, PAGE, out],
      faults: [
        ...f.handle('`handle`', 0, vmo),
        f.fault('`options`', 'INVALID_ARGS', 1, 0),
        f.fault('`size`', 'OUT_OF_RANGE', 3, -1),
        f.fault('`offset`', 'INVALID_ARGS', 2, 1),
        f.pointer('`out`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'vmo_set_cache_policy',
      good: [vmo, 0],
      faults: [...f.handle('`handle`', 0, vmo), f.fault('`cache_policy`', 'INVALID_ARGS', 1, 9)],
      result: Status.BAD_STATE,
    },
    {
      call: 'vmo_create_physical',
      good: [root, 0x0900_0000, PAGE, out],
      faults: [
        ...f.typed('`resource`', 0),
        f.fault('its kind', 'ACCESS_DENIED', 0, irq),
        f.fault('`paddr`, `size`', 'INVALID_ARGS', 1, 0x0900_0001),
        f.fault('its range, RAM', 'ACCESS_DENIED', 1, 0x4000_0000),
        f.pointer('`out`', 3),
      ],
      result: Status.OK,
    },
    {
      call: 'vmar_allocate',
      good: [vmar, VmFlag.CAN_MAP_READ, 0, PAGE, out, address],
      faults: [
        ...f.handle('`parent_vmar`', 0, vmar),
        f.fault('`offset`, `size`', 'INVALID_ARGS', 3, 1),
        f.fault('`options`', 'INVALID_ARGS', 1, VmFlag.CAN_MAP_READ | VmFlag.PERM_READ),
        f.pointer('`child_addr`', 5),
        f.pointer('`child_vmar`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'vmar_map',
      good: [vmar, VmFlag.PERM_READ, 0, vmo, 0, PAGE, address],
      faults: [
        ...f.typed('`handle`', 0),
        ...f.handle('`vmo`', 3, vmo),
        f.fault('`vmar_offset`, `vmo_offset`', 'INVALID_ARGS', 4, 1),
        f.fault('`options`', 'INVALID_ARGS', 1, VmFlag.PERM_WRITE),
        f.fault('`len`', 'INVALID_ARGS', 5, 0),
        f.denied('the rights that `options` need', 0, vmar),
        f.pointer('`mapped_addr`', 6),
      ],
      result: Status.OK,
    },
    {
      call: 'vmar_protect',
      good: [vmar, VmFlag.PERM_READ, mapped, PAGE],
      faults: [
        ...f.handle('`handle`', 0, vmar),
        f.fault('`addr`, `len`', 'INVALID_ARGS', 3, 0),
        f.fault('what is there', 'NOT_FOUND', 2, 0x7000_0000_0000),
      ],
      result: Status.OK,
    },
    {
      call: 'vmar_unmap',
      good: [vmar, mapped, PAGE],
      faults: [
        ...f.typed('`handle`', 0),
        f.fault('`addr`, `len`', 'INVALID_ARGS', 2, 0),
        f.fault('what is there', 'NOT_FOUND', 1, 0x7000_0000_0000),
      ],
      result: Status.OK,
    },
    {
      call: 'vmo_get_size',
      good: [vmo, out],
      faults: [...f.typed('`handle`', 0), f.pointer('`size`', 1)],
      result: Status.OK,
    },
    {
      call: 'vmo_set_size',
      good: [vmo, PAGE],
      faults: [...f.handle('`handle`', 0, vmo), f.fault('`size`', 'OUT_OF_RANGE', 1, -1)],
      result: Status.OK,
    },
    {
      call: 'vmar_destroy',
      good: [child],
      faults: [...f.typed('`handle`', 0)],
      result: Status.OK,
    },
    {
      call: 'bti_create',
      good: [iommu, 0, 0, out],
      faults: [f.fault('`options`', 'INVALID_ARGS', 1, 1), ...f.typed('`iommu`', 0), f.pointer('`out`', 3)],
      result: Status.OK,
    },
    {
      call: 'bti_pin',
      good: [bti, 1, vmo, 0, PAGE, out, 1, address],
      faults: [
        ...f.handle('`handle`', 0, bti),
        f.fault('`options`', 'INVALID_ARGS', 1, 0),
        ...f.handle('`vmo`', 2, vmo),
        f.fault('`offset`, `size`', 'INVALID_ARGS', 3, 1),
        f.fault('`addrs_count`', 'INVALID_ARGS', 6, 2),
        f.fault('the range', 'OUT_OF_RANGE', 3, 4 * PAGE),
        f.pointer('`addrs`', 5),
        f.pointer('`pmt`', 7),
      ],
      result: Status.OK,
    },
    {
      call: 'bti_release_quarantine',
      good: [bti],
      faults: [...f.handle('`handle`', 0, bti)],
      result: Status.OK,
    },
    {
      call: 'vmo_create_contiguous',
      good: [bti, PAGE, 0, out],
      faults: [
        f.fault('`size`, `alignment_log2`', 'INVALID_ARGS', 2, 11),
        ...f.handle('`bti`', 0, bti),
        f.pointer('`out`', 3),
      ],
      result: Status.OK,
    },
  ];
};
