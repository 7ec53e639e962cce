// A thread before those of other programs, by a profile.
#include <launch.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/profile.h>

zx_status_t launch_precede(zx_handle_t job, zx_handle_t thread) {
    const zx_profile_info_t info = {.type = ZX_PROFILE_INFO_SCHEDULER, .scheduler = {.priority = ZX_PRIORITY_HIGH}};
    zx_handle_t profile;
    zx_status_t status = zx_profile_create(job, &info, &profile);
    if (status == ZX_OK) {
        status = zx_object_set_profile(thread, profile, 0);
        zx_handle_close(profile);
    }
    return status;
}
