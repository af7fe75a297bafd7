// SPDX-License-Identifier: Apache-2.0
//
// Groups by their names, from /etc/group itself: what else the C library might ask for them (a
// directory server, a library that it loads) has no place in a recorder that must not hang.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace proctape {

// A number stands for itself. kMissing: `file` has no such group.
Result<gid_t> find_group(const std::string& name, const std::string& file = "/etc/group");

}  // namespace proctape
