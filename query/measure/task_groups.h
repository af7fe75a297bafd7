// SPDX-License-Identifier: Apache-2.0
//
// Who used what over the samples of a log: by process, or by what processes have in common.
// Since-boot samples tell how things are (memory), but not what happened in an interval: what they
// count is left out.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/task_use.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

enum class GroupBy {
  kProcess,
  kThread,     // of those that the log has: of processes with several
  kProgram,    // the name
  kUser,       // effective
  kContainer,  // or pod; "" is the host itself
  kCgroup,     // path; "" where it is not known
};

class TaskGroups {
 public:
  // Of more of them than these, those with the least of everything are forgotten: a day of a busy
  // host has millions of processes, and a crafted log any number. As many as hosts run at a time.
  static constexpr std::size_t kMost = 60'000;

  explicit TaskGroups(GroupBy by) : by_(by) {}

  // The next sample: begins, then its tasks one after another, and ends. `cgroups` is at that
  // sample; finding paths is much of the work, so that all who look at a sample share them.
  void begin(const Host& host, const Sample& sample, CgroupPaths& cgroups);
  void take(const Task& task);
  void end();

  // All, in no order; valid until the next sample.
  std::vector<const TaskUse*> all() const;
  // Were there more than kMost?
  bool has_forgotten() const { return has_forgotten_; }

 private:
  // Pid and start, or a number.
  struct Number {
    Count number = 0;
    Count start = 0;
    friend bool operator==(const Number&, const Number&) = default;
  };
  struct NumberHash {
    std::size_t operator()(const Number& of) const {
      return std::hash<Count>()(wrapping_sum(wrapping_product(of.start, 0x9E3779B9), of.number));
    }
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  // With what is summed up at the end of one interval.
  struct Group {
    TaskUse use;
    std::size_t sample = 0;  // the last that told of it
    double resident = 0, proportional = 0, swap = 0, virtual_size = 0, gpu_memory = 0;
    double threads = 0, processes = 0;
  };

  bool concerns(const Task& task) const;
  Group& group_of(const Task& task);
  Group& group_of_process(const TaskIdentity& task);
  void begin_group(Group& group);
  void settle(Group& group) const;
  // For one more. False: there is none.
  bool make_room();
  void forget_the_least();

  GroupBy by_;
  std::unordered_map<Number, Group, NumberHash> by_number_;
  std::unordered_map<std::string, Group, TextHash, std::equal_to<>> by_text_;
  std::vector<Group*> now_, before_;  // of this sample, and of the one before
  Group rest_;                        // of those for which there is no room; told of by nobody
  bool is_full_ = false;              // all that there is room for are in this sample
  bool has_forgotten_ = false;

  // Of the sample that is being added.
  CgroupPaths* cgroups_ = nullptr;
  std::size_t sample_ = 0;
  Seconds time_;
  double seconds_ = 0;
  bool since_boot_ = false;
  bool has_network_ = false;
  double ticks_per_second_ = 100;
};

}  // namespace proctape
