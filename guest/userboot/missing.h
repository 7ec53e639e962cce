// What to say when the boot image does not have the program that is to be started.
#pragma once

#include <zircon/compiler.h>

#include "boot-image.h"

// Fails with a line that names what could be started instead.
__NO_RETURN void fail_missing_program(const struct boot_files* files, const char* path);
