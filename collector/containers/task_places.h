// SPDX-License-Identifier: Apache-2.0
//
// Where a process lives: its cgroup with the limits on the way up, its container or pod, its
// host name. From /proc/<pid>/cgroup, one line for each hierarchy:
//
//   4:memory:/docker/4f5b...       version 1: number, controllers, path
//   0::/system.slice/cron.service  version 2
//
// and from what container_cache, uts_names and effective_limits know behind that.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "collector/cgroup/effective_limits.h"
#include "collector/containers/container_cache.h"
#include "collector/containers/uts_names.h"
#include "collector/kernel_fs.h"
#include "sample/host.h"
#include "sample/task.h"

namespace proctape {

struct PlaceOptions {
  // Whom to name: nobody; containers and pods; processes of services as well.
  enum class Names { kOff, kContainers, kServices };

  Names names = Names::kOff;
  bool cgroups = false;  // path and limits; only log versions 2.8 to 2.10 have room for them

  friend bool operator==(const PlaceOptions&, const PlaceOptions&) = default;
};

class TaskPlaces {
 public:
  static Result<TaskPlaces> open(const KernelFs& fs, const Host& host);

  void begin_snapshot(SinceBoot now);

  // Sets container, host_name, cgroup_path and the members cgroup_* of a process; those that
  // are not wanted or not known are empty, or 0.
  void read(Count pid, const PlaceOptions& options, Task& into);

  // Host names of containers may not be asked.
  bool host_names_refused() const { return uts_names_.refused(); }

 private:
  TaskPlaces(KernelFs fs, Fd proc, const Host& host);
  // Of the container or service that a process is of.
  struct Names {
    InlineText<15> container;
    InlineText<64> shown;
  };
  void set_names(Count pid, std::string_view groups, PlaceOptions::Names wanted, Names& into);

  KernelFs fs_;
  Fd proc_;
  FileBuffer buffer_;
  ContainerCache containers_;
  UtsNames uts_names_;
  SharedText<64> last_name_;
  SharedText<63> last_path_;
  std::optional<EffectiveLimitsCache> limits_;  // none without a hierarchy of version 2
};

}  // namespace proctape
