// SPDX-License-Identifier: Apache-2.0
#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace proctape {
namespace {

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status {};
  const int result = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path.c_str(), &status);
  if (result != 0) return std::nullopt;
  return status;
}

// Where `path` leads, through links: what is behind a link is replaced, not the link.
std::string resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? real.get() : path;
}

std::string in_proc(const Fd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

}  // namespace

bool same_file(const std::string& path, const std::string& other) {
  const auto a = status_of(path);
  const auto b = status_of(other);
  // Who reads a terminal or a device may write to it as well.
  return a && b && S_ISREG(a->st_mode) && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

Result<OutputFile> OutputFile::create(const std::string& path, std::span<const std::string> inputs,
                                      mode_t mode) {
  if (path == "-") {
    if (isatty(STDOUT_FILENO)) {
      return Error{Error::Kind::kInvalid, "a log is not written to a terminal"};
    }
    OutputFile file("standard output", mode);
    file.fd_ = Fd(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!file.fd_) return file.failed("open");
    return file;
  }
  for (const std::string& input : inputs) {
    if (same_file(path, input)) {
      return Error{Error::Kind::kInvalid, path + " is the input, which is not changed"};
    }
  }
  OutputFile file(resolved(path), mode);
  const auto status = status_of(file.path_);
  const bool direct = status && !S_ISREG(status->st_mode);
  if (status && !direct) file.mode_ = status->st_mode & 07777;
  if (auto opened = direct ? file.open_direct() : file.open_beside(); !opened) {
    return opened.error();
  }
  if (status && !direct) {
    if (auto given = file.give_to(status->st_uid, status->st_gid); !given) return given.error();
  }
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      mode_(other.mode_),
      temporary_(std::exchange(other.temporary_, {})),
      named_(std::exchange(other.named_, false)),
      fd_(std::move(other.fd_)) {}

OutputFile::~OutputFile() {
  if (named_) unlink(temporary_.c_str());
}

Result<> OutputFile::open_direct() {
  fd_ = Fd(open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd_) return failed("open");
  return {};
}

Result<> OutputFile::open_beside() {
  const std::filesystem::path place(path_);
  const std::string directory = place.has_parent_path() ? place.parent_path().string() : ".";
  // Those who look for logs do not look at hidden files.
  temporary_ = directory + "/." + place.filename().string() + "." + std::to_string(getpid());
  // Without a name nothing is left when we are killed.
  fd_ = Fd(open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode_));
  if (!fd_ && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    fd_ = Fd(open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode_));
    named_ = static_cast<bool>(fd_);
  }
  if (!fd_) return failed("create");
  // The umask is for those who do not know what they write.
  if (fchmod(fd_.get(), mode_) != 0) return failed("create");
  return {};
}

// Who may not give files away keeps it; but then nobody new may read it.
Result<> OutputFile::give_to(uid_t owner, gid_t group) {
  const bool given = fchown(fd_.get(), owner, group) == 0;
  // A change of owner takes bits away.
  if (given && fchmod(fd_.get(), mode_) == 0) return {};
  if (!given && errno == EPERM) return {};
  return failed("create");
}

Result<> OutputFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> OutputFile::finish() {
  if (temporary_.empty()) {
    fd_.reset();
    return {};
  }
  if (fsync(fd_.get()) != 0) return failed("write");
  if (!named_) {
    if (linkat(AT_FDCWD, in_proc(fd_).c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) !=
        0) {
      return failed("create");
    }
    named_ = true;
  }
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return failed("create");
  named_ = false;
  return {};
}

Error OutputFile::failed(const char* what) const {
  return error_from_errno(errno, std::string(what) + " " + path_);
}

}  // namespace proctape
