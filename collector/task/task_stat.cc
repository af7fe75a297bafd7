// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_stat.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace proctape {
namespace {

// Number of the field in the kernel's table.
enum StatField : unsigned {
  kState = 3,
  kPpid = 4,
  kMinorFaults = 10,
  kMajorFaults = 12,
  kUserTime = 14,
  kSystemTime = 15,
  kPriority = 18,
  kNice = 19,
  kThreads = 20,
  kStart = 22,
  kVirtualSize = 23,
  kResident = 24,
  kProcessor = 39,
  kRealtimePriority = 40,
  kPolicy = 41,
  kBlockIoDelay = 42,
  kArgumentsBegin = 48,
  kArgumentsEnd = 49,
};
constexpr unsigned kFirstNumber = kPpid;
constexpr unsigned kLastNumber = kArgumentsEnd;

Error unexpected(std::string_view expected, std::string_view text) {
  return malformed("stat of a task", expected, text);
}

}  // namespace

Result<> parse_task_stat(std::string_view text, Count page_size, Task& into) {
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == text.npos || close == text.npos || close < open || text.size() < close + 4) {
    return unexpected("'<pid> (<name>) <state> ...'", text);
  }
  std::string_view before_name = text;
  const auto pid = next_number(before_name);
  if (!pid) return unexpected("a pid", text);

  // Fields that an old kernel does not have stay 0.
  std::array<std::int64_t, kLastNumber + 1> field{};
  const char* p = text.data() + close + 3;
  const char* const end = text.data() + text.size();
  unsigned number = kFirstNumber;
  for (; number <= kLastNumber; ++number) {
    while (p < end && *p == ' ') ++p;
    if (p == end || *p == '\n') break;
    // Some fields are unsigned and may exceed 2^63 (rsslim): they are read as such and wrap.
    std::uint64_t magnitude = 0;
    const bool negative = *p == '-';
    const auto parsed = std::from_chars(p + (negative ? 1 : 0), end, magnitude);
    if (parsed.ec != std::errc{}) {
      return unexpected("a number as field " + std::to_string(number), {p, end});
    }
    field[number] = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
    p = parsed.ptr;
  }
  if (number <= kResident) return unexpected("at least 24 fields", text);

  into.identity.pid = *pid;
  into.identity.name = task_name(text.substr(open + 1, close - open - 1));
  into.identity.state = text[close + 2];
  into.identity.ppid = field[kPpid];
  into.identity.threads = field[kThreads];
  into.start = Ticks{field[kStart]};
  into.cpu.user = Ticks{field[kUserTime]};
  into.cpu.system = Ticks{field[kSystemTime]};
  into.cpu.priority = wrapping_sum(field[kPriority], 100);
  into.cpu.nice = field[kNice];
  into.cpu.current_cpu = field[kProcessor];
  into.cpu.realtime_priority = field[kRealtimePriority];
  into.cpu.policy = field[kPolicy];
  into.cpu.block_io_delay = Ticks{field[kBlockIoDelay]};
  into.arguments = Bytes{wrapping_difference(field[kArgumentsEnd], field[kArgumentsBegin])};
  into.memory.minor_faults = field[kMinorFaults];
  into.memory.major_faults = field[kMajorFaults];
  into.memory.virtual_size = Bytes{field[kVirtualSize]};
  into.memory.resident = Bytes{wrapping_product(field[kResident], page_size)};
  return {};
}

InlineText<15> task_name(std::string_view bytes) {
  std::array<char, 15> name{};
  const auto kept = cut_utf8(bytes, name.size());
  std::copy(kept.begin(), kept.end(), name.begin());
  make_printable_utf8(name.data(), name.data() + kept.size(), '?');
  return std::string_view(name.data(), kept.size());
}

Seconds task_started(WallTime boot, Ticks start, Count ticks_per_second) {
  using std::chrono::seconds;
  const auto since_boot = std::chrono::nanoseconds(seconds(1)) / ticks_per_second * start.value;
  return {std::chrono::floor<seconds>(boot + since_boot).time_since_epoch().count()};
}

bool stat_agrees(const Task& a, const Task& b) {
  return a.identity.state == b.identity.state && a.identity.ppid == b.identity.ppid &&
         a.identity.threads == b.identity.threads && a.identity.name == b.identity.name &&
         a.cpu.nice == b.cpu.nice && a.cpu.priority == b.cpu.priority &&
         a.cpu.realtime_priority == b.cpu.realtime_priority && a.cpu.policy == b.cpu.policy &&
         a.memory.virtual_size == b.memory.virtual_size && a.memory.resident == b.memory.resident;
}

}  // namespace proctape
