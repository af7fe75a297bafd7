// SPDX-License-Identifier: Apache-2.0
//
// The processes that ended over the samples of a log: how, when, and what each used in its life.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text/inline_text.h"
#include "base/text/shared_text.h"
#include "base/units.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/exit_status.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

struct ExitRecord {
  double ended = 0;  // since 1970; of one whose end the log does not have, when it was missed
  Seconds started;
  Count pid = 0;
  Count ppid = 0;
  Count uid = 0;  // effective
  ExitStatus status;
  double life = 0;  // seconds; kNotKnown where the log does not say
  // Of its life, as far as the samples have it.
  double cpu = 0;        // seconds
  double read = 0;       // bytes
  double written = 0;    //
  double resident = 0;   // bytes, the most
  bool is_whole = true;  // no part of its life was before the samples
  InlineText<15> name;
  SharedText<255> command_line;
  SharedText<64> container;  // empty: the host itself
  std::string_view cgroup;   // path, where it is known; valid as long as the list
};

// What ends of the same program have in common.
struct ProgramExits {
  std::string name;
  Count number = 0;
  Count failed = 0;  // exit status other than 0
  Count killed = 0;  // by a signal
  double cpu = 0;    // seconds
  double read = 0;   // bytes
  double written = 0;
  double resident = 0;         // bytes, the most of one
  double shortest = 0;         // life in seconds; kNotKnown if of none
  double longest = 0;          //
  double first = 0, last = 0;  // when the first and the last one ended
};

class ExitList {
 public:
  // Of more ends than these, those without a signal are left out first, the oldest of them.
  static constexpr std::size_t kMost = 50'000;
  // Of more programs, the rest is one without a name.
  static constexpr std::size_t kMostPrograms = 20'000;

  explicit ExitList(std::size_t most = kMost) : most_(most) {}

  // The next sample: begins, then its tasks one after another, and ends.
  void begin(const Host& host, const Sample& sample);
  void take(const Task& task);
  void end();

  const std::vector<ExitRecord>& all() const { return exits_; }
  std::vector<const ProgramExits*> programs() const;  // in no order
  Count left_out() const { return left_out_; }

  // What the log does not know.
  Count lost() const { return lost_; }                  // processes that are not listed
  Count samples() const { return samples_; }            //
  Count not_recorded() const { return not_recorded_; }  // samples that list no exits

 private:
  // Of a process that lives.
  struct Life {
    ExitRecord so_far;
    Count sample = 0;  // the last that had it
  };

  Life& life_of(const Task& task);
  void describe(const Task& task, ExitRecord& exit);
  void add_end(const Task& task, const Life* life);
  void add_missing();
  void add(ExitRecord&& exit);
  void make_room();
  double end_of(const TaskIdentity& task) const;

  std::size_t most_;
  CgroupPaths cgroups_;
  std::unordered_map<Count, Life> lives_;  // by pid
  std::size_t alive_ = 0;                  // in this sample
  std::vector<ExitRecord> exits_;
  std::unordered_map<std::string, ProgramExits> programs_;
  Count left_out_ = 0;
  Count lost_ = 0;
  Count samples_ = 0;
  Count not_recorded_ = 0;

  // Of the sample that is being added.
  Seconds time_;
  double seconds_ = 0;
  bool since_boot_ = false;
  bool accounting_ = false;
  double ticks_per_second_ = 100;
};

}  // namespace proctape
