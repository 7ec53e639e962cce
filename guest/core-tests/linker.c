// The dynamic linker, with two libraries made for that: docs/program_loading.md, ELF's generic ABI, docs/tls.md.
#include "libraries/libraries.h"
#include "test.h"

TEST(linker_constructors_run_before_those_of_what_needs_them) {
    EXPECT_EQ(first_initialized, 1); // DT_INIT, then DT_INIT_ARRAY
    EXPECT_EQ(first_constructed(), 2);
    EXPECT_EQ(second_constructed(), 3);
}

TEST(linker_one_definition_for_all) {
    EXPECT_EQ(first_shared(), 1);
    EXPECT_EQ(second_shared_of_first(), 1); // the one that was loaded first, not its own
    EXPECT_EQ(second_protected(), 200);
    EXPECT(second_pointer_to_first() == &first_object);
    EXPECT_EQ(first_object, 1234);
    first_object = 4321;
    EXPECT_EQ(*second_pointer_to_first(), 4321);
    first_object = 1234;
}

TEST(linker_relocations) {
    EXPECT_EQ(second_numbers(), 302010);
    EXPECT(first_pointers[0] == first_pointers[1] && first_pointers[2] == NULL);
    EXPECT_EQ(*first_pointers[0], 5);
    EXPECT_EQ(first_indirect(), 77);
    int (*const volatile indirect)(void) = first_indirect;
    EXPECT_EQ(indirect(), 77);
}

TEST(linker_weak_symbols_may_be_nobodys) {
    EXPECT_EQ(second_has_undefined(), 0);
    EXPECT(second_weak_tls() == NULL);
}

static int check_tls(void* unused) {
    (void)unused;
    EXPECT_EQ(first_tls[0], 10);
    EXPECT_EQ((uintptr_t)first_tls % 256, 0);
    EXPECT(second_tls_of_first() == &first_tls[1]);
    EXPECT(first_own_tls() == &first_tls[2]);
    EXPECT_EQ(*second_tls(), 55);
    first_tls[0] = 11;
    *second_tls() = 56;
    return 0;
}

// All models of access find the same object, and each thread its own.
TEST(linker_thread_local_storage) {
    for (int i = 0; i < 2; ++i) {
        thrd_t thread;
        EXPECT_EQ(thrd_create(&thread, check_tls, NULL), thrd_success);
        thrd_join(thread, NULL);
    }
    check_tls(NULL);
    first_tls[0] = 10;
    *second_tls() = 55;
}

extern void* __tls_get_addr(const size_t index[2]);

// What other compilers' code calls: module 1 is the program.
TEST(linker_tls_get_addr) {
    static _Thread_local char own[3];
    const size_t start[2] = {1, 0}, further[2] = {1, 8};
    char* block = __tls_get_addr(start);
    EXPECT(__tls_get_addr(further) == block + 8);
    EXPECT(block >= (char*)__builtin_thread_pointer() + 16 && block <= own && own - block < 4096);
}

TEST(linker_stack_guard_and_unsafe_stack) {
    uintptr_t* const pointer = __builtin_thread_pointer();
    EXPECT(pointer[-2] != 0); // ZX_TLS_STACK_GUARD_OFFSET
    volatile char* const unsafe = (char*)pointer[-1]; // ZX_TLS_UNSAFE_SP_OFFSET
    unsafe[-1] = 1;
    EXPECT_EQ((uintptr_t)unsafe % 16, 0);
}

TEST(linker_relocated_data_is_read_only) {
    uint64_t word;
    EXPECT_OK(zx_process_read_memory(zx_process_self(), (uintptr_t)&first_pointers[0], &word, 8, &(size_t){0}));
    EXPECT_STATUS(zx_vmo_read(vdso_vmo, (void*)(uintptr_t)&first_pointers[0], 0, 8), ZX_ERR_INVALID_ARGS);
}
