// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/disk_quota.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "base/file/fd.h"
#include "rawlog/directory/existing_log.h"

namespace proctape {
namespace {

constexpr Count kDayLong = 86400;

std::uint32_t draw_series() {
  std::uint32_t series = 0;
  while (series == 0 && getrandom(&series, sizeof series, 0) > 0) continue;
  return std::max(series, 1U);
}

// That of most of `logs`; 0 if none has one.
std::uint32_t series_of(const std::vector<ListedLog>& logs) {
  std::map<std::uint32_t, std::size_t> counts;
  for (const ListedLog& log : logs) {
    if (log.begun) ++counts[log.begun->series];
  }
  const auto most = std::ranges::max_element(counts, {}, [](const auto& of) { return of.second; });
  return most == counts.end() ? 0 : most->first;
}

}  // namespace

Bytes DiskQuota::others_size() const {
  Bytes total = stuck_;
  for (const LogFile& file : others_) total += file.size;
  return total;
}

// What was a shortage until then is over with it, if nothing else makes one: the next one, when
// somebody fills the disk again, is another.
void DiskQuota::found_space(SinceBoot now) {
  if (std::exchange(no_space_, false)) shortage_.observe(is_short_, now);
}

std::optional<RecordedTime> DiskQuota::recorded(const LogName& current, SinceBoot now) {
  if (recorded_.series == 0) static_cast<void>(look(current, now));
  return recorded_.series == 0 ? std::nullopt : std::optional(recorded_);
}

void DiskQuota::add_recorded(Seconds passed) {
  const Count day = recorded_.passed.value / kDayLong;
  recorded_.passed += passed;
  day_passed_ |= recorded_.passed.value / kDayLong > day;
}

void DiskQuota::found(const RecordedTime& recorded) {
  if (recorded.series != recorded_.series) return;
  recorded_.passed = std::max(recorded_.passed, recorded.passed);
}

// When the log was begun that was begun last, and what it holds.
void DiskQuota::find_recorded(const std::vector<ListedLog>& logs) {
  recorded_.series = series_of(logs);
  if (recorded_.series == 0) recorded_.series = draw_series();
  const ListedLog* last = nullptr;
  for (const ListedLog& log : logs) {
    if (!log.begun || log.begun->series != recorded_.series) continue;
    if (!last || last->begun->passed < log.begun->passed) last = &log;
  }
  if (!last) return;
  recorded_.passed += last->begun->passed;
  if (last->file.name.packing != LogName::Packing::kNone) return;
  constexpr std::chrono::milliseconds kPatience{300};
  const Fd file(open((path_ + '/' + to_string(last->file.name)).c_str(),
                     O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  // Of a damaged one, or without the time to see all of it, the part that was seen.
  if (const auto log = examine(file.get(), kPatience); log) recorded_.passed += log->recorded;
}

// What a complete list says.
void DiskQuota::adopt(std::vector<ListedLog> logs, const LogName& current) {
  if (recorded_.series == 0) find_recorded(logs);
  others_.clear();
  stuck_ = {};
  for (ListedLog& log : logs) {
    if (log.file.name == current) continue;
    if (log.begun && log.begun->series == recorded_.series) {
      log.file.recorded = log.begun->passed + kLongestLog;
    }
    others_.push_back(log.file);
  }
}

// What is there. Not always what others changed meanwhile.
Result<> DiskQuota::look(const LogName& current, SinceBoot now) {
  if (looked_ && now - *looked_ < kLookAgainAfter && looked_from_ == current) return {};
  if (!list_.under_way() || looked_from_ != current) {
    if (auto begun = list_.begin(path_); !begun) return begun;
    looked_from_ = current;
  }
  if (!list_.go_on(kLookFor)) return {};
  adopt(list_.take(), current);
  looked_ = now;
  return {};
}

Result<DiskSpace> DiskQuota::space() const {
  struct statvfs file_system {};
  if (statvfs(path_.c_str(), &file_system) != 0) {
    return error_from_errno(errno, "look for free space at " + path_);
  }
  const auto blocks = [&](auto count) {
    return Bytes{static_cast<Count>(count) * static_cast<Count>(file_system.f_frsize)};
  };
  // What only root may use counts as used: root's own writing must not take it either.
  return DiskSpace{blocks(file_system.f_blocks), blocks(file_system.f_bavail)};
}

// False if it is still there, as an administrator may have wished (chattr +i).
bool DiskQuota::remove(const Removal& removal, std::vector<std::string>& notices) {
  const std::string file = path_ + '/' + to_string(removal.file.name);
  if (unlink(file.c_str()) == 0 || errno == ENOENT) {
    notices.push_back(file + " removed: it " + removal.reason);
    return true;
  }
  if (std::ranges::find(told_of_, file) == told_of_.end()) {
    notices.push_back(file + " should go, because it " + removal.reason +
                      ", but: " + std::strerror(errno));
    told_of_.push_back(file);
  }
  return false;
}

void DiskQuota::make_room(const LogName& current, Bytes size, Bytes next, SinceBoot now,
                          std::vector<std::string>& notices) {
  if (quota_ == Quota{}) return;
  const auto looked = look(current, now);
  auto free = looked ? space() : Result<DiskSpace>(looked.error());
  if (!free && !looking_fails_) {
    notices.push_back("quotas of " + path_ + " are not kept: " + free.error().message);
  }
  looking_fails_ = !free;
  if (!free) return;
  // Whoever filled the disk has made room since: that shortage is over, however long it lasted.
  if (is_short_ && !lacks_space(quota_, *free, next)) {
    no_space_ = false;
    shortage_.observe(false, now);
  }
  bool all_gone = false;
  while (!all_gone) {
    const RetentionMoment moment{.today = current.date,
                                 .recorded = recorded_.passed,
                                 .day_passed = day_passed_,
                                 .no_space = no_space_,
                                 .shortage_believed = shortage_.believed(now),
                                 .space = *free};
    const auto plan = plan_retention(others_, size + stuck_, next, quota_, moment);
    is_short_ = plan.is_short;
    all_gone = true;
    for (const Removal& removal : plan.remove) {
      if (remove(removal, notices)) {
        free->available += removal.file.gives_back;
        if (removal.cause == Removal::Cause::kSpace) shortage_.answered(now);
      } else {
        stuck_ += removal.file.size;
        all_gone = false;
      }
      std::erase(others_, removal.file);
    }
  }
  shortage_.observe(is_short_ || no_space_, now);
  if (looked_) day_passed_ = false;
}

}  // namespace proctape
