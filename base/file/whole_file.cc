// SPDX-License-Identifier: Apache-2.0
#include "base/file/whole_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace proctape {
namespace {

std::string in_proc(const Fd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

// Who could foresee it could be there before us, each time. Those who look for logs do not look at
// hidden files; and a name may be as long as a file system allows.
std::string hidden_name(const std::string& name) {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
    number = static_cast<std::uint64_t>(::getpid());
  }
  constexpr std::size_t kReadable = 200;
  return '.' + name.substr(0, kReadable) + '.' + std::to_string(number);
}

constexpr int kTries = 10;

}  // namespace

Result<WholeFile> WholeFile::create(FilePlace place, const Options& options) {
  WholeFile file(std::move(place), options);
  const FilePlace& where = file.place_;
  file.direct_ = where.there && (!S_ISREG(where.status.st_mode) || where.name.empty());
  auto opened = file.direct_ ? file.open_direct() : file.open_beside();
  if (!opened) return std::move(opened.error());
  return file;
}

WholeFile WholeFile::onto(Fd fd, std::string path) {
  WholeFile file(FilePlace{.path = std::move(path)}, {});
  file.direct_ = true;
  file.fd_ = std::move(fd);
  return file;
}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : place_(std::move(other.place_)),
      options_(other.options_),
      direct_(other.direct_),
      temporary_(std::exchange(other.temporary_, {})),
      kept_(std::move(other.kept_)),
      fd_(std::move(other.fd_)) {}

WholeFile::~WholeFile() {
  if (!temporary_.empty()) ::unlinkat(place_.directory.get(), temporary_.c_str(), 0);
}

// What was looked at, and not what has its name by now.
Result<> WholeFile::open_direct() {
  // A file that a shell has opened for us may have something before.
  const int append = S_ISREG(place_.status.st_mode) ? O_APPEND : 0;
  fd_ = Fd(::open(in_proc(place_.there).c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | append));
  if (!fd_) return failed("open");
  return {};
}

Result<> WholeFile::open_beside() {
  const int directory = place_.directory.get();
  const bool like_old = options_.like_the_old && place_.there && place_.status.st_nlink == 1;
  constexpr mode_t kPermissions = 0777;
  if (like_old) options_.mode = place_.status.st_mode & kPermissions;
  // Nobody else can open it before it has its mode, and its owner.
  constexpr mode_t kClosed = 0600;
  // Without a name nothing is left when we are killed.
  fd_ = Fd(::openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, kClosed));
  const bool impossible = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
  for (int i = 0; !fd_ && impossible && i < kTries; ++i) {
    const std::string name = hidden_name(place_.name);
    fd_ = Fd(::openat(directory, name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW,
                      kClosed));
    if (fd_) temporary_ = name;
    if (!fd_ && errno != EEXIST) break;
  }
  if (!fd_) return failed("create");
  if (like_old) {
    // Who may not give files away keeps it; but then nobody new may read it.
    const int given = ::fchown(fd_.get(), place_.status.st_uid, place_.status.st_gid);
    if (given != 0 && errno != EPERM) return failed("create");
  }
  if (::fchmod(fd_.get(), options_.mode) != 0) return failed("create");
  return {};
}

Result<> WholeFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> WholeFile::finish() {
  if (direct_) {
    fd_.reset();
    return {};
  }
  if (::fsync(fd_.get()) != 0) return failed("write");
  const int directory = place_.directory.get();
  if (!options_.may_replace) {
    const int linked = temporary_.empty() ? ::linkat(AT_FDCWD, in_proc(fd_).c_str(), directory,
                                                     place_.name.c_str(), AT_SYMLINK_FOLLOW)
                                          : ::linkat(directory, temporary_.c_str(), directory,
                                                     place_.name.c_str(), 0);
    if (linked == 0) return {};
    Error error = failed("create");
    if (errno == EEXIST) error.kind = Error::Kind::kInvalid;
    return error;
  }
  if (temporary_.empty()) {
    if (auto named = name_temporary(); !named) return named;
  }
  // Takes the place of whatever is there by now, and follows nothing.
  if (::renameat(directory, temporary_.c_str(), directory, place_.name.c_str()) != 0) {
    return failed("create");
  }
  temporary_.clear();
  return {};
}

Result<> WholeFile::name_temporary() {
  for (int i = 0; i < kTries; ++i) {
    const std::string name = hidden_name(place_.name);
    if (::linkat(AT_FDCWD, in_proc(fd_).c_str(), place_.directory.get(), name.c_str(),
                 AT_SYMLINK_FOLLOW) == 0) {
      temporary_ = name;
      return {};
    }
    if (errno != EEXIST) break;
  }
  return failed("create");
}

Result<std::string> WholeFile::keep_old(std::string_view suffix) {
  const int directory = place_.directory.get();
  const std::string wanted = place_.name + std::string(suffix);
  kept_ = wanted;
  for (int number = 1; ::linkat(directory, place_.name.c_str(), directory, kept_.c_str(), 0) != 0;
       ++number) {
    if (errno != EEXIST) {
      Error error = failed("keep");
      kept_.clear();
      return error;
    }
    kept_ = wanted + '-' + std::to_string(number);
  }
  return place_.path.substr(0, place_.path.size() - place_.name.size()) + kept_;
}

void WholeFile::forget_old() {
  if (!kept_.empty()) ::unlinkat(place_.directory.get(), kept_.c_str(), 0);
  kept_.clear();
}

Error WholeFile::failed(const char* what) const {
  return error_from_errno(errno, std::string(what) + ' ' + path());
}

}  // namespace proctape
