// SPDX-License-Identifier: Apache-2.0
//
// What a host is: uname, page size, clock ticks, pid_max, and the features that the header
// of a log tells.
#pragma once

#include <string>

#include "base/result.h"
#include "collector/kernel/kernel_fs.h"
#include "sample/host.h"

namespace proctape {

// Of the host whose tree `fs` is: names from proc/sys/kernel, what only the running kernel
// tells (machine, page size, ticks) from the system this process runs on.
Host read_host(const KernelFs& fs);
// Its name alone, which may change while the host runs.
std::string read_node_name(const KernelFs& fs, FileBuffer& buffer);

// Whether the distances of a NUMA node ("10 21 21") show a real NUMA machine, as atop
// tells: the integer mean of the first ten differs from the first.
bool distances_differ(std::string_view distances);

// That of /proc/PID/timens_offsets: lines of a clock's name, seconds and nanoseconds
// (time_namespaces(7)).
//   boottime          -888         0
std::chrono::nanoseconds boottime_offset(std::string_view offsets);

}  // namespace proctape
