// SPDX-License-Identifier: Apache-2.0
//
// /proc/<pid>/mountstats: traffic of each mounted NFS file system.
//
//   device filer:/export mounted on /home with fstype nfs4 statvers=1.1
//           age:    72033
//           bytes:  1048576 2097152 4096 8192 1052672 2105344 257 514
//
// Seconds since the mount; bytes read and written by read and write calls, the same with
// O_DIRECT, the same from and to the server, then pages read and written. Of the mount
// namespace of this process on the live host, of process 1 in another host's tree. Spaces
// in device names are written "\040". Kernel: fs/nfs/super.c, nfs_show_stats.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/nfs.h"

namespace proctape {

Result<> read_nfs_mounts(Reading& reading, Snapshot& into);

// Appends to the mounts. `path` is for messages.
Result<> parse_nfs_mounts(std::string_view text, std::string_view path, Nfs& into,
                          NamesApart& names);

}  // namespace proctape
