// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/task_totals.h"

#include <algorithm>

#include "query/measure/task_identity.h"
#include "sample/schema.h"

namespace proctape {
namespace {

// Adds the counters of `part` to `sum`, and sets them to the result. What is unknown (kUnknown), or
// damaged, adds nothing.
template <typename Part>
void add_counters(Part& part, Part& sum) {
  for_each_member<Part>(schema::kCounters, [&](auto member) {
    std::int64_t& total = plain(sum.*member);
    std::int64_t& value = plain(part.*member);
    total = wrapping_sum(total, std::max<std::int64_t>(value, 0));
    value = total;
  });
}

}  // namespace

void TaskTotals::begin(const Sample& sample) {
  // Its counters are whole.
  if (sample.since_boot) totals_.clear();
  ++sample_;
}

TaskTotals::Totals& TaskTotals::totals_of(const TaskIdentity& task) {
  const auto begun = [&] { return Totals{task.started, task.tgid, 0, {}, {}, {}}; };
  const auto is_of_task = [&](const Totals& totals) {
    return totals.sample > 0 && is_same_start(totals.started, task.started);
  };
  const Key key{task.pid, task.is_process};
  Totals& last = totals_[key];
  if (is_of_task(last)) return last;
  if (last.sample == 0) return last = begun();
  // The number was given again. A sample has those that ended behind the living.
  Totals& earlier = earlier_[key];
  if (task.state == TaskIdentity::kExited) {
    return is_of_task(earlier) ? earlier : earlier = begun();
  }
  earlier = last;
  return last = begun();
}

Task TaskTotals::whole(const Task& task) {
  Totals& totals = totals_of(task.identity);
  totals.sample = sample_;
  Task result = task;
  add_counters(result.cpu, totals.cpu);
  add_counters(result.disk, totals.disk);
  add_counters(result.memory, totals.memory);
  return result;
}

void TaskTotals::end() {
  earlier_.clear();
  const auto was_seen = [&](const auto& entry) { return entry.second.sample == sample_; };
  const auto has_process = [&](Count tgid) {
    const auto process = totals_.find({tgid, true});
    return process != totals_.end() && was_seen(*process);
  };
  // A log may be without threads that did not run: they are forgotten with their process.
  std::erase_if(totals_, [&](const auto& entry) {
    return !entry.first.is_process && !has_process(entry.second.tgid);
  });
  std::erase_if(totals_,
                [&](const auto& entry) { return entry.first.is_process && !was_seen(entry); });
}

}  // namespace proctape
