// SPDX-License-Identifier: Apache-2.0
//
// The files of a directory of the unified hierarchy, text to numbers. A group has those of
// the controllers that are switched on for it, the root fewer, old kernels fewer yet; what
// is not in a text leaves its member as it is.
// Kernel: Documentation/admin-guide/cgroup-v2.rst.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/system/memo.h"
#include "sample/cgroup.h"

namespace proctape {

// memory.max, memory.swap.max: bytes, or "max", which becomes -1.
std::optional<Count> parse_cgroup_limit(std::string_view text);

// cpu.max: "50000 100000", microseconds in each period of so many: 50 percent of one CPU.
// -1: "max 100000".
std::optional<Count> parse_cgroup_cpu_max(std::string_view text);

// io.bfq.weight: "default 100", followed by lines of single devices.
std::optional<Count> parse_cgroup_disk_weight(std::string_view text);

// cgroup.procs: a pid a line, in any order and sometimes twice. Appends them in ascending
// order, each once; 0 stands for each process of a pid namespace that is not seen from here.
Result<> parse_cgroup_procs(std::string_view text, std::vector<std::int32_t>& pids);

// cpu.stat:   usage_usec 1024
//             user_usec 1000
//             system_usec 24
Result<> parse_cgroup_cpu_stat(std::string_view text, CgroupCpu& into);

// memory.stat: anon 2048
//              file 4096
//              kernel 8192      (since 5.18)
//              ...
//              shmem 0
Result<> parse_cgroup_memory_stat(std::string_view text, CgroupMemory& into);

// io.stat:    259:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0
// Sets the sums over those of the lines whose device is one of `disks`: volumes and loop
// devices hand on to them what they are asked.
Result<> parse_cgroup_io_stat(std::string_view text, std::span<const DeviceNumber> disks,
                              CgroupDisk& into);

}  // namespace proctape
