// SPDX-License-Identifier: Apache-2.0
#include "rawlog/retention.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <tuple>

namespace proctape {
namespace {

constexpr Count kFilesAtLeast = 4;

std::chrono::sys_days days(const LocalDate& date) {
  using namespace std::chrono;
  return sys_days(year(date.year) / month(static_cast<unsigned>(date.month)) /
                  day(static_cast<unsigned>(date.day)));
}

// A day's file is begun last of those of the day: the others are what was set aside of it.
auto age_order(const LogFile& file) {
  const LogName& name = file.name;
  return std::tuple(name.date, name.kind == LogName::Kind::kDaily, name.number, name.kind);
}

// From when the age of files is told: the date, but at most a day behind the last file. A clock
// that is wrong by a year must not cost all that was recorded; where a host was off for a month,
// what is too old goes with the next day.
std::chrono::sys_days reference(const LocalDate& today, std::span<const LogFile> sorted) {
  if (sorted.empty()) return days(today);
  return std::min(days(today), days(sorted.back().name.date) + std::chrono::days(1));
}

std::string mebibytes(Bytes size) { return std::to_string(size.value >> 20) + " MiB"; }

}  // namespace

std::optional<Bytes> largest_file(const Quota& quota) {
  if (quota.max_size == Bytes{}) return std::nullopt;
  return Bytes{quota.max_size.value / kFilesAtLeast};
}

RetentionPlan plan_retention(std::vector<LogFile> others, Bytes current, Bytes next,
                             const LocalDate& today, const Quota& quota, const DiskSpace& space) {
  RetentionPlan plan;
  std::ranges::sort(others, {}, age_order);
  Bytes total = current + next;
  for (const LogFile& file : others) total += file.size;
  const Bytes floor{space.total.value / 100 * quota.min_free_percent};
  Bytes available = space.available - next;
  const auto is_short = [&] { return quota.min_free_percent > 0 && available < floor; };

  const auto from = reference(today, others);
  for (const LogFile& file : others) {
    const auto age = (from - days(file.name.date)).count();
    std::string reason;
    if (quota.max_age_days > 0 && age > quota.max_age_days) {
      reason = "is older than " + std::to_string(quota.max_age_days) + " days";
    } else if (quota.max_size > Bytes{} && total > quota.max_size) {
      reason = "is the oldest, and all files together exceed " + mebibytes(quota.max_size);
    } else if (is_short()) {
      reason = "is the oldest, and the file system has less than " +
               std::to_string(quota.min_free_percent) + " % free";
    } else {
      break;  // none that follows is older
    }
    total = total - file.size;
    available += file.size;
    plan.remove.push_back({file, std::move(reason)});
  }
  plan.still_short = is_short();
  return plan;
}

}  // namespace proctape
