// SPDX-License-Identifier: Apache-2.0
#include "rawlog/recorder/atop_log.h"

#include <algorithm>
#include <utility>

#include "base/timing.h"
#include "rawlog/directory/rotation.h"
#include "rawlog/layout/features.h"

namespace proctape {
namespace {

// Records that bear a later time than the clock's, which was set back, are at least so far apart:
// the clock catches up, also where samples are taken each second.
constexpr std::chrono::seconds kBetweenRecordsAhead{2};
// A shorter interval would be stored as a whole second.
constexpr std::chrono::milliseconds kLeastBetweenRecords{500};

// Records of some versions always have a chain of cgroups (collector/cgroup/cgroup_source).
Host host_of_log(const Host& host, Version version) {
  Host of_log = host;
  of_log.cgroup_v2 = host.cgroup_v2 || feature::kCgroupBlocks.in(version);
  return of_log;
}

}  // namespace

AtopLog::AtopLog(std::string directory, const AtopLogOptions& options, const Host& host)
    : encoder_(options.version, host_of_log(host, options.version)),
      directory_(std::move(directory), options.directory),
      below_a_second_(options.below_a_second) {}

Needs AtopLog::needs() const { return needs_of(encoder_.version()); }

bool AtopLog::has_room_at(const Moment& moment, const Host& host) {
  if (begins_file(moment.wall)) encoder_.set_node_name(host.node_name);
  if (below_a_second_) return true;
  // What is wrong with the directory is told by take().
  static_cast<void>(directory_.prepare(encoder_.file_header(), moment.wall));
  const auto last = directory_.last_time();
  const bool is_ahead = last && moment.wall <= *last && *last <= moment.wall + kLargestStepBack;
  if (is_ahead) return moment.since_last >= kBetweenRecordsAhead;
  return moment.is_first || moment.since_last >= kLeastBetweenRecords;
}

// That of the record to be appended, for which the directory is made ready. A little behind `now`
// it may lie on the next date, whose file has a last record of its own when the clock was set back
// across midnight.
Result<Seconds> AtopLog::rising_time(Seconds now) {
  const Seconds step{below_a_second_ ? 0 : 1};
  Seconds time = now;
  for (;;) {
    const auto last = directory_.last_time();
    if (last && *last <= time + kLargestStepBack) time = std::max(time, *last + step);
    if (auto prepared = directory_.prepare(encoder_.file_header(), time); !prepared) {
      return prepared.error();
    }
    const auto found = directory_.last_time();
    if (!found || *found + step <= time) return time;
  }
}

Result<> AtopLog::take(const SampleView& view) {
  cost_ = {};
  const auto time = rising_time(view.sample.time);
  if (!time) return time.error();
  Stopwatch watch;
  const auto record = encoder_.encode(view.sample, view.tasks, *time);
  cost_.encode = watch.lap();
  auto done = directory_.append(encoder_.file_header(), record, *time);
  cost_.append = watch.lap();
  if (done) cost_.written = Bytes{static_cast<Count>(record.size())};
  return done;
}

bool AtopLog::go_on_from(Log& old) {
  auto* const log = dynamic_cast<AtopLog*>(&old);
  if (!log) return false;
  const LogDirectoryOptions options = directory_.options();
  directory_ = std::move(log->directory_);
  directory_.set_options(options);
  return true;
}

LogState AtopLog::state() const {
  const Quota& quota = directory_.options().quota;
  return {.directory = directory_.path(),
          .version = to_string(encoder_.version()),
          .file = directory_.current_path(),
          .size = directory_.current_size(),
          .all_files = directory_.current_size() + directory_.others_size(),
          .max_age_days = quota.max_age_days,
          .max_size = quota.max_size,
          .min_free_percent = quota.min_free_percent,
          .short_of_space = directory_.short_of_space()};
}

}  // namespace proctape
