// The names of statuses. The table holds the texts themselves: pointers to them would need relocations.
#include <zircon/status.h>

#include "vdso.h"

static const struct {
    zx_status_t status;
    char name[36];
} status_names[] = {
#include "status-names.h"
};

__EXPORT const char* _zx_status_get_string(zx_status_t status) {
    for (size_t i = 0; i < countof(status_names); ++i) {
        if (status_names[i].status == status) {
            return status_names[i].name;
        }
    }
    return "(UNKNOWN)";
}
VDSO_EXPORT(status_get_string);
