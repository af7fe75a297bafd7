// SPDX-License-Identifier: Apache-2.0
//
// Reads one group of the unified hierarchy from its directory.
//
// Most groups of a big host do nothing in most intervals, and a group has up to fifteen
// files. Of one whose processes are as many as before and used no CPU time (neither did
// those below it: the kernel's cpu.stat contains them) only those are read that change all
// the same: cgroup.procs, cpu.stat, memory.current, which reclaim lowers, and io.stat, where
// the kernel counts what it writes back later; memory.stat if memory.current changed.
// Pressure grows without CPU time only while a task stands still for the whole interval, and
// then it does so for the whole host: /proc/pressure shows whether that can be. Settings, and
// whether a controller is on, are read anew in every sixteenth snapshot, as those of tasks are.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/system/memo.h"
#include "sample/snapshot.h"

namespace proctape {

class CgroupReader {
 public:
  static constexpr Count kRefreshEvery = 16;

  // Before the first group of a snapshot, whose system part is read already. `disks`: the
  // physical ones; must live on while groups are read.
  void begin(const Snapshot& previous, const Snapshot& current,
             std::span<const DeviceNumber> disks);

  // Fills all but the name and what follows from the place in the tree; appends the group's
  // pids. `before` is the same group in the previous snapshot, null if it is new. False if
  // the group vanished: then nothing was appended.
  bool read(int directory, const Cgroup* before, Cgroup& into, std::vector<std::int32_t>& pids);

  // What went wrong with the groups since `begin`, the first of it.
  const std::optional<Error>& problem() const { return problem_; }

 private:
  // The text of a file; none if the group has no such file.
  std::optional<std::string_view> text_of(int directory, const char* file);
  void note(Error error);
  bool read_processes(int directory, Cgroup& into, std::vector<std::int32_t>& pids);
  void read_memory(int directory, const CgroupMemory* unchanged, CgroupMemory& into);
  void read_io(int directory, CgroupDisk& into);
  void read_pressure(int directory, const char* file, Microseconds& some, Microseconds& full);

  // Whether some task of the host may have been kept waiting all the interval long.
  struct Standstill {
    bool cpu = true;
    bool memory = true;
    bool io = true;
  };

  Count snapshots_ = 0;
  Standstill standstill_;
  std::span<const DeviceNumber> disks_;
  // Of the group being read: it had not all of the files; one could not be read.
  bool missed_ = false;
  bool failed_ = false;
  bool has_tasks_ = false;  // of its own, threads included
  std::optional<Error> problem_;
  FileBuffer buffer_;
};

}  // namespace proctape
