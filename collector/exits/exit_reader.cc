// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/exit_reader.h"

#include <cstring>

#include "collector/kernel/binary_units.h"
#include "collector/kernel/task_name.h"
#include "collector/task/slow_files.h"
#include "collector/task/task_stat.h"

namespace proctape {

std::uint64_t ExitReader::tick() const {
  return 1'000'000'000 / static_cast<std::uint64_t>(ticks_per_second_);
}

Ticks ExitReader::whole_ticks(std::uint64_t ns) const { return {to_count(ns / tick())}; }

SinceBoot ExitReader::since_boot(std::uint64_t ns) const {
  return SinceBoot(ns) + boottime_offset_;
}

void ExitReader::ended(const ExitEvent& event, std::string_view arguments,
                       const Redaction& redaction, std::vector<Exit>& into) {
  const auto [found, is_new] = waiting_.try_emplace(event.totals.pid);
  Waiting& one = found->second;
  // When two threads end at the same time both may be taken for the last: then it is told twice.
  if (!is_new && one.totals.start != event.totals.start) tell(one, one.totals, into);
  one = {.totals = event.totals, .ended = since_boot(event.ended)};
  Exit& exit = one.exit;
  exit.pid = event.totals.pid;
  exit.ppid = event.ppid;
  exit.ruid = event.ruid;
  exit.euid = event.euid;
  exit.suid = event.suid;
  exit.fsuid = event.fsuid;
  exit.rgid = event.rgid;
  exit.egid = event.egid;
  exit.sgid = event.sgid;
  exit.fsgid = event.fsgid;
  exit.status = event.status;
  exit.name =
      redaction.task_name(task_name({event.name, ::strnlen(event.name, sizeof event.name)}));
  exit.line_is_last = event.arguments_from == EXIT_ARGUMENTS_LAST;
  const bool cut = arguments.size() == EXIT_EVENT_ARGUMENTS;
  if (event.arguments_began_as < arguments.size()) {
    arguments = arguments.substr(0, arguments.find('\0'));
    arguments = without_environment(arguments, Bytes{event.arguments_began_as});
  }
  exit.command_line = redaction.command_line(arguments, cut).value_or(Redaction::kHidden);
  exit.exec_at = since_boot(event.exec_at);
  const auto start = static_cast<std::uint64_t>(since_boot(event.totals.start).count());
  exit.start = start_since_boot(start / tick(), ticks_per_second_);
  exit.elapsed = whole_ticks(event.ended - event.totals.start);
}

void ExitReader::tell(Waiting& one, const ExitTotals& totals, std::vector<Exit>& into) {
  Exit& exit = one.exit;
  const ProcessTime time = divide_run_time(
      to_nanoseconds(totals.run_time), {to_nanoseconds(totals.user), to_nanoseconds(totals.system)},
      {to_nanoseconds(totals.shown_user), to_nanoseconds(totals.shown_system)});
  exit.user = user_.take(time.user);
  exit.system = system_.take(time.system);
  exit.run_delay = to_nanoseconds(totals.run_delay);
  exit.block_io_delay = whole_ticks(totals.block_io_delay);
  exit.voluntary_switches = to_count(totals.voluntary_switches);
  exit.involuntary_switches = to_count(totals.involuntary_switches);
  exit.minor_faults = to_count(totals.minor_faults);
  exit.major_faults = to_count(totals.major_faults);
  exit.peak_resident = Bytes{to_count(totals.peak_resident) * page_size_};
  exit.read = to_sectors(totals.read_bytes);
  exit.written = to_sectors(totals.write_bytes);
  exit.cancelled = to_sectors(totals.cancelled_write_bytes);
  into.push_back(exit);
}

void ExitReader::reaped(const ExitTotals& totals, std::vector<Exit>& into) {
  const auto found = waiting_.find(totals.pid);
  if (found == waiting_.end() || found->second.totals.start != totals.start) return;
  tell(found->second, totals, into);
  waiting_.erase(found);
}

void ExitReader::give_up_waiting(SinceBoot now, std::vector<Exit>& into) {
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    Waiting& one = entry->second;
    if (now - one.ended < kPatience) {
      ++entry;
    } else {
      tell(one, one.totals, into);
      entry = waiting_.erase(entry);
    }
  }
}

}  // namespace proctape
