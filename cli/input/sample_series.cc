// SPDX-License-Identifier: Apache-2.0
#include "cli/input/sample_series.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "base/text/visible_text.h"
#include "cli/input/log_names.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/own_io.h"
#include "rawlog/directory/follower.h"

namespace proctape {

void SampleSeries::add_to(CLI::App& app) {
  logs_.add_to(app);
  filters_.add_to(app);
}

// Gives the samples of one reading to who takes them.
class SampleSeries::Pass {
 public:
  Pass(const TaskFilter& filter, bool keeps_inherited_io, SampleTaker& taker)
      : filter_(filter), keeps_inherited_io_(keeps_inherited_io), taker_(taker) {}

  // A log begins. False: it is of another host.
  bool open(const Reader& reader) {
    const std::string& name = reader.host().node_name;
    told_until_ = last_;
    if (!host_) {
      host_ = name;
      taker_.open(reader.host(), reader.version());
    }
    if (name == *host_) return true;
    complain("logs of several hosts: " + visible(*host_) + " and " + visible(name));
    return false;
  }

  // The record that `reader` is at. False: nothing more is wanted.
  bool take(Reader& reader) {
    const Seconds time = reader.record().header.time;
    if (time <= told_until_) {
      ++doubled_;
      return true;
    }
    last_ = std::max(last_, time);
    // Few tasks are decoded once; those of a large host are too many to hold.
    const bool holds_tasks = reader.holds_tasks();
    if (holds_tasks) {
      reader.decode(sample_);
    } else {
      reader.decode_without_tasks(sample_);
    }
    const auto tasks = [&](TaskVisitor visit) {
      if (!holds_tasks) return reader.visit_tasks(visit);
      for (const Task& task : sample_.tasks) visit(task);
    };
    const auto cgroup_of = [&](const TaskIdentity& task) { return cgroups_.of(task); };
    if (!filter_.is_all()) cgroups_.next(sample_);
    taker_.begin(sample_);
    const auto take = [&](const Task& task) {
      taker_.take(task, filter_.is_all() || filter_.accepts(task.identity, cgroup_of));
    };
    if (keeps_inherited_io_) {
      tasks(take);
    } else {
      own_io_.visit(sample_.since_boot, tasks, take);
    }
    return taker_.end();
  }

  // Samples that a log before theirs had already.
  Count doubled() const { return doubled_; }

 private:
  const TaskFilter& filter_;
  const bool keeps_inherited_io_;
  SampleTaker& taker_;
  std::optional<std::string> host_;
  Sample sample_;
  OwnIo own_io_;
  CgroupPaths cgroups_;
  Seconds last_{};        // of all samples so far
  Seconds told_until_{};  // by the logs before this one
  Count doubled_ = 0;
};

int SampleSeries::read(SampleTaker& taker) {
  const auto filter = filters_.filter();
  if (!filter) {
    complain(filter.error().message);
    return kExitUsage;
  }
  Pass pass(*filter, keeps_inherited_io_, taker);
  const int exit_code = logs_.read([&](Reader& reader) { return pass.open(reader); },
                                   [&](Reader& reader) { return pass.take(reader); });
  if (pass.doubled() > 0) {
    complain(std::to_string(pass.doubled()) +
             " samples are left out: a log before theirs has later ones");
  }
  return exit_code;
}

int SampleSeries::watch(SampleTaker& taker) {
  const auto filter = filters_.filter();
  if (!filter) {
    complain(filter.error().message);
    return kExitUsage;
  }
  std::optional<Error> problem;
  const std::string directory =
      logs_.names().empty() ? recorded_directory(problem) : logs_.names().front();
  if (problem) complain(problem->message);
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    complain(directory + ": expected the directory where logs are recorded");
    return kExitUnreadable;
  }
  Follower follower(directory, [](const Damage& damage) { complain(to_string(damage)); });
  if (auto at_end = follower.go_to_end(); !at_end) complain(at_end.error().message);
  Pass pass(*filter, keeps_inherited_io_, taker);
  std::string path;
  for (;;) {
    const auto found = follower.next();
    if (!found) complain(found.error().message);
    if (!found || !*found) {
      constexpr std::chrono::milliseconds kPause{200};
      std::this_thread::sleep_for(kPause);
      continue;
    }
    if (path != follower.path()) {
      path = follower.path();
      if (!pass.open(follower.reader())) return kExitUsage;
    }
    if (!pass.take(follower.reader())) return kExitFine;
  }
}

}  // namespace proctape
