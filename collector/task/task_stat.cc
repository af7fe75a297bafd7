// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_stat.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "base/text/eight_bytes.h"
#include "base/text/text.h"
#include "collector/kernel/task_name.h"

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

// The fields that are wanted, as bits. The others need only be numbers, of any size.
constexpr std::uint64_t kWanted = [] {
  std::uint64_t bits = 0;
  for (const unsigned field :
       {kPpid, kMinorFaults, kMajorFaults, kUserTime, kSystemTime, kPriority, kNice, kThreads,
        kStart, kVirtualSize, kResident, kProcessor, kRealtimePriority, kPolicy, kBlockIoDelay,
        kArgumentsBegin, kArgumentsEnd}) {
    bits |= std::uint64_t{1} << field;
  }
  return bits;
}();

Error unexpected(std::string_view expected, std::string_view text) {
  return malformed("stat of a task", expected, text);
}

// So many unwanted fields in a row are faster gone over together than one by one.
constexpr unsigned kWorthLeaping = 5;

// The last ')' behind `open`. Forwards, from one to the next, since searching backwards is slow
// over so many numbers.
std::size_t last_parenthesis(std::string_view text, std::size_t open) {
  auto last = text.npos;
  for (auto at = text.find(')', open); at != text.npos; at = text.find(')', at + 1)) last = at;
  return last;
}

// Goes over up to `count` fields, eight bytes at a time, as long as these are digits and spaces.
// Returns how many fields it was; `p` is then behind the last of them.
unsigned leap(const char*& p, const char* end, unsigned count) {
  unsigned leapt = 0;
  std::uint64_t space_before = 0x80;
  const char* at = p;
  for (; end - at >= 8; at += 8) {
    const auto bytes = eight_bytes(at);
    const auto digits = decimal_digits(bytes);
    const auto spaces = bytes_equal(bytes, ' ');
    if ((digits | spaces) != kHighBits) break;
    // A field begins with a digit behind a space.
    const auto fields = count_bytes(digits & (spaces << 8 | space_before));
    if (leapt + fields > count) break;
    leapt += fields;
    space_before = spaces >> 56;
  }
  if (at != p && is_digit(at[-1])) {
    while (at < end && is_digit(*at)) ++at;
  }
  p = at;
  return leapt;
}

// Both return where the number at `p` ends, nullptr if there is none.
const char* skip_field(const char* p, const char* end) {
  if (*p == '-') ++p;
  const char* const digits = p;
  while (p < end && is_digit(*p)) ++p;
  return p == digits ? nullptr : p;
}

const char* read_field(const char* p, const char* end, std::int64_t& into) {
  const bool negative = *p == '-';
  if (negative) ++p;
  std::uint64_t magnitude = 0;
  const char* after = read_digits(p, end, magnitude);
  if (after == p) return nullptr;
  if (after - p > kSafeDigits) {
    const auto parsed = std::from_chars(p, end, magnitude);
    if (parsed.ec != std::errc{}) return nullptr;
  }
  // Fields that are unsigned and exceed 2^63 wrap.
  into = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
  return after;
}

}  // namespace

Result<> parse_task_stat(std::string_view text, Count page_size, TaskReading& into) {
  const auto open = text.find('(');
  const auto close = last_parenthesis(text, open);
  if (close == text.npos || text.size() < close + 4) {
    return unexpected("'<pid> (<name>) <state> ...'", text);
  }
  std::string_view before_name = text;
  const auto pid = next_number(before_name);
  if (!pid) return unexpected("a pid", text);

  std::array<std::int64_t, kLastNumber + 1> field;
  const char* p = text.data() + close + 3;
  const char* const end = text.data() + text.size();
  unsigned number = kFirstNumber;
  for (; number <= kLastNumber; ++number) {
    const auto unwanted = static_cast<unsigned>(std::countr_zero(kWanted >> number));
    if (unwanted >= kWorthLeaping) number += leap(p, end, unwanted);
    while (p < end && *p == ' ') ++p;
    if (p == end || *p == '\n') break;
    const bool wanted = (kWanted >> number & 1) != 0;
    const char* const after = wanted ? read_field(p, end, field[number]) : skip_field(p, end);
    if (!after) return unexpected("a number as field " + std::to_string(number), {p, end});
    p = after;
  }
  // Fields that an old kernel does not have are 0.
  for (unsigned missing = number; missing <= kLastNumber; ++missing) field[missing] = 0;
  if (number <= kResident) return unexpected("at least 24 fields", text);
  if (field[kUserTime] < 0 || field[kSystemTime] < 0) return unexpected("times from 0 on", text);

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

Ticks start_since_boot(std::uint64_t told, Count ticks_per_second) {
  const std::uint64_t tick = 1'000'000'000 / static_cast<std::uint64_t>(ticks_per_second);
  constexpr std::uint64_t kLatest = INT64_MAX;
  const std::uint64_t wrapped = told > kLatest / tick ? UINT64_MAX / tick + 1 : 0;
  return {static_cast<std::int64_t>(told - wrapped)};
}

Seconds task_started(WallTime boot, Ticks start, Count ticks_per_second) {
  using std::chrono::seconds;
  // Seconds first: in nanoseconds there are but 292 years.
  const auto whole = std::chrono::floor<seconds>(boot);
  const Count boot_ticks =
      (boot - whole) / (std::chrono::nanoseconds(seconds(1)) / ticks_per_second);
  const Count rest = start.value % ticks_per_second + boot_ticks;
  const Count carried = rest < 0 ? -1 : rest / ticks_per_second;
  return {whole.time_since_epoch().count() + start.value / ticks_per_second + carried};
}

bool stat_agrees(const TaskReading& a, const TaskReading& b) {
  return a.identity.state == b.identity.state && a.identity.ppid == b.identity.ppid &&
         a.identity.threads == b.identity.threads && a.identity.name == b.identity.name &&
         a.cpu.nice == b.cpu.nice && a.cpu.priority == b.cpu.priority &&
         a.cpu.realtime_priority == b.cpu.realtime_priority && a.cpu.policy == b.cpu.policy &&
         a.memory.virtual_size == b.memory.virtual_size && a.memory.resident == b.memory.resident;
}

}  // namespace proctape
