// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/retention.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <span>
#include <tuple>
#include <utility>

namespace proctape {
namespace {

constexpr Count kFilesAtLeast = 4;
constexpr Seconds kDay{86400};

Seconds days_long(Count days) { return Seconds{days * kDay.value}; }

std::chrono::sys_days days(const LocalDate& date) {
  using namespace std::chrono;
  return sys_days(year(date.year) / month(static_cast<unsigned>(date.month)) /
                  day(static_cast<unsigned>(date.day)));
}

// A day's file is begun last of those of the day: the others are what was set aside of it.
auto age_order(const LogFile& file) {
  const LogName& name = file.name;
  return std::tuple(file.recorded.has_value(), file.recorded.value_or(Seconds{}), name.date,
                    name.kind == LogName::Kind::kDaily, name.number, name.kind, name.packing);
}

std::string mebibytes(Bytes size) { return std::to_string(size.value >> 20) + " MiB"; }

// Moves what `goes` of `files` to `plan`, in order.
template <typename Goes>
void move_to(RetentionPlan& plan, std::vector<LogFile>& files, Removal::Cause cause,
             const std::string& reason, Goes goes) {
  std::erase_if(files, [&](const LogFile& file) {
    if (!goes(file)) return false;
    plan.remove.push_back({file, cause, reason});
    return true;
  });
}

void remove_by_age(RetentionPlan& plan, std::vector<LogFile>& files, const Quota& quota,
                   const RetentionMoment& moment) {
  if (quota.max_age_days == 0) return;
  std::optional<LocalDate> by_name;  // whose files go although only their names say so
  move_to(plan, files, Removal::Cause::kAge,
          "is older than " + std::to_string(quota.max_age_days) + " days",
          [&](const LogFile& file) {
            if (file.recorded) {
              return moment.recorded - *file.recorded >= days_long(quota.max_age_days);
            }
            const auto age = (days(moment.today) - days(file.name.date)).count();
            if (age <= quota.max_age_days || !moment.day_passed) return false;
            if (!by_name) by_name = file.name.date;
            return file.name.date == *by_name;
          });
}

void remove_by_size(RetentionPlan& plan, std::vector<LogFile>& files, Bytes current_and_next,
                    const Quota& quota) {
  if (quota.max_size == Bytes{}) return;
  Bytes total = current_and_next;
  for (const LogFile& file : files) total += file.size;
  move_to(plan, files, Removal::Cause::kSize,
          "is the oldest, and all files together exceed " + mebibytes(quota.max_size),
          [&](const LogFile& file) {
            if (total <= quota.max_size) return false;
            total = total - file.size;
            return true;
          });
}

// Those that min_free may cost, oldest first: `files` without the last min_keep days, by whatever
// may tell them.
std::vector<LogFile> expendable(std::span<const LogFile> files, const Quota& quota,
                                const RetentionMoment& moment) {
  std::set<LocalDate> newest;
  for (std::size_t i = files.size(); i-- > 0;) {
    if (std::ssize(newest) == quota.min_keep_days) break;
    newest.insert(files[i].name.date);
  }
  std::vector<LogFile> found;
  for (const LogFile& file : files) {
    if (file.gives_back == Bytes{} || newest.contains(file.name.date)) continue;
    const bool is_young =
        file.recorded ? moment.recorded - *file.recorded < days_long(quota.min_keep_days)
                      : (days(moment.today) - days(file.name.date)).count() <= quota.min_keep_days;
    if (!is_young) found.push_back(file);
  }
  return found;
}

Bytes sum(std::span<const LogFile> files) {
  Bytes bytes;
  for (const LogFile& file : files) bytes += file.gives_back;
  return bytes;
}

// The oldest of `files` that give `wanted` back, without those that it can do without; none if
// that takes more than half of what all give.
std::vector<LogFile> making_room(std::span<const LogFile> files, Bytes wanted) {
  std::vector<LogFile> chosen;
  Bytes given;
  for (const LogFile& file : files) {
    if (given >= wanted) break;
    chosen.push_back(file);
    given += file.gives_back;
  }
  if (given < wanted) return {};
  for (std::size_t i = chosen.size(); i-- > 0;) {
    if (given - chosen[i].gives_back < wanted) continue;
    given = given - chosen[i].gives_back;
    chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
  }
  const bool is_too_much = chosen.size() > 1 && given.value > sum(files).value / 2;
  return is_too_much ? std::vector<LogFile>{} : chosen;
}

Bytes promised_to_others(const Quota& quota, const DiskSpace& space) {
  return {space.total.value / 100 * quota.min_free_percent};
}

void remove_for_space(RetentionPlan& plan, std::vector<LogFile>& files, Bytes next,
                      const Quota& quota, const RetentionMoment& moment) {
  if (quota.min_free_percent == 0) return;
  const Bytes floor = promised_to_others(quota, moment.space);
  Bytes available = moment.space.available - next;
  for (const Removal& removal : plan.remove) available += removal.file.gives_back;
  plan.is_short = available < floor;
  if (!moment.shortage_believed || (!plan.is_short && !moment.no_space)) return;

  const auto candidates = expendable(files, quota, moment);
  // Where the file system says that there is room and refuses it, a quota is what is full.
  const Bytes wanted = plan.is_short ? floor - available : next;
  auto chosen = making_room(candidates, wanted);
  std::string reason = "is the oldest, and the file system has less than " +
                       std::to_string(quota.min_free_percent) + " % free";
  if (chosen.empty() && moment.no_space && !candidates.empty()) {
    chosen = {candidates.front()};
    reason = "is the oldest, and there is no space for a record";
  }
  plan.is_short = available + sum(chosen) < floor;
  move_to(plan, files, Removal::Cause::kSpace, reason,
          [&](const LogFile& file) { return std::ranges::find(chosen, file) != chosen.end(); });
}

}  // namespace

std::optional<Bytes> largest_file(const Quota& quota) {
  if (quota.max_size == Bytes{}) return std::nullopt;
  return Bytes{quota.max_size.value / kFilesAtLeast};
}

bool lacks_space(const Quota& quota, const DiskSpace& space, Bytes next) {
  return space.available - next < promised_to_others(quota, space);
}

RetentionPlan plan_retention(std::vector<LogFile> others, Bytes current, Bytes next,
                             const Quota& quota, const RetentionMoment& moment) {
  RetentionPlan plan;
  std::ranges::sort(others, {}, age_order);
  remove_by_age(plan, others, quota, moment);
  remove_by_size(plan, others, current + next, quota);
  remove_for_space(plan, others, next, quota, moment);
  return plan;
}

}  // namespace proctape
