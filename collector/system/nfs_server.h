// SPDX-License-Identifier: Apache-2.0
//
// /proc/net/rpc/nfsd: what the NFS server did since its module was loaded.
//
//   rc 12 203 8120                          reply cache: hits, misses, not cached
//   io 812033112 412033112                  bytes read, written
//   net 8335 5 8330 3                       packets, UDP, TCP, TCP connections
//   rpc 8335 4 1 2 1                        calls, bad: total, format, authentication, client
//   proc3 22 2 112 0 271 111 0 300 200 ...  calls per procedure, after their number
//   proc4ops 72 0 0 0 1098 ...              the same per operation of NFSv4
//
// Missing where there is no server. Reads and writes are added over the protocol versions.
// Kernel: fs/nfsd/stats.c, net/sunrpc/stats.c.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/nfs.h"

namespace proctape {

Result<> read_nfs_server(Reading& reading, Snapshot& into);
Result<> parse_nfs_server(std::string_view text, NfsServer& into);

}  // namespace proctape
