/**
 * C bodies of the structures that abi.json lists only in part: unions, unnamed members, pointers to functions. That
 * they have the listed size, alignment and offsets is asserted when guest/abi-check is compiled.
 */
export const structBodies: Record<string, string> = {
  zx_packet_user: `typedef union zx_packet_user {
    uint64_t u64[4];
    uint32_t u32[8];
    uint16_t u16[16];
    uint8_t c8[32];
} zx_packet_user_t;`,
  zx_packet_guest_io: `typedef struct zx_packet_guest_io {
    uint16_t port;
    uint8_t access_size;
    bool input;
    union {
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
        uint8_t data[4];
    };
    uint64_t reserved0;
    uint64_t reserved1;
    uint64_t reserved2;
} zx_packet_guest_io_t;`,
  zx_packet_guest_vcpu: `typedef struct zx_packet_guest_vcpu {
    union {
        struct {
            uint64_t mask;
            uint8_t vector;
        } interrupt;
        struct {
            uint64_t id;
            zx_gpaddr_t entry;
        } startup;
    };
    uint8_t type;
    uint64_t reserved;
} zx_packet_guest_vcpu_t;`,
  zx_port_packet: `typedef struct zx_port_packet {
    uint64_t key;
    uint32_t type;
    zx_status_t status;
    union {
        zx_packet_user_t user;
        zx_packet_signal_t signal;
        zx_packet_exception_t exception;
        zx_packet_guest_bell_t guest_bell;
        zx_packet_guest_mem_t guest_mem;
        zx_packet_guest_io_t guest_io;
        zx_packet_guest_vcpu_t guest_vcpu;
        zx_packet_interrupt_t interrupt;
    };
} zx_port_packet_t;`,
  zx_info_maps: `typedef struct zx_info_maps {
    char name[ZX_MAX_NAME_LEN];
    zx_vaddr_t base;
    size_t size;
    size_t depth;
    zx_info_maps_type_t type;
    union {
        zx_info_maps_mapping_t mapping;
    } u;
} zx_info_maps_t;`,
  zx_exception_context: `typedef struct zx_exception_context {
    struct {
        union {
            zx_x86_64_exc_data_t x86_64;
            zx_arm64_exc_data_t arm_64;
        } u;
    } arch;
} zx_exception_context_t;`,
  zx_thread_state_vector_regs: `typedef struct zx_thread_state_vector_regs {
    uint32_t fpcr;
    uint32_t fpsr;
    struct {
        uint64_t low;
        uint64_t high;
    } v[32];
} zx_thread_state_vector_regs_t;`,
  zx_thread_state_debug_regs: `typedef struct zx_thread_state_debug_regs {
    struct {
        uint64_t dbgbvr;
        uint32_t dbgbcr;
    } hw_bps[AARCH64_MAX_HW_BREAKPOINTS];
    uint8_t hw_bps_count;
    struct {
        uint64_t dbgwvr;
        uint32_t dbgwcr;
    } hw_wps[AARCH64_MAX_HW_WATCHPOINTS];
    uint8_t hw_wps_count;
} zx_thread_state_debug_regs_t;`,
  zx_profile_info: `typedef struct zx_profile_info {
    uint32_t type;
    union {
        zx_profile_scheduler_t scheduler;
    };
} zx_profile_info_t;`,
  zx_system_powerctl_arg: `typedef struct zx_system_powerctl_arg {
    union {
        struct {
            uint8_t target_s_state;
            uint8_t sleep_type_a;
            uint8_t sleep_type_b;
        } acpi_transition_s_state;
        struct {
            uint32_t power_limit;
            uint32_t time_window;
            uint8_t clamp;
            uint8_t enable;
        } x86_power_limit;
    };
} zx_system_powerctl_arg_t;`,
  zx_pci_bar: `typedef struct zx_pci_bar {
    uint32_t id;
    uint32_t type;
    size_t size;
    union {
        uintptr_t addr;
        zx_handle_t handle;
    };
} zx_pci_bar_t;`,
  zx_pci_init_arg: `typedef struct zx_pci_init_arg {
    zx_pci_irq_swizzle_lut_t dev_pin_to_global_irq;
    uint32_t num_irqs;
    struct {
        uint32_t global_irq;
        bool level_triggered;
        bool active_high;
    } irqs[64];
    uint32_t addr_window_count;
    struct {
        uint64_t base;
        size_t size;
        uint8_t bus_start;
        uint8_t bus_end;
        uint8_t cfg_space_type;
        bool has_ecam;
    } addr_windows[];
} zx_pci_init_arg_t;`,
  fidl_txn: `typedef struct fidl_txn fidl_txn_t;
struct fidl_txn {
    zx_status_t (*reply)(fidl_txn_t* txn, const fidl_msg_t* msg);
};`,
  fidl_epitaph: `typedef struct fidl_epitaph {
    FIDL_ALIGNDECL fidl_message_header_t hdr;
} fidl_epitaph_t;`,
  ldmsg_common: `typedef struct ldmsg_common {
    fidl_string_t string;
    zx_handle_t object;
} ldmsg_common_t;`,
  ldmsg_clone: `typedef struct ldmsg_clone {
    FIDL_ALIGNDECL zx_handle_t object;
} ldmsg_clone_t;`,
  ldmsg_req: `typedef struct ldmsg_req {
    fidl_message_header_t header;
    union {
        ldmsg_clone_t clone;
        ldmsg_common_t common;
        char data[LDMSG_MAX_PAYLOAD];
    };
} ldmsg_req_t;`,
};
