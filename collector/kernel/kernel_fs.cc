// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/kernel_fs.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file/directory_stream.h"
#include "base/text/text.h"

namespace proctape {
namespace {

Error task_error(const char* path) {
  // A vanished process or thread: ENOENT when opening, ESRCH when reading.
  if (errno == ENOENT || errno == ESRCH) return {Error::Kind::kGone, {}};
  return error_from_errno(errno, path);
}

// Whether proc/ is a mounted procfs of this process's pid namespace. "self" leads to this process
// in any, and lists its numbers from the mount's namespace inwards: one, if it is ours.
bool shows_own_pids(const KernelFs& fs) {
  const auto proc = fs.open_directory("proc");
  struct statfs of_mount {};
  if (!proc || ::fstatfs(proc->get(), &of_mount) != 0 || of_mount.f_type != PROC_SUPER_MAGIC) {
    return false;
  }
  FileBuffer buffer;
  const auto status = fs.read("proc/self/status", buffer);
  if (!status) return false;
  for (std::string_view rest = *status; !rest.empty();) {
    auto line = next_line(rest);
    if (next_word(line) != "NSpid:") continue;
    next_word(line);
    return next_word(line).empty();
  }
  return false;
}

bool is_sysfs(const KernelFs& fs) {
  const auto sys = fs.open_directory("sys");
  struct statfs of_mount {};
  return sys && ::fstatfs(sys->get(), &of_mount) == 0 && of_mount.f_type == SYSFS_MAGIC;
}

}  // namespace

Result<std::string_view> read_whole(int directory_fd, const char* path, FileBuffer& buffer) {
  const Fd file(::openat(directory_fd, path, O_RDONLY | O_CLOEXEC));
  if (!file) return error_from_errno(errno, path);
  return read_from_start(file.get(), path, buffer);
}

Result<std::string_view> read_from_start(int file, const char* path, FileBuffer& buffer) {
  std::size_t length = 0;
  for (;;) {
    if (length == buffer.bytes_.size()) buffer.bytes_.resize(buffer.bytes_.size() * 2);
    const ssize_t n = ::pread(file, buffer.bytes_.data() + length, buffer.bytes_.size() - length,
                              static_cast<off_t>(length));
    if (n == 0) break;
    if (n < 0) {
      if (errno == EINTR) continue;
      return error_from_errno(errno, path);
    }
    length += static_cast<std::size_t>(n);
  }
  return std::string_view(buffer.bytes_.data(), length);
}

Result<std::string_view> read_once(int directory_fd, const char* path, FileBuffer& buffer,
                                   std::size_t limit) {
  const Fd file(::openat(directory_fd, path, O_RDONLY | O_CLOEXEC));
  if (!file) return task_error(path);
  ssize_t n = 0;
  do {
    n = ::read(file.get(), buffer.bytes_.data(), std::min(limit, buffer.bytes_.size()));
  } while (n < 0 && errno == EINTR);
  if (n < 0) return task_error(path);
  return std::string_view(buffer.bytes_.data(), static_cast<std::size_t>(n));
}

Result<KernelFs> KernelFs::open(const std::string& root) {
  std::string normal = root;
  while (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  Fd fd(::open(normal.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + normal);
  KernelFs fs(std::move(normal), std::move(fd));
  struct stat status {};
  if (::fstatat(fs.fd_->get(), "proc", &status, 0) != 0 || !S_ISDIR(status.st_mode)) {
    return Error{Error::Kind::kMissing, fs.full("proc") + ": no such directory"};
  }
  fs.has_sysfs_ = is_sysfs(fs);
  if (!fs.live()) {
    if (fs.exists("proc/1/net/dev")) fs.net_directory_ = "proc/1/net/";
    fs.has_own_pids_ = shows_own_pids(fs);
  }
  return fs;
}

std::string KernelFs::full(const std::string& path) const {
  return root_ == "/" ? root_ + path : root_ + '/' + path;
}

Result<std::string_view> KernelFs::read(const std::string& path, FileBuffer& buffer) const {
  auto text = read_whole(fd_->get(), path.c_str(), buffer);
  // The message begins with the relative path; only the root is missing.
  if (!text) text.error().message.insert(0, full(""));
  return text;
}

Result<Fd> KernelFs::open_file(const char* path) const {
  Fd file(::openat(fd_->get(), path, O_RDONLY | O_CLOEXEC));
  if (!file) return error_from_errno(errno, full(path));
  return file;
}

Result<std::string_view> KernelFs::read(const Fd& file, const char* path,
                                        FileBuffer& buffer) const {
  auto text = read_from_start(file.get(), path, buffer);
  if (!text) text.error().message.insert(0, full(""));
  return text;
}

Result<std::string_view> KernelFs::read_line(const std::string& path, FileBuffer& buffer) const {
  auto text = read(path, buffer);
  if (text && text->ends_with('\n')) text->remove_suffix(1);
  return text;
}

bool KernelFs::exists(const std::string& path) const {
  return ::faccessat(fd_->get(), path.c_str(), F_OK, 0) == 0;
}

std::uint64_t KernelFs::sysfs_inode(const char* path) const {
  struct stat status {};
  return has_sysfs_ && ::fstatat(fd_->get(), path, &status, 0) == 0 ? status.st_ino : 0;
}

Result<Fd> KernelFs::open_directory(const std::string& path) const {
  Fd fd(::openat(fd_->get(), path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, full(path));
  return fd;
}

Result<std::vector<std::string>> KernelFs::list(const std::string& path) const {
  auto fd = open_directory(path);
  if (!fd) return std::move(fd.error());
  const int raw = ::dup(fd->get());
  const DirectoryStream stream(raw < 0 ? nullptr : ::fdopendir(raw));
  if (!stream) {
    const int error_number = errno;
    if (raw >= 0) ::close(raw);
    return error_from_errno(error_number, full(path));
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace proctape
