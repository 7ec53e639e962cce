// Starts a program in a new process. docs/program_loading.md.
#include <launch.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/limits.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "../../ldso/loader-service.h"
#include "../pages.h"
#include "elf-load.h"
#include "message.h"

#define STACK_SIZE (256 * 1024)
// What a dynamic linker needs: it gives the program a stack of the program's own size.
#define LINKER_STACK_SIZE (64 * 1024)

struct child {
    const launch_t* request;
    zx_handle_t process, vmar, thread;
    zx_handle_t channel, channel_out; // our end of the bootstrap channel, and the child's
    zx_handle_t loader;
    zx_handle_t loaded;   // VMAR of the segments of what starts
    zx_handle_t stack_vmo;
    zx_vaddr_t stack_top;
    uintptr_t entry, vdso_base;
    struct elf_file file; // of the program; then of the interpreter, if it has one
    const char* what;
};

static zx_handle_t duplicate(zx_handle_t handle) {
    zx_handle_t copy = ZX_HANDLE_INVALID;
    zx_handle_duplicate(handle, ZX_RIGHT_SAME_RIGHTS, &copy);
    return copy;
}

// Puts the program into the address space, or its interpreter. *interpreted says which.
static zx_status_t load_program(struct child* child, zx_handle_t* executable, bool* interpreted) {
    uintptr_t base;
    zx_status_t status = elf_read(*executable, &child->file, &child->what);
    if (status != ZX_OK) {
        return status;
    }
    const Elf64_Phdr* interpreter = elf_segment(&child->file, PT_INTERP);
    *interpreted = interpreter != NULL;
    if (interpreter == NULL) {
        const char* name = child->request->name;
        status = elf_map(&child->file, *executable, child->vmar, name, &child->loaded, &base, &child->what);
        child->entry = base + child->file.header.e_entry;
        return status;
    }
    char name[ZX_MAX_NAME_LEN * 2] = "";
    if (interpreter->p_filesz == 0 || interpreter->p_filesz > sizeof(name) ||
        zx_vmo_read(*executable, name, interpreter->p_offset, interpreter->p_filesz) != ZX_OK ||
        name[interpreter->p_filesz - 1] != '\0') {
        child->what = "expected the name of a program interpreter, ended by NUL";
        return ZX_ERR_INVALID_ARGS;
    }
    zx_handle_t vmo;
    status = loader_load_object(child->loader, name, &vmo);
    if (status != ZX_OK) {
        child->what = "expected the loader service to give the program interpreter";
        return status;
    }
    status = elf_read(vmo, &child->file, &child->what);
    if (status == ZX_OK) {
        status = elf_map(&child->file, vmo, child->vmar, name, &child->loaded, &base, &child->what);
        child->entry = base + child->file.header.e_entry;
    }
    zx_handle_close(vmo);
    return status;
}

static zx_status_t load_vdso(struct child* child) {
    zx_handle_t vmar = ZX_HANDLE_INVALID;
    uintptr_t base = 0;
    zx_status_t status = elf_read(child->request->vdso, &child->file, &child->what);
    if (status == ZX_OK) {
        status = elf_map(&child->file, child->request->vdso, child->vmar, "vdso", &vmar, &base, &child->what);
    }
    if (status == ZX_OK) {
        zx_handle_close(vmar);
        child->vdso_base = base + child->file.low;
    }
    return status;
}

static zx_status_t make_stack(struct child* child, size_t size) {
    zx_vaddr_t address;
    child->what = "expected memory for a stack";
    zx_status_t status = zx_vmo_create(size, ZX_VMO_NON_RESIZABLE, &child->stack_vmo);
    if (status != ZX_OK) {
        return status;
    }
    zx_object_set_property(child->stack_vmo, ZX_PROP_NAME, "stack", 5);
    status = zx_vmar_map(child->vmar, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, child->stack_vmo, 0, size, &address);
    child->stack_top = address + size;
    return status;
}

// The first message, for the dynamic linker.
static zx_status_t write_linker_message(struct child* child, zx_handle_t executable) {
    const launch_t* request = child->request;
    struct message message = {0};
    message_add_handle(&message, PA_HND(PA_VMO_EXECUTABLE, 0), executable);
    message_add_handle(&message, PA_HND(PA_PROC_SELF, 0), duplicate(child->process));
    message_add_handle(&message, PA_HND(PA_VMAR_ROOT, 0), duplicate(child->vmar));
    message_add_handle(&message, PA_HND(PA_VMAR_LOADED, 0), child->loaded);
    message_add_handle(&message, PA_HND(PA_THREAD_SELF, 0), duplicate(child->thread));
    message_add_handle(&message, PA_HND(PA_LDSVC_LOADER, 0), child->loader);
    child->loaded = ZX_HANDLE_INVALID;
    child->loader = ZX_HANDLE_INVALID;
    message.arguments = (struct strings){request->arguments, request->argument_count};
    message.environment = (struct strings){request->environment, request->environment_count};
    return message_write(&message, child->channel);
}

static zx_status_t write_program_message(struct child* child) {
    const launch_t* request = child->request;
    struct message message = {0};
    message_add_handle(&message, PA_HND(PA_PROC_SELF, 0), duplicate(child->process));
    message_add_handle(&message, PA_HND(PA_VMAR_ROOT, 0), duplicate(child->vmar));
    message_add_handle(&message, PA_HND(PA_THREAD_SELF, 0), duplicate(child->thread));
    message_add_handle(&message, PA_HND(PA_VMO_STACK, 0), child->stack_vmo);
    message_add_handle(&message, PA_HND(PA_VMAR_LOADED, 0), child->loaded);
    child->loaded = ZX_HANDLE_INVALID;
    child->stack_vmo = ZX_HANDLE_INVALID;
    for (size_t i = 0; i < request->handle_count; ++i) {
        message_add_handle(&message, request->handle_infos[i], request->handles[i]);
    }
    message.arguments = (struct strings){request->arguments, request->argument_count};
    message.environment = (struct strings){request->environment, request->environment_count};
    message.names = (struct strings){request->names, request->name_count};
    return message_write(&message, child->channel);
}

static zx_status_t create(struct child* child) {
    const char* name = child->request->name;
    child->what = "expected to be let create a process";
    zx_status_t status =
        zx_process_create(child->request->job, name, strlen(name), 0, &child->process, &child->vmar);
    if (status == ZX_OK) {
        child->what = "expected to be let create a thread";
        status = zx_thread_create(child->process, "main", 4, 0, &child->thread);
    }
    if (status == ZX_OK) {
        child->what = "expected a channel";
        status = zx_channel_create(0, &child->channel, &child->channel_out);
    }
    return status;
}

static zx_status_t start(struct child* child, zx_handle_t* executable) {
    bool interpreted;
    size_t stack_size = STACK_SIZE;
    zx_status_t status = create(child);
    if (status == ZX_OK) {
        status = load_program(child, executable, &interpreted);
    }
    if (status != ZX_OK) {
        return status;
    }
    const Elf64_Phdr* stack = elf_segment(&child->file, PT_GNU_STACK);
    if (interpreted) {
        stack_size = LINKER_STACK_SIZE;
    } else if (stack != NULL && stack->p_memsz > 0) {
        stack_size = whole_pages(stack->p_memsz);
    }
    status = load_vdso(child);
    if (status == ZX_OK) {
        status = make_stack(child, stack_size);
    }
    if (status == ZX_OK && interpreted) {
        child->what = "expected room for the dynamic linker's message";
        status = write_linker_message(child, *executable);
        *executable = ZX_HANDLE_INVALID;
    }
    return status;
}

static void close_all(struct child* child, zx_handle_t executable) {
    const zx_handle_t handles[] = {child->vmar,      child->thread, child->channel,   child->channel_out,
                                   child->loader,    child->loaded, child->stack_vmo, executable};
    zx_handle_close_many(handles, countof(handles));
}

zx_status_t launch(const launch_t* request, zx_handle_t* process, const char** what) {
    struct child* child = calloc(1, sizeof(*child));
    zx_handle_t executable = request->executable;
    if (child == NULL) {
        zx_handle_close_many(request->handles, request->handle_count);
        zx_handle_close(executable);
        zx_handle_close(request->loader);
        *what = "no memory";
        return ZX_ERR_NO_MEMORY;
    }
    child->request = request;
    child->loader = request->loader;
    zx_status_t status = start(child, &executable);
    if (status == ZX_OK) {
        child->what = "expected room for the program's message";
        status = write_program_message(child);
    } else {
        zx_handle_close_many(request->handles, request->handle_count);
    }
    if (status == ZX_OK) {
        child->what = "expected the process to start";
        status = zx_process_start(child->process, child->thread, child->entry, child->stack_top, child->channel_out,
                                  child->vdso_base);
        child->channel_out = ZX_HANDLE_INVALID;
    }
    *what = child->what;
    close_all(child, executable);
    if (status == ZX_OK) {
        *process = child->process;
    } else if (child->process != ZX_HANDLE_INVALID) {
        zx_task_kill(child->process);
        zx_handle_close(child->process);
    }
    free(child);
    return status;
}
