// The smallest loader service: gives a dynamic linker the libraries of BOOTFS (<ldmsg/ldmsg.h>).
#pragma once

#include "boot-image.h"

// Answers requests until the client is done or gone. Closes the channel.
void loader_service_run(zx_handle_t log, const struct boot_files* files, zx_handle_t channel);
