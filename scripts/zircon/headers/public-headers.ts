/** The public headers: what each includes, defines and declares besides the constants that abi.json lists for it. */

export interface HeaderSpec {
  /** The key in abi.json; under guest/include/zircon unless \`path\` says otherwise. */
  header: string;
  path?: string;
  includes: string[];
  /** C type of the constants whose names match, first match first; without one a constant is a plain number. */
  casts?: [RegExp, string][];
  /** C text before the constants: typedefs and macros that the constants need. */
  before?: string;
  /** Structures in the order of declaration. */
  structs?: string[];
  /** C text after the structures. */
  after?: string;
  /** No casts, no suffixes, no C outside \`#ifndef __ASSEMBLER__\`: assembly includes it too. */
  assembly?: true;
}

const u32 = 'uint32_t';

export const publicHeaders: HeaderSpec[] = [
  { header: 'errors.h', includes: [] },
  {
    header: 'rights.h',
    includes: ['stdint.h'],
    before: 'typedef uint32_t zx_rights_t;',
    casts: [[/./, 'zx_rights_t']],
    after: `#define ZX_DEFAULT_VMO_RIGHTS \\
    (ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHT_EXECUTE | ZX_RIGHT_MAP | ZX_RIGHT_SIGNAL)`,
  },
  {
    header: 'limits.h',
    includes: ['stdint.h'],
    casts: [[/./, u32]],
  },
  { header: 'features.h', includes: [], casts: [[/./, u32]] },
  { header: 'tls.h', includes: [], assembly: true },
  {
    header: 'types.h',
    includes: [
      'stdbool.h',
      'stddef.h',
      'stdint.h',
      'zircon/compiler.h',
      'zircon/errors.h',
      'zircon/limits.h',
      'zircon/rights.h',
    ],
    before: `#ifndef __cplusplus
#include <stdatomic.h>
#endif

typedef uint32_t zx_handle_t;
typedef int32_t zx_status_t;
// Nanoseconds: on a clock, and as a length.
typedef int64_t zx_time_t;
typedef int64_t zx_duration_t;
// Ticks of the hardware counter.
typedef uint64_t zx_ticks_t;
typedef uint32_t zx_clock_t;
typedef uint32_t zx_signals_t;
typedef uint64_t zx_koid_t;
typedef uint32_t zx_txid_t;
typedef uint32_t zx_vm_option_t;
typedef uintptr_t zx_vaddr_t;
typedef uintptr_t zx_paddr_t;
typedef uint32_t zx_paddr32_t;
typedef uintptr_t zx_gpaddr_t;
typedef uint64_t zx_off_t;
typedef uint32_t zx_obj_type_t;
#ifdef __cplusplus
typedef int zx_futex_t;
#else
typedef atomic_int zx_futex_t;
#endif

#define ZX_NSEC(n) ((zx_duration_t)(1LL * (n)))
#define ZX_USEC(n) ((zx_duration_t)(1000LL * (n)))
#define ZX_MSEC(n) ((zx_duration_t)(1000000LL * (n)))
#define ZX_SEC(n) ((zx_duration_t)(1000000000LL * (n)))
#define ZX_MIN(n) (ZX_SEC(n) * 60LL)
#define ZX_HOUR(n) (ZX_MIN(n) * 60LL)

// The bits of zx_signals_t that belong to the kernel, by what most objects use them for.
#define __ZX_OBJECT_SIGNAL_ALL ((zx_signals_t)0x00ffffffu)
#define __ZX_OBJECT_READABLE ((zx_signals_t)1u << 0)
#define __ZX_OBJECT_WRITABLE ((zx_signals_t)1u << 1)
#define __ZX_OBJECT_PEER_CLOSED ((zx_signals_t)1u << 2)
#define __ZX_OBJECT_SIGNALED ((zx_signals_t)1u << 3)
#define __ZX_OBJECT_HANDLE_CLOSED ((zx_signals_t)1u << 23)
${Array.from({ length: 19 }, (_, i) => `#define __ZX_OBJECT_SIGNAL_${i + 4} ((zx_signals_t)1u << ${i + 4})`).join('\n')}`,
    casts: [
      [/^ZX_HANDLE_/, 'zx_handle_t'],
      [/^ZX_CLOCK_/, 'zx_clock_t'],
      [/^ZX_KOID_/, 'zx_koid_t'],
      [/^ZX_OBJ_TYPE_/, 'zx_obj_type_t'],
      [/^ZX_(WAIT_MANY_MAX|MAX_NAME|CPRNG_)/, 'size_t'],
      [/^ZX_VM_(?!FLAG)/, 'zx_vm_option_t'],
      [/^ZX_SOCKET_(SHUTDOWN_(WRITE|READ|MASK)|STREAM|DATAGRAM|HAS_|CREATE_MASK|CONTROL$)/, u32],
      [/^ZX_CHANNEL_(READ_MAY|MAX)/, u32],
      [/^ZX_TIMER_SLACK/, u32],
      [
        /^ZX_(SIGNAL|USER_SIGNAL|EVENT|EVENTPAIR|CHANNEL|SOCKET|FIFO|TASK|JOB|PROCESS|THREAD|LOG|TIMER|VMO_ZERO)_/,
        'zx_signals_t',
      ],
      [/./, u32],
    ],
    structs: ['zx_channel_call_args', 'zx_wait_item', 'zx_handle_info'],
  },
  {
    header: 'processargs.h',
    includes: ['stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    before: `// A handle info entry: a PA_ type and an argument whose meaning depends on it.
#define PA_HND(type, arg) (((type) & 0xFF) | (((arg) & 0xFFFF) << 16))
#define PA_HND_TYPE(n) ((n) & 0xFF)
#define PA_HND_SUBTYPE(n) (((n) >> 8) & 0xFF)
#define PA_HND_ARG(n) (((n) >> 16) & 0xFFFF)`,
    structs: ['zx_proc_args'],
  },
  {
    header: 'boot/image.h',
    includes: [],
    assembly: true,
    after: `#ifndef __ASSEMBLER__
#include <stdint.h>

#define ZBI_ALIGN(n) (((uint32_t)(n) + ZBI_ALIGNMENT - 1) & -(uint32_t)ZBI_ALIGNMENT)
#define ZBI_TYPE_DRV_METADATA(type) (((type) & 0xFF) == 0x6D)
#define ZBI_CONTAINER_HEADER(length) \\
    { ZBI_TYPE_CONTAINER, (length), ZBI_CONTAINER_MAGIC, ZBI_FLAG_VERSION, 0, 0, ZBI_ITEM_MAGIC, ZBI_ITEM_NO_CRC32 }
#define ZBI_IS_KERNEL_BOOTITEM(type) (((type) & ZBI_TYPE_KERNEL_MASK) == ZBI_TYPE_KERNEL_PREFIX)
#define ZBI_BOOTFS_PAGE_ALIGN(size) (((size) + ZBI_BOOTFS_PAGE_SIZE - 1) & -(uint32_t)ZBI_BOOTFS_PAGE_SIZE)
#define ZBI_BOOTFS_DIRENT_SIZE(name_len) ((sizeof(zbi_bootfs_dirent_t) + (name_len) + 3) & -(size_t)4)

// Before every item, aligned to ZBI_ALIGNMENT.
typedef struct {
    uint32_t type;
    uint32_t length;
    uint32_t extra;
    uint32_t flags;
    uint32_t reserved0;
    uint32_t reserved1;
    uint32_t magic;
    uint32_t crc32;
} zbi_header_t;

// At the start of a kernel item.
typedef struct {
    uint64_t entry;
    uint64_t reserve_memory_size;
} zbi_kernel_t;

typedef struct {
    uint32_t magic;
    uint32_t dirsize;
    uint32_t reserved0;
    uint32_t reserved1;
} zbi_bootfs_header_t;

// name_len counts the NUL; the next entry begins at the next multiple of 4.
typedef struct {
    uint32_t name_len;
    uint32_t data_len;
    uint32_t data_off;
    char name[];
} zbi_bootfs_dirent_t;

typedef struct {
    uint64_t base;
    uint64_t length;
} zbi_nvram_t;

typedef struct {
    uint32_t vid;
    uint32_t pid;
    char board_name[ZBI_BOARD_NAME_LEN];
} zbi_platform_id_t;

typedef struct {
    uint32_t cpu_count;
    uint32_t type;
    uint32_t flags;
    uint32_t reserved;
} zbi_cpu_cluster_t;

typedef struct {
    uint32_t cluster_count;
    uint32_t reserved[3];
    zbi_cpu_cluster_t clusters[];
} zbi_cpu_config_t;

typedef struct {
    uint64_t paddr;
    uint64_t length;
    uint32_t type;
    uint32_t reserved;
} zbi_mem_range_t;

typedef struct {
    uint64_t base;
    uint32_t type;
    uint32_t irq;
} zbi_uart_t;
#endif`,
  },
  {
    header: 'boot/driver-config.h',
    includes: ['stdbool.h', 'stdint.h'],
    after: `// Devices of one range of registers and one interrupt.
typedef struct {
    uint64_t mmio_phys;
    uint32_t irq;
} dcfg_simple_t;

typedef struct {
    bool use_hvc;
    uint64_t shutdown_args[3];
    uint64_t reboot_args[3];
    uint64_t reboot_bootloader_args[3];
    uint64_t reboot_recovery_args[3];
} dcfg_arm_psci_driver_t;

// Offsets count from mmio_phys.
typedef struct {
    uint64_t mmio_phys;
    uint64_t msi_frame_phys;
    uint64_t gicd_offset;
    uint64_t gicc_offset;
    uint64_t gich_offset;
    uint64_t gicv_offset;
    uint32_t ipi_base;
    bool optional;
    bool use_msi;
} dcfg_arm_gicv2_driver_t;

typedef struct {
    uint64_t mmio_phys;
    uint64_t gicd_offset;
    uint64_t gicr_offset;
    uint64_t gicr_stride;
    uint64_t mx8_gpr_phys;
    uint32_t ipi_base;
    bool optional;
} dcfg_arm_gicv3_driver_t;

typedef struct {
    uint32_t irq_phys;
    uint32_t irq_virt;
    uint32_t irq_sphys;
    uint32_t freq_override;
} dcfg_arm_generic_timer_driver_t;`,
  },
  {
    header: 'ktrace.h',
    includes: ['stdint.h'],
    before: `// A tag: 12 bits of group, 12 of the event, 4 spare, 4 of the size in units of 8 bytes.
#define KTRACE_TAG(event, group, size) \\
    ((((group) & 0xFFFu) << 20) | (((event) & 0xFFFu) << 8) | (((size) >> 3) & 0x0Fu))
#define KTRACE_TAG_16B(event, group) KTRACE_TAG(event, group, 16)
#define KTRACE_TAG_32B(event, group) KTRACE_TAG(event, group, 32)
#define KTRACE_TAG_NAME(event, group) KTRACE_TAG(event, group, 48)
#define KTRACE_LEN(tag) (((tag) & 0xFu) << 3)
#define KTRACE_GROUP(tag) (((tag) >> 20) & 0xFFFu)
#define KTRACE_EVENT(tag) (((tag) >> 8) & 0xFFFu)
#define KTRACE_GRP_TO_MASK(group) ((group) << 20)
#define TAG_PROBE_16(n) KTRACE_TAG(((n) | 0x800u), KTRACE_GRP_PROBE, 16)
#define TAG_PROBE_24(n) KTRACE_TAG(((n) | 0x800u), KTRACE_GRP_PROBE, 24)`,
    casts: [[/./, u32]],
    after: `typedef struct ktrace_header {
    uint32_t tag;
    uint32_t tid;
    uint64_t ts;
} ktrace_header_t;

typedef struct ktrace_rec_32b {
    uint32_t tag;
    uint32_t tid;
    uint64_t ts;
    uint32_t a;
    uint32_t b;
    uint32_t c;
    uint32_t d;
} ktrace_rec_32b_t;

typedef struct ktrace_rec_name {
    uint32_t tag;
    uint32_t id;
    uint32_t arg;
    char name[1];
} ktrace_rec_name_t;`,
  },
  {
    header: 'fidl.h',
    includes: ['stdalign.h', 'stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    before: `#define FIDL_ALIGN(a) (((a) + 7) & ~7)
#define FIDL_ALIGNDECL alignas(FIDL_ALIGNMENT)

typedef struct fidl_type fidl_type_t;
typedef uint32_t fidl_union_tag_t;`,
    casts: [
      [/^FIDL_ALLOC_/, 'uintptr_t'],
      [/^FIDL_HANDLE_/, 'zx_handle_t'],
      [/^FIDL_ALIGNMENT/, 'size_t'],
    ],
    structs: ['fidl_string', 'fidl_vector', 'fidl_message_header', 'fidl_msg', 'fidl_txn', 'fidl_epitaph'],
  },
  {
    header: '../../ulib/ldmsg/include/ldmsg/ldmsg.h',
    path: 'ldmsg/ldmsg.h',
    includes: ['zircon/fidl.h', 'zircon/types.h'],
    structs: ['ldmsg_common', 'ldmsg_clone', 'ldmsg_req', 'ldmsg_rsp'],
  },
  {
    header: 'syscalls/object.h',
    includes: ['stdbool.h', 'stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    before: `typedef uint32_t zx_object_info_topic_t;
typedef uint32_t zx_obj_props_t;
typedef uint32_t zx_thread_state_t;
typedef uint32_t zx_info_maps_type_t;

#define ZX_INFO_VMO_TYPE(flags) ((flags) & (1u << 0))
#define ZX_THREAD_STATE_BASIC(n) ((n) & 0xff)`,
    casts: [
      [/^ZX_INFO_MAPS_TYPE_/, 'zx_info_maps_type_t'],
      [/^ZX_INFO_(VMO|CPU_STATS)_/, u32],
      [/^ZX_INFO_/, 'zx_object_info_topic_t'],
      [/^ZX_OBJ_PROP_/, 'zx_obj_props_t'],
      [/^ZX_THREAD_STATE_/, 'zx_thread_state_t'],
      [/^ZX_PROCESS_DEBUG_ADDR_/, 'uintptr_t'],
      [/./, u32],
    ],
    structs: [
      'zx_info_handle_basic',
      'zx_info_handle_extended',
      'zx_info_handle_count',
      'zx_info_process_handle_stats',
      'zx_info_process',
      'zx_info_thread',
      'zx_info_thread_stats',
      'zx_info_task_stats',
      'zx_info_vmar',
      'zx_info_bti',
      'zx_info_socket',
      'zx_info_maps_mapping',
      'zx_info_maps',
      'zx_info_vmo',
      'zx_info_cpu_stats',
      'zx_info_kmem_stats',
      'zx_info_resource',
    ],
  },
  {
    header: 'syscalls/port.h',
    includes: ['stdbool.h', 'stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    before: `#define ZX_PKT_TYPE_EXCEPTION(n) ((uint32_t)(0x08u | (((n) & 0xFFu) << 8)))
#define ZX_PKT_IS_USER(type) ((type) == ZX_PKT_TYPE_USER)
#define ZX_PKT_IS_SIGNAL_ONE(type) ((type) == ZX_PKT_TYPE_SIGNAL_ONE)
#define ZX_PKT_IS_SIGNAL_REP(type) ((type) == ZX_PKT_TYPE_SIGNAL_REP)
#define ZX_PKT_IS_GUEST_BELL(type) ((type) == ZX_PKT_TYPE_GUEST_BELL)
#define ZX_PKT_IS_GUEST_MEM(type) ((type) == ZX_PKT_TYPE_GUEST_MEM)
#define ZX_PKT_IS_GUEST_IO(type) ((type) == ZX_PKT_TYPE_GUEST_IO)
#define ZX_PKT_IS_GUEST_VCPU(type) ((type) == ZX_PKT_TYPE_GUEST_VCPU)
#define ZX_PKT_IS_INTERRUPT(type) ((type) == ZX_PKT_TYPE_INTERRUPT)
#define ZX_PKT_IS_EXCEPTION(type) (((type) & ZX_PKT_TYPE_MASK) == ZX_PKT_TYPE_EXCEPTION(0))`,
    casts: [
      [/^ZX_PKT_(TYPE_(?!MASK)|GUEST)/, 'uint8_t'],
      [/./, u32],
    ],
    structs: [
      'zx_packet_user',
      'zx_packet_signal',
      'zx_packet_exception',
      'zx_packet_guest_bell',
      'zx_packet_guest_mem',
      'zx_packet_guest_io',
      'zx_packet_guest_vcpu',
      'zx_packet_interrupt',
      'zx_port_packet',
    ],
  },
  {
    header: 'syscalls/policy.h',
    includes: ['stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    casts: [[/./, u32]],
    structs: ['zx_policy_basic'],
  },
  {
    header: 'syscalls/resource.h',
    includes: ['stdint.h', 'zircon/compiler.h'],
    before: `typedef uint32_t zx_rsrc_kind_t;
typedef uint32_t zx_rsrc_flags_t;
#define ZX_RSRC_EXTRACT_KIND(x) ((x) & 0x0000FFFF)
#define ZX_RSRC_EXTRACT_FLAGS(x) ((x) & 0xFFFF0000)`,
    casts: [
      [/^ZX_RSRC_KIND_/, 'zx_rsrc_kind_t'],
      [/./, 'zx_rsrc_flags_t'],
    ],
  },
  {
    header: 'syscalls/exception.h',
    includes: ['stdint.h', 'zircon/compiler.h', 'zircon/syscalls/port.h', 'zircon/types.h'],
    before: `typedef uint32_t zx_excp_type_t;
#define ZX_EXCP_IS_ARCH(excp) (((excp) & (ZX_PKT_TYPE_EXCEPTION(ZX_EXCP_SYNTH) & ~ZX_PKT_TYPE_MASK)) == 0)`,
    casts: [
      [/^ZX_EXCP_SYNTH/, 'uint8_t'],
      [/./, u32],
    ],
    structs: [
      'zx_x86_64_exc_data',
      'zx_arm64_exc_data',
      'zx_exception_context',
      'zx_exception_header',
      'zx_exception_report',
    ],
  },
  {
    header: 'syscalls/debug.h',
    includes: ['stdint.h', 'zircon/compiler.h'],
    before: `typedef uint32_t zx_thread_state_topic_t;
typedef uint32_t zx_thread_state_single_step_t;
typedef uint64_t zx_thread_x86_register_fs_t;
typedef uint64_t zx_thread_x86_register_gs_t;`,
    casts: [[/^ZX_/, u32]],
    structs: [
      'zx_thread_state_general_regs',
      'zx_thread_state_fp_regs',
      'zx_thread_state_vector_regs',
      'zx_thread_state_debug_regs',
    ],
  },
  {
    header: 'syscalls/log.h',
    includes: ['stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    structs: ['zx_log_record'],
    after: '#define ZX_LOG_RECORD_DATA_MAX (ZX_LOG_RECORD_MAX - sizeof(zx_log_record_t))',
  },
  {
    header: 'syscalls/profile.h',
    includes: ['stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    structs: ['zx_profile_scheduler', 'zx_profile_info'],
  },
  {
    header: 'syscalls/system.h',
    includes: ['stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    casts: [[/./, u32]],
    structs: ['zx_system_powerctl_arg'],
  },
  {
    header: 'syscalls/smc.h',
    includes: ['stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    before: `#define ARM_SMC_GET_SERVICE_CALL_NUM_FROM_FUNC_ID(func_id) \\
    (((func_id) >> ARM_SMC_SERVICE_CALL_NUM_SHIFT) & ARM_SMC_SERVICE_CALL_NUM_MASK)`,
    structs: ['zx_smc_parameters', 'zx_smc_result'],
  },
  {
    header: 'syscalls/iommu.h',
    includes: ['stdbool.h', 'stdint.h', 'zircon/compiler.h'],
    structs: [
      'zx_iommu_desc_dummy',
      'zx_iommu_desc_intel_scope',
      'zx_iommu_desc_intel_reserved_memory',
      'zx_iommu_desc_intel',
    ],
  },
  {
    header: 'syscalls/pci.h',
    includes: ['stdbool.h', 'stddef.h', 'stdint.h', 'zircon/compiler.h', 'zircon/types.h'],
    before: `typedef uint32_t zx_pci_bar_types_t;
typedef uint32_t zx_pci_irq_mode_t;
typedef uint32_t zx_pci_irq_swizzle_lut_t[32][8][4];`,
    casts: [
      [/^ZX_PCI_BAR_TYPE_/, 'zx_pci_bar_types_t'],
      [/^ZX_PCIE_IRQ_MODE_/, 'zx_pci_irq_mode_t'],
      [/^ZX_PCI_NO_IRQ/, u32],
    ],
    structs: ['zx_pci_bar', 'zx_pcie_device_info', 'zx_pci_init_arg'],
  },
];
