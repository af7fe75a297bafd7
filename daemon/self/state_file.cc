// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/state_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/file/spare_files.h"

namespace proctape {
namespace {

Error failed(const char* what, const std::string& path) {
  return error_from_errno(errno, std::string(what) + ' ' + path);
}

}  // namespace

StateFile& StateFile::operator=(StateFile&& other) noexcept {
  if (this == &other) return *this;
  // With the same path the file is another's from the next write on.
  if (path_ != other.path_) remove();
  path_ = std::move(other.path_);
  lock_ = std::move(other.lock_);
  file_ = std::move(other.file_);
  return *this;
}

StateFile::~StateFile() { remove(); }

void StateFile::remove() {
  if (file_) ::unlink(path_.c_str());
  file_.reset();
}

Result<> StateFile::take() {
  const Error another{Error::Kind::kDenied, path_ + ": another proctaped writes it"};
  if (auto taken = lock_.take(path_ + ".lock"); !taken) {
    return taken.error().kind == Error::Kind::kInvalid ? another : std::move(taken.error());
  }
  const Fd there(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!there || !is_locked_by_program(there.get(), "proctaped")) return {};
  lock_.release();
  return another;
}

Result<> StateFile::write(std::string_view text) {
  if (path_.empty()) return {};
  if (!file_) {
    if (auto taken = take(); !taken) return taken;
  }
  const std::string temporary = path_ + ".new";
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  constexpr mode_t kUntilLocked = 0600;
  Fd file(::open(temporary.c_str(), kFlags, kUntilLocked));
  if (!file && errno == EEXIST) {
    // Of one that was killed meanwhile.
    ::unlink(temporary.c_str());
    file = Fd(::open(temporary.c_str(), kFlags, kUntilLocked));
  }
  if (!file) return failed("create", temporary);
  // The records matter more.
  if (!file_ && !leaves_room(file, kForSampleAfterReload)) {
    ::unlink(temporary.c_str());
    lock_.release();
    return error_from_errno(EMFILE, "keep " + path_ + " open");
  }
  // Locked before anybody can open it.
  ::flock(file.get(), LOCK_EX | LOCK_NB);
  ::fchmod(file.get(), kMode);
  const ssize_t written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    Error error =
        written < 0 ? failed("write", temporary) : error_from_errno(ENOSPC, "write " + temporary);
    ::unlink(temporary.c_str());
    return error;
  }
  if (::rename(temporary.c_str(), path_.c_str()) != 0) return failed("rename", temporary);
  file_ = std::move(file);
  return {};
}

}  // namespace proctape
