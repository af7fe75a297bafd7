// SPDX-License-Identifier: Apache-2.0
#include "collector/task/report_conversion.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "collector/kernel/binary_units.h"
#include "collector/kernel/task_name.h"
#include "collector/task/process_time.h"
#include "collector/task/task_stat.h"
#include "collector/task/thread_sums.h"

namespace proctape {
namespace {

std::string_view text(const char* bytes, std::size_t size) {
  return {bytes, ::strnlen(bytes, size)};
}

}  // namespace

// A kernel thread that serves work queues bears the name of what it does behind its own.
InlineText<15> name_of(const ThreadReport& report) {
  const std::string_view name = text(report.name, sizeof report.name);
  if (report.work[0] == '\0') return task_name(name);
  std::array<char, sizeof report.name + sizeof report.work> both;
  char* end = std::copy(name.begin(), name.end(), both.data());
  const std::string_view work = text(report.work, sizeof report.work);
  end = std::copy(work.begin(), work.end(), end);
  return task_name({both.data(), static_cast<std::size_t>(end - both.data())});
}

void add(const TaskCounters& some, TaskCounters& sum) {
  sum.user += some.user;
  sum.system += some.system;
  sum.run_time += some.run_time;
  sum.minor_faults += some.minor_faults;
  sum.major_faults += some.major_faults;
  sum.read_bytes += some.read_bytes;
  sum.write_bytes += some.write_bytes;
  sum.cancelled_write_bytes += some.cancelled_write_bytes;
}

// include/linux/sched.h: the bits of both, the highest of which counts, and three that mean
// another letter than theirs.
char state_letter(const ThreadReport& report) {
  constexpr std::uint32_t kReported = 0x7f;
  constexpr std::uint32_t kUninterruptible = 0x2;
  constexpr std::uint32_t kIdle = kUninterruptible | 0x400;  // and no load
  constexpr std::uint32_t kWaitsForLock = 0x1000;
  constexpr std::uint32_t kFrozen = 0x8000;
  constexpr std::string_view kLetters = "RSDTtXZP";
  const bool stands_still = (report.state & (kWaitsForLock | kFrozen)) != 0;
  if (stands_still) return 'D';
  if ((report.state & kIdle) == kIdle) return 'I';
  const std::uint32_t bits = (report.state | report.exit_state) & kReported;
  return kLetters[static_cast<std::size_t>(std::bit_width(bits))];
}

ReportConversion::ReportConversion(const Host& host)
    : page_size_(host.page_size),
      ticks_per_second_(host.ticks_per_second),
      boottime_offset_(host.boottime_offset) {}

void ReportConversion::set_memory(const Memory& memory) {
  total_pages_ =
      (std::max<Count>(memory.total.value, 0) + std::max<Count>(memory.swap_total.value, 0)) /
      page_size_;
}

Ticks ReportConversion::ticks(std::uint64_t nanoseconds) const {
  return {to_count(nanoseconds / (1'000'000'000U / static_cast<std::uint64_t>(ticks_per_second_)))};
}

SinceBoot ReportConversion::since_boot(std::uint64_t nanoseconds) const {
  return SinceBoot(nanoseconds) + boottime_offset_;
}

Ticks ReportConversion::start(std::uint64_t nanoseconds) const {
  const auto shown = static_cast<std::uint64_t>(since_boot(nanoseconds).count());
  return start_since_boot(static_cast<std::uint64_t>(ticks(shown).value), ticks_per_second_);
}

Bytes ReportConversion::bytes(std::uint64_t pages) const { return {to_count(pages) * page_size_}; }

void ReportConversion::put_thread(const ThreadReport& report, TaskReading& into) const {
  TaskIdentity& who = into.identity;
  into.start = start(report.start);
  who.pid = report.pid;
  who.tgid = report.tgid;
  who.ppid = report.ppid;
  who.ruid = report.ruid;
  who.euid = report.euid;
  who.suid = report.suid;
  who.fsuid = report.fsuid;
  who.rgid = report.rgid;
  who.egid = report.egid;
  who.sgid = report.sgid;
  who.fsgid = report.fsgid;
  who.state = state_letter(report);
  who.threads = 1;
  count_own_state(who);

  TaskCpu& cpu = into.cpu;
  constexpr Count kNiceZero = 120;
  cpu.nice = report.static_priority - kNiceZero;
  cpu.priority = report.priority;
  cpu.realtime_priority = report.realtime_priority;
  cpu.policy = report.policy;
  cpu.current_cpu = report.cpu;
  cpu.run_delay = to_nanoseconds(report.run_delay);
  cpu.block_io_delay = ticks(report.block_io_delay);
  cpu.voluntary_switches = to_count(report.voluntary_switches);
  cpu.involuntary_switches = to_count(report.involuntary_switches);
  into.run_time = to_nanoseconds(report.own.run_time);
  into.timeslices = to_count(report.timeslices);
  into.gpu = {};
}

void ReportConversion::put_process(const ProcessReport& report, TaskReading& into) const {
  TaskMemory& memory = into.memory;
  memory.virtual_size = bytes(report.total);
  memory.resident = bytes(report.file + report.anonymous + report.shared);
  memory.data = bytes(report.data);
  memory.stack = bytes(report.stack);
  memory.locked = bytes(report.locked);
  memory.swap = bytes(report.swapped);
  // In whole pages, of which the rest of what can be executed are libraries.
  const auto page = static_cast<std::uint64_t>(page_size_);
  const std::uint64_t pages = (report.code_end + page - 1) / page - report.code_begin / page;
  const std::uint64_t code = std::min<std::uint64_t>(pages, report.executable);
  memory.executable = bytes(code);
  memory.libraries = bytes(report.executable - code);
  into.arguments = {to_count(report.arguments_end - report.arguments_begin)};
}

void ReportConversion::put_oom_score(const ProcessReport& report, TaskReading& into) const {
  constexpr Count kNever = -1000;
  TaskMemory& memory = into.memory;
  memory.oom_score_adj = report.oom_score_adj;
  memory.oom_score = 0;
  const bool has_memory = (report.has & TASK_REPORT_HAS_MEMORY) != 0;
  const bool borrowed = (report.has & TASK_REPORT_BORROWS_MEMORY) != 0;
  const bool spared = report.main.pid == 1 || report.oom_score_adj == kNever;
  if (!has_memory || borrowed || spared || total_pages_ == 0) return;
  // mm/oom_kill.c and fs/proc/base.c
  const std::uint64_t used = report.file + report.anonymous + report.shared + report.swapped +
                             report.page_table_bytes / static_cast<std::uint64_t>(page_size_);
  const Count points = to_count(used) + report.oom_score_adj * (total_pages_ / 1000);
  memory.oom_score = (1000 + points * 1000 / total_pages_) * 2 / 3;
}

void ReportConversion::put_counters(const TaskCounters& counters, std::uint64_t shown_user,
                                    std::uint64_t shown_system, TaskReading& into) const {
  TaskMarks& marks = into.marks;
  const ProcessTime shown{std::max(to_nanoseconds(shown_user), marks.user),
                          std::max(to_nanoseconds(shown_system), marks.system)};
  const ProcessTime time =
      divide_run_time(to_nanoseconds(counters.run_time),
                      {to_nanoseconds(counters.user), to_nanoseconds(counters.system)}, shown);
  marks.user = time.user;
  marks.system = time.system;
  into.cpu.user = ticks(static_cast<std::uint64_t>(time.user.value));
  into.cpu.system = ticks(static_cast<std::uint64_t>(time.system.value));
  const auto raise = [](auto& counter, auto to) { counter = std::max(counter, to); };
  raise(into.memory.minor_faults, to_count(counters.minor_faults));
  raise(into.memory.major_faults, to_count(counters.major_faults));
  raise(into.disk.read, to_sectors(counters.read_bytes));
  raise(into.disk.written, to_sectors(counters.write_bytes));
  raise(into.disk.cancelled, to_sectors(counters.cancelled_write_bytes));
}

}  // namespace proctape
