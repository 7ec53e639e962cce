// docs/vdso.md: the enforcement of the vDSO, and its calls that never enter the kernel.
#include <elf.h>
#include <zircon/features.h>
#include <zircon/limits.h>
#include <zircon/status.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/port.h>

#include "mini.h"

struct code_segment {
    zx_vaddr_t base; // of the vDSO
    zx_vaddr_t address;
    uint64_t offset, size;
};

static struct code_segment code_of_vdso(void) {
    struct code_segment code = {0};
    zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &code.base, sizeof(code.base));
    const Elf64_Ehdr* header = (const Elf64_Ehdr*)code.base;
    const Elf64_Phdr* segments = (const Elf64_Phdr*)(code.base + header->e_phoff);
    for (unsigned i = 0; i < header->e_phnum; ++i) {
        if (segments[i].p_type == PT_LOAD && (segments[i].p_flags & PF_X) != 0) {
            code.address = code.base + segments[i].p_vaddr;
            code.offset = segments[i].p_offset;
            code.size = (segments[i].p_memsz + ZX_PAGE_SIZE - 1) & ~(uint64_t)ZX_PAGE_MASK;
        }
    }
    return code;
}

TEST(vdso_cannot_be_unmapped) {
    const struct code_segment code = code_of_vdso();
    const size_t whole = code.address + code.size - code.base;
    EXPECT_STATUS(zx_vmar_unmap(zx_vmar_root_self(), code.base, whole), ZX_ERR_ACCESS_DENIED);
    // The code lies in a region of its own: that it is the vDSO's counts before the region is only cut.
    EXPECT_STATUS(zx_vmar_unmap(zx_vmar_root_self(), code.address, ZX_PAGE_SIZE), ZX_ERR_ACCESS_DENIED);
    EXPECT(zx_ticks_get() > 0); // it is still there
}

TEST(vdso_cannot_be_protected_away) {
    const struct code_segment code = code_of_vdso();
    // Through the root it is a region, whatever is in that; through its own VMAR it is the vDSO's code.
    EXPECT_STATUS(zx_vmar_protect(zx_vmar_root_self(), ZX_VM_PERM_READ, code.address, code.size), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_vmar_protect(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, code.address, ZX_PAGE_SIZE),
                  ZX_ERR_INVALID_ARGS);
    zx_handle_t process, root, vmar;
    zx_vaddr_t region, address;
    const zx_vm_option_t executable = ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE,
                         can = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE;
    REQUIRE_OK(zx_process_create(zx_job_default(), "vdso", 4, 0, &process, &root));
    REQUIRE_OK(zx_vmar_allocate(root, can, 0, code.size, &vmar, &region));
    REQUIRE_OK(zx_vmar_map(vmar, executable, 0, vdso_vmo, code.offset, code.size, &address));
    EXPECT_STATUS(zx_vmar_protect(vmar, ZX_VM_PERM_READ, address, code.size), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_unmap(vmar, address, code.size), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_destroy(vmar), ZX_ERR_ACCESS_DENIED);
    CLOSE(process, root, vmar);
}

TEST(vdso_cannot_be_overwritten) {
    const struct code_segment code = code_of_vdso();
    const zx_handle_t vmo = new_vmo(code.size);
    zx_vaddr_t address;
    zx_info_vmar_t root;
    EXPECT_OK(zx_object_get_info(zx_vmar_root_self(), ZX_INFO_VMAR, &root, sizeof(root), NULL, NULL));
    EXPECT_STATUS(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_SPECIFIC_OVERWRITE,
                              code.address - root.base, vmo, 0, code.size, &address),
                  ZX_ERR_ACCESS_DENIED);
    CLOSE(vmo);
}

TEST(vdso_is_executable_only_once) {
    const struct code_segment code = code_of_vdso();
    zx_vaddr_t address;
    REQUIRE(vdso_vmo != ZX_HANDLE_INVALID);
    const zx_vm_option_t executable = ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE;
    EXPECT_STATUS(zx_vmar_map(zx_vmar_root_self(), executable, 0, vdso_vmo, code.offset, code.size, &address),
                  ZX_ERR_ACCESS_DENIED);
    // Readable it may be as often as one likes.
    EXPECT_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vdso_vmo, 0, code.offset + code.size, &address));
    EXPECT(memcmp((const void*)address, (const void*)code.base, code.offset) == 0);
    EXPECT_STATUS(zx_vmar_protect(zx_vmar_root_self(), executable, address + code.offset, code.size),
                  ZX_ERR_ACCESS_DENIED);
    EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), address, code.offset + code.size));
}

TEST(vdso_executable_mapping_must_be_exact) {
    const struct code_segment code = code_of_vdso();
    zx_handle_t process, vmar;
    zx_vaddr_t address;
    const zx_vm_option_t executable = ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE;
    REQUIRE_OK(zx_process_create(zx_job_default(), "vdso", 4, 0, &process, &vmar));
    EXPECT_STATUS(zx_vmar_map(vmar, executable, 0, vdso_vmo, 0, code.offset + code.size, &address), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_map(vmar, executable, 0, vdso_vmo, code.offset, code.size + ZX_PAGE_SIZE, &address),
                  ZX_ERR_ACCESS_DENIED);
    if (code.size > ZX_PAGE_SIZE) {
        EXPECT_STATUS(zx_vmar_map(vmar, executable, 0, vdso_vmo, code.offset, ZX_PAGE_SIZE, &address),
                      ZX_ERR_ACCESS_DENIED);
    }
    EXPECT_OK(zx_vmar_map(vmar, executable, 0, vdso_vmo, code.offset, code.size, &address));
    EXPECT_STATUS(zx_vmar_map(vmar, executable, 0, vdso_vmo, code.offset, code.size, &address), ZX_ERR_ACCESS_DENIED);
    EXPECT_STATUS(zx_vmar_unmap(vmar, address, code.size), ZX_ERR_ACCESS_DENIED);
    CLOSE(process, vmar);
}

TEST(vdso_is_not_writable) {
    char byte = 0;
    EXPECT_EQ(rights_of(vdso_vmo) & ZX_RIGHT_WRITE, 0);
    EXPECT_STATUS(zx_vmo_write(vdso_vmo, &byte, 0, 1), ZX_ERR_ACCESS_DENIED);
}

// An svc that is not the vDSO's own is no way into the kernel.
TEST(vdso_is_the_only_way_in) {
    struct mini mini;
    zx_port_packet_t packet = {0};
    zx_handle_t port;
    REQUIRE_OK(zx_port_create(0, &port));
    for (unsigned i = 0; i < 3; ++i) {
        REQUIRE(mini_create(&mini, zx_job_default()));
        EXPECT_OK(zx_task_bind_exception_port(mini.process, port, 1, 0));
        EXPECT_OK(mini_start(&mini, mini_system_call, new_event()));
        EXPECT_OK(zx_port_wait(port, after_ms(2000), &packet));
        EXPECT(ZX_PKT_IS_EXCEPTION(packet.type));
        EXPECT_OK(zx_task_resume_from_exception(mini.thread, port, ZX_RESUME_TRY_NEXT));
        EXPECT(mini_join(&mini) != 0);
        mini_close(&mini);
    }
    CLOSE(port);
}

TEST(vdso_constants) {
    char version[64] = "";
    uint32_t features = 0;
    EXPECT(zx_system_get_num_cpus() >= 1);
    EXPECT(zx_system_get_physmem() >= 16 << 20 && zx_system_get_physmem() % ZX_PAGE_SIZE == 0);
    EXPECT(zx_system_get_dcache_line_size() >= 16);
    EXPECT_OK(zx_system_get_version(version, sizeof(version)));
    EXPECT(strlen(version) > 4);
    EXPECT_STATUS(zx_system_get_version(version, 1), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_OK(zx_system_get_features(ZX_FEATURE_KIND_CPU, &features));
    const uint32_t basic = ZX_HAS_CPU_FEATURES | ZX_ARM64_FEATURE_ISA_FP | ZX_ARM64_FEATURE_ISA_ASIMD;
    EXPECT_EQ(features & basic, basic);
    EXPECT_STATUS(zx_system_get_features(99, &features), ZX_ERR_NOT_SUPPORTED);
    EXPECT(strcmp(zx_status_get_string(ZX_OK), "ZX_OK") == 0);
    EXPECT(strcmp(zx_status_get_string(ZX_ERR_CONNECTION_ABORTED), "ZX_ERR_CONNECTION_ABORTED") == 0);
    EXPECT(strcmp(zx_status_get_string(-9999), "(UNKNOWN)") == 0);
}

TEST(vdso_cache_flush) {
    static char data[256];
    EXPECT_OK(zx_cache_flush(data, sizeof(data), ZX_CACHE_FLUSH_DATA));
    EXPECT_OK(zx_cache_flush(data, sizeof(data), ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE));
    EXPECT_OK(zx_cache_flush(data, sizeof(data), ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INSN));
    EXPECT_STATUS(zx_cache_flush(data, sizeof(data), 0), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_cache_flush(data, sizeof(data), ZX_CACHE_FLUSH_INVALIDATE), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_cache_flush(data, sizeof(data), 0x80), ZX_ERR_INVALID_ARGS);
}

TEST(vdso_random) {
    uint64_t words[2][80] = {{0}};
    zx_cprng_draw(words[0], sizeof(words[0])); // more than the kernel gives at once
    zx_cprng_draw(words[1], sizeof(words[1]));
    EXPECT(memcmp(words[0], words[1], sizeof(words[0])) != 0);
    EXPECT(words[0][79] != 0 && words[0][0] != 0);
    EXPECT_OK(zx_cprng_add_entropy(words, 64));
    EXPECT_STATUS(zx_cprng_add_entropy(words, ZX_CPRNG_ADD_ENTROPY_MAX_LEN + 1), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_cprng_add_entropy(bad_pointer(), 8), ZX_ERR_INVALID_ARGS);
}

// Every call is there under both names, and they are the same.
TEST(vdso_names) {
    const void* const volatile functions[][2] = {
        {(const void*)zx_channel_create, (const void*)_zx_channel_create},
        {(const void*)zx_ticks_get, (const void*)_zx_ticks_get},
        {(const void*)zx_system_powerctl, (const void*)_zx_system_powerctl},
    };
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(functions[i][0], functions[i][1]);
    }
}

// A symbol of an image of the vDSO, found by its name alone, as a linker does that looks at nothing else.
static const Elf64_Sym* symbol_named(zx_vaddr_t image, const char* name) {
    const Elf64_Ehdr* header = (const Elf64_Ehdr*)image;
    const Elf64_Phdr* segments = (const Elf64_Phdr*)(image + header->e_phoff);
    zx_vaddr_t symbols = 0, symbols_end = 0, strings = 0;
    for (unsigned i = 0; i < header->e_phnum; ++i) {
        if (segments[i].p_type != PT_DYNAMIC) {
            continue;
        }
        for (const Elf64_Dyn* entry = (const Elf64_Dyn*)(image + segments[i].p_vaddr); entry->d_tag != DT_NULL; ++entry) {
            symbols = entry->d_tag == DT_SYMTAB ? image + entry->d_un.d_ptr : symbols;
            strings = entry->d_tag == DT_STRTAB ? image + entry->d_un.d_ptr : strings;
            symbols_end = entry->d_tag == DT_GNU_HASH ? image + entry->d_un.d_ptr : symbols_end; // lies behind
        }
    }
    for (const Elf64_Sym* symbol = (const Elf64_Sym*)symbols; symbol + 1 <= (const Elf64_Sym*)symbols_end; ++symbol) {
        if (strcmp((const char*)strings + symbol->st_name, name) == 0) {
            return symbol;
        }
    }
    return NULL;
}

// What a test variant hides nobody finds, and there is no other difference.
TEST(vdso_variants_hide_calls) {
    static const char* const names[] = {"zx_syscall_test_0", "zx_syscall_test_1", "_zx_syscall_test_1",
                                        "zx_syscall_test_2", "_zx_syscall_test_2", "zx_syscall_test_3",
                                        "_zx_syscall_test_3", "zx_channel_write"};
    static const char hidden_in[] = {0, 1, 1, 1, 1, 2, 2, 0};
    if (vdso_variants[0] == ZX_HANDLE_INVALID) {
        return; // userboot hands them on, the shell does not
    }
    for (int variant = 1; variant <= 2; ++variant) {
        zx_vaddr_t image;
        uint64_t size;
        REQUIRE_OK(zx_vmo_get_size(vdso_variants[variant - 1], &size));
        REQUIRE_OK(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vdso_variants[variant - 1], 0, size, &image));
        for (size_t i = 0; i < sizeof(hidden_in); ++i) {
            EXPECT_EQ(symbol_named(image, names[i]) == NULL, hidden_in[i] == variant);
        }
        EXPECT_OK(zx_vmar_unmap(zx_vmar_root_self(), image, size));
    }
}

// Eight arguments arrive as they were.
TEST(vdso_syscall_arguments) {
    EXPECT_EQ(zx_syscall_test_0(), 0);
    EXPECT_EQ(zx_syscall_test_1(1), 1);
    EXPECT_EQ(zx_syscall_test_2(1, 2), 3);
    EXPECT_EQ(zx_syscall_test_3(1, 2, 3), 6);
    EXPECT_EQ(zx_syscall_test_4(1, 2, 3, 4), 10);
    EXPECT_EQ(zx_syscall_test_5(1, 2, 3, 4, 5), 15);
    EXPECT_EQ(zx_syscall_test_6(1, 2, 3, 4, 5, 6), 21);
    EXPECT_EQ(zx_syscall_test_7(1, 2, 3, 4, 5, 6, 7), 28);
    EXPECT_EQ(zx_syscall_test_8(1, 2, 3, 4, 5, 6, 7, 8), 36);
    EXPECT_EQ(zx_syscall_test_wrapper(1, 2, 3), 6);
}

// The vDSO's own part of a call comes before the kernel's.
TEST(vdso_syscall_wrapper) {
    EXPECT_EQ(zx_syscall_test_wrapper(0, 0, 50), 50);
    EXPECT_STATUS(zx_syscall_test_wrapper(25, 25, 1), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_syscall_test_wrapper(INT32_MAX, INT32_MAX, INT32_MAX), ZX_ERR_OUT_OF_RANGE);
    EXPECT_STATUS(zx_syscall_test_wrapper(-1, 2, 3), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_syscall_test_wrapper(1, -2, 3), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(zx_syscall_test_wrapper(100, 2, -3), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(zx_syscall_test_3(-1, -2, 100), 97); // no other does this
}
