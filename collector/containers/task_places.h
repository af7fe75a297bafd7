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

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/file/fd.h"
#include "base/result.h"
#include "collector/cgroup/effective_limits.h"
#include "collector/containers/container_cache.h"
#include "collector/containers/uts_names.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/redaction/redaction.h"
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

  // What was read of a group stands for all processes of it in so many snapshots; for those that
  // may not be asked anew (below) in more.
  static constexpr Count kKeep = 4;
  static constexpr Count kKeepForYoung = 16;

  // What hides secrets in names and paths that are read from now on; null: nothing.
  void set_redaction(std::shared_ptr<const Redaction> redaction);

  void begin_snapshot(SinceBoot now);

  // Sets container, host_name, cgroup_path and the members cgroup_* of a process, `task` by its
  // pid; those that are not wanted or not known are empty, or 0.
  void read(const PlaceOptions& options, Task& task);

  // Which processes share their cgroups, in all hierarchies, and their UTS namespace.
  struct Group {
    std::uint64_t number;
    // The process has long been there. Others may have been moved since that was found out.
    bool settled;
    // The number has meant that group since then.
    SinceBoot since;
  };
  // The same of a process, by what was read of another one of its group; one that has settled is
  // read for all of them.
  void read_of_group(const Group& group, const PlaceOptions& options, Task& task);

  // A container has another name since this snapshot began.
  bool renamed() const { return renamed_; }

  // Host names of containers may not be asked.
  bool host_names_refused() const { return uts_names_.refused(); }

 private:
  TaskPlaces(KernelFs fs, Fd proc, const Host& host);
  struct Place {
    InlineText<15> container;
    SharedText<64> host_name;
    SharedText<63> cgroup_path;
    EffectiveLimits limits;
    bool known = false;  // its file could be read
  };
  struct KnownGroup {
    Place place;
    PlaceOptions options;
    SinceBoot read_at{};
    Count read_in = 0;  // number of the snapshot
  };
  // Of the container or service that a process is of.
  struct Names {
    InlineText<15> container;
    InlineText<64> shown;
  };
  Place look(const PlaceOptions& options, const Task& task);
  static void store(const Place& place, Task& into);
  template <typename Text>
  void hide_secrets(Text& text);
  void set_names(Count pid, std::string_view groups, PlaceOptions::Names wanted, Names& into);

  KernelFs fs_;
  Fd proc_;
  FileBuffer buffer_;
  std::shared_ptr<const Redaction> redaction_;
  std::string hidden_;
  bool renamed_ = false;
  ContainerCache containers_;
  UtsNames uts_names_;
  SharedText<64> last_name_;
  SharedText<63> last_path_;
  Count snapshots_ = 0;
  std::unordered_map<std::uint64_t, KnownGroup> groups_;
  SinceBoot now_{};
  std::optional<EffectiveLimitsCache> limits_;  // none without a hierarchy of version 2
};

}  // namespace proctape
