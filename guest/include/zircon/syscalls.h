// The system calls: functions of the vDSO (libzircon.so), each as zx_name and as _zx_name.
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/syscalls/pci.h>
#include <zircon/syscalls/profile.h>
#include <zircon/syscalls/types.h>
#include <zircon/types.h>

__BEGIN_CDECLS

#include <zircon/syscalls/definitions.h>

__END_CDECLS
