// SPDX-License-Identifier: Apache-2.0
//
// /sys/kernel/debug/vmmemctl, or /proc/vmmemctl of VMware's own old driver: memory that the
// hypervisor took back from this guest.
//
//   target:             1024 pages
//   current:             512 pages
//
// Pages. Missing, and Memory::vmware_balloon unknown, in other guests and without debugfs.
// Kernel: drivers/misc/vmw_balloon.c.
#pragma once

#include <string_view>

#include "collector/system/source.h"

namespace proctape {

Result<> read_vmware_balloon(Reading& reading, Snapshot& into);

// In pages. `path` is for messages.
Result<Count> parse_vmware_balloon(std::string_view text, std::string_view path);

}  // namespace proctape
