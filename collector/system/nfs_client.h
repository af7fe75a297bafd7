// SPDX-License-Identifier: Apache-2.0
//
// /proc/net/rpc/nfs: what the NFS client did since its module was loaded.
//
//   rpc 4329785 7 4338291           calls, retransmissions, authentication refreshes
//   proc3 22 1 4084749 29200 ...    calls per procedure, after their number
//   proc4 61 1 51 42 0 ...
//
// Missing where no NFS was ever mounted. Reads and writes are added over the protocol
// versions. Kernel: net/sunrpc/stats.c, rpc_proc_show.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/nfs.h"

namespace proctape {

Result<> read_nfs_client(Reading& reading, Snapshot& into);
Result<> parse_nfs_client(std::string_view text, NfsClient& into);

}  // namespace proctape
