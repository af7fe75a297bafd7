// SPDX-License-Identifier: Apache-2.0
#include "rawlog/disk_quota.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/directory_stream.h"
#include "base/fd.h"
#include "rawlog/file_header.h"

namespace proctape {
namespace {

bool begins_as_log(int directory, const char* name) {
  const Fd file(openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  std::uint32_t magic = 0;
  return file && pread(file.get(), &magic, sizeof magic, 0) == sizeof magic && magic == kMagic;
}

}  // namespace

Result<std::vector<LogFile>> list_log_files(const std::string& path, const LogName& current) {
  const DirectoryStream directory(opendir(path.c_str()));
  if (!directory) return error_from_errno(errno, "list " + path);
  std::vector<LogFile> files;
  while (const dirent* entry = readdir(directory.get())) {
    const auto name = parse_log_name(entry->d_name);
    if (!name || *name == current) continue;
    const int fd = dirfd(directory.get());
    struct stat status {};
    if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode)) continue;
    if (name->kind != LogName::Kind::kTornTail && !begins_as_log(fd, entry->d_name)) continue;
    files.push_back({*name, Bytes{status.st_size}});
  }
  return files;
}

Bytes DiskQuota::others_size() const {
  Bytes sum = stuck_;
  for (const LogFile& file : others_) sum += file.size;
  return sum;
}

// What is there, and how much space. Not always what others changed meanwhile.
Result<DiskSpace> DiskQuota::look(const LogName& current, Seconds now) {
  // A clock that was set back looks again, too.
  const bool recent = looked_ && now >= *looked_ && now < *looked_ + kLookAgainAfter;
  if (!recent || looked_from_ != current) {
    auto listed = list_log_files(path_, current);
    if (!listed) return std::move(listed.error());
    others_ = std::move(*listed);
    stuck_ = {};
    looked_ = now;
    looked_from_ = current;
  }
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

void DiskQuota::make_room(const LogName& current, Bytes size, Bytes next, Seconds now,
                          std::vector<std::string>& notices) {
  if (quota_ == Quota{}) return;
  auto space = look(current, now);
  if (!space && !looking_fails_) {
    notices.push_back("quotas of " + path_ + " are not kept: " + space.error().message);
  }
  looking_fails_ = !space;
  if (!space) return;
  bool all_gone = false;
  while (!all_gone) {
    const auto plan = plan_retention(others_, size + stuck_, next, current.date, quota_, *space);
    still_short_ = plan.still_short;
    all_gone = true;
    for (const Removal& removal : plan.remove) {
      if (remove(removal, notices)) {
        space->available += removal.file.size;
      } else {
        stuck_ += removal.file.size;
        all_gone = false;
      }
      std::erase(others_, removal.file);
    }
  }
}

}  // namespace proctape
