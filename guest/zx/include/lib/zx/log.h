// The older name of zx::debuglog.
#pragma once

#include <lib/zx/debuglog.h>

namespace zx {

using log = debuglog;
using unowned_log = unowned<debuglog>;

}  // namespace zx
