// SPDX-License-Identifier: Apache-2.0
#include "base/file/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/file/small_file.h"
#include "base/text/text.h"
#include "base/units.h"

namespace proctape {
namespace {

constexpr mode_t kOwnerOnly = 0600;

// The whole of a file of /proc; empty if it cannot be read.
std::string content_of(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  auto content = read_at_most(file, path, std::string::npos);
  return content ? std::move(*content) : std::string();
}

// The processes that hold a flock on the inode, as far as they are seen from here. Devices are not
// compared: btrfs tells others in /proc/locks.
std::vector<Count> flock_holders(ino_t inode) {
  const std::string locks = content_of("/proc/locks");
  const std::string place = ':' + std::to_string(inode);
  std::vector<Count> pids;
  // "1: FLOCK  ADVISORY  WRITE 1234 08:01:131090 0 EOF"
  std::string_view text = locks;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    next_word(line);
    if (next_word(line) != "FLOCK") continue;
    next_word(line);
    next_word(line);
    const auto pid = to_number(next_word(line));
    if (pid && next_word(line).ends_with(place)) pids.push_back(*pid);
  }
  return pids;
}

uid_t owner_of_directory(const std::string& path) {
  const auto slash = path.rfind('/');
  struct stat status {};
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return ::stat(directory.c_str(), &status) == 0 ? status.st_uid : 0;
}

// Made by a recorder, for nobody else: whoever holds it is one.
bool is_recorders(const struct stat& status, const std::string& path) {
  const uid_t uid = status.st_uid;
  return S_ISREG(status.st_mode) && (status.st_mode & 077U) == 0 &&
         (uid == ::geteuid() || uid == 0 || uid == owner_of_directory(path));
}

}  // namespace

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  if (this == &other) return *this;
  release();
  path_ = std::move(other.path_);
  file_ = std::move(other.file_);
  return *this;
}

void LockFile::release() {
  if (file_ && is_at(path_)) ::unlink(path_.c_str());
  file_.reset();
}

bool LockFile::is_at(const std::string& path) const {
  struct stat held {};
  struct stat there {};
  return ::fstat(file_.get(), &held) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

// False: the file was replaced meanwhile, or was not ours and is gone.
Result<bool> LockFile::try_once(const std::string& path) {
  const auto failed = [&](const char* what) {
    return error_from_errno(errno, std::string(what) + ' ' + path);
  };
  const auto taken = [&] {
    return Error{Error::Kind::kInvalid, path + " is locked by another process"};
  };
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0 && !is_recorders(there, path)) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      return Error{Error::Kind::kIo, "remove " + path};
    }
  }
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  Fd file(::open(path.c_str(), kFlags, kOwnerOnly));
  if (!file && errno == EACCES && ::lstat(path.c_str(), &there) == 0) {
    // Another user's, which is only left over if nobody holds it.
    if (!flock_holders(there.st_ino).empty()) return taken();
    if (::unlink(path.c_str()) == 0) return false;
    errno = EACCES;
  }
  if (!file) return failed("open");
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return taken();
    return failed("lock");
  }
  path_ = path;
  file_ = std::move(file);
  if (is_at(path)) return true;
  file_.reset();
  return false;
}

Result<> LockFile::take(const std::string& path) {
  if (file_ && path == path_ && is_at(path)) return {};
  // The one that is held stays until there is another.
  LockFile anew;
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    auto taken = anew.try_once(path);
    if (!taken) {
      using enum Error::Kind;
      const auto kind = taken.error().kind;
      if (kind == kInvalid || kind == kDenied || kind == kNoSpace) return std::move(taken.error());
      return {};
    }
    if (*taken) {
      *this = std::move(anew);
      return {};
    }
  }
  return {};
}

bool is_locked_by_program(int file, std::string_view name) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return false;
  for (const Count pid : flock_holders(status.st_ino)) {
    const std::string process = "/proc/" + std::to_string(pid);
    struct stat owner {};
    if (trimmed(content_of(process + "/comm")) != name) continue;
    if (::stat(process.c_str(), &owner) != 0) continue;
    if (owner.st_uid == ::geteuid() || owner.st_uid == 0) return true;
  }
  return false;
}

}  // namespace proctape
