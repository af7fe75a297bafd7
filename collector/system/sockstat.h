// SPDX-License-Identifier: Apache-2.0
//
// /proc/net/sockstat: memory held by TCP and UDP sockets.
//
//   TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 17
//   UDP: inuse 0 mem 0
//
// Pairs of name and number; "mem" is in pages, and of all network namespaces and both IP
// versions. Kernel: net/ipv4/proc.c, sockstat_seq_show.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/memory.h"

namespace proctape {

Result<> read_sockstat(Reading& reading, Snapshot& into);
Result<> parse_sockstat(std::string_view text, Count page_size, Memory& into);

}  // namespace proctape
