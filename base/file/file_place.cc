// SPDX-License-Identifier: Apache-2.0
#include "base/file/file_place.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <optional>
#include <utility>
#include <vector>

namespace proctape {
namespace {

constexpr int kMostLinks = 40;  // as the kernel

class Walk {
 public:
  explicit Walk(const std::string& path) : path_(path) {}

  Result<FilePlace> to_the_end() {
    if (path_.empty()) return failed(ENOENT);
    if (path_.back() == '/') return failed(EISDIR);
    go_on_with(path_);
    if (!directory_) return failed(errno);
    if (auto done = walk(); !done) return std::move(done.error());
    if (place_.name.empty() && !place_.there) return failed(EISDIR);
    place_.path = path_;
    if (links_ > 0 && !place_.name.empty()) place_.path = directory_path() + '/' + place_.name;
    place_.directory = std::move(directory_);
    return std::move(place_);
  }

  Result<Fd> to_a_directory() {
    to_directory_ = true;
    go_on_with(path_);
    if (!directory_) return failed(errno);
    if (auto done = walk(); !done) return std::move(done.error());
    if (auto entered = may_create(); !entered) return std::move(entered.error());
    return std::move(directory_);
  }

 private:
  Result<> walk() {
    while (!rest_.empty()) {
      const std::string name = std::move(rest_.back());
      rest_.pop_back();
      if (auto done = step(name); !done) return done;
    }
    return {};
  }

  // Takes `path` apart, to be followed next.
  void go_on_with(std::string_view path) {
    if (path.starts_with('/')) enter(Fd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)));
    if (!directory_) enter(Fd(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)));
    while (!path.empty()) {
      const auto slash = path.rfind('/');
      const auto name = path.substr(slash == path.npos ? 0 : slash + 1);
      if (!name.empty() && name != ".") rest_.emplace_back(name);
      path = path.substr(0, slash == path.npos ? 0 : slash);
    }
  }

  void enter(Fd directory) {
    directory_ = std::move(directory);
    if (directory_) ::fstat(directory_.get(), &directory_status_);
  }

  Result<> step(const std::string& name) {
    const bool last = rest_.empty() && !to_directory_;
    Fd entry = open_here(name, O_NOFOLLOW);
    struct stat status {};
    if (!entry || ::fstat(entry.get(), &status) != 0) {
      if (!last || errno != ENOENT) return failed(errno);
      place_.name = name;
      return may_create();
    }
    if (S_ISLNK(status.st_mode)) {
      if (++links_ > kMostLinks) return failed(ELOOP);
      if (!in_proc()) return follow(name, entry, status);
      // The kernel's own, such as /proc/self/fd/1, leads to no name.
      entry = open_here(name, 0);
      if (!entry || ::fstat(entry.get(), &status) != 0) return failed(errno);
    }
    if (!last) {
      if (!S_ISDIR(status.st_mode)) return failed(ENOTDIR);
      enter(std::move(entry));
      return {};
    }
    if (S_ISDIR(status.st_mode)) return failed(EISDIR);
    // Of what is behind a link of /proc there is no name to be replaced.
    if (!in_proc()) place_.name = name;
    place_.there = std::move(entry);
    place_.status = status;
    return may_replace();
  }

  Fd open_here(const std::string& name, int flags) const {
    return Fd(::openat(directory_.get(), name.c_str(), O_PATH | O_CLOEXEC | flags));
  }

  std::string directory_path() const {
    std::array<char, PATH_MAX> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(directory_.get());
    const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
    return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
  }

  bool in_proc() const {
    struct statfs file_system {};
    return ::fstatfs(directory_.get(), &file_system) == 0 && file_system.f_type == PROC_SUPER_MAGIC;
  }

  Result<> follow(const std::string& name, const Fd& link, const struct stat& status) {
    if (!is_trusted(status.st_uid)) {
      if (of_everybody() && status.st_uid != directory_status_.st_uid) {
        return refused("the link '" + name + "' of user " + std::to_string(status.st_uid) +
                       " in a directory that everybody may write to is not followed");
      }
      if (led_by_ && *led_by_ != status.st_uid) return refused_to_leave();
      led_by_ = status.st_uid;
    }
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlinkat(link.get(), "", target.data(), target.size());
    if (length < 0) return failed(errno);
    if (static_cast<std::size_t>(length) == target.size()) return failed(ENAMETOOLONG);
    go_on_with({target.data(), static_cast<std::size_t>(length)});
    if (!directory_) return failed(errno);
    return {};
  }

  Result<> may_create() const {
    if (led_by_ && directory_status_.st_uid != *led_by_) return refused_to_leave();
    return {};
  }

  Result<> may_replace() const {
    if (auto created = may_create(); !created) return created;
    const struct stat& status = place_.status;
    const std::string owner = " of user " + std::to_string(status.st_uid);
    if (!S_ISREG(status.st_mode)) {
      if (is_trusted(status.st_uid)) return {};
      return refused("a pipe or device" + owner + " is not written to");
    }
    if (place_.name.empty() || !of_everybody()) return {};
    if (status.st_uid != ::geteuid() && status.st_uid != directory_status_.st_uid) {
      return refused("a file" + owner +
                     " in a directory that everybody may write to is not replaced");
    }
    return {};
  }

  static bool is_trusted(uid_t user) { return user == ::geteuid() || user == 0; }
  bool of_everybody() const { return (directory_status_.st_mode & S_IWOTH) != 0; }

  Error failed(int error_number) const {
    return error_from_errno(error_number, (to_directory_ ? "open " : "create ") + path_);
  }
  Error refused(const std::string& what) const {
    return {Error::Kind::kDenied, path_ + ": " + what};
  }
  Error refused_to_leave() const {
    return refused("a link of user " + std::to_string(*led_by_) +
                   " that leads out of his directories is not followed");
  }

  std::string path_;
  Fd directory_;
  struct stat directory_status_ {};
  std::vector<std::string> rest_;  // names to follow, the next one last
  std::optional<uid_t> led_by_;    // whose links were followed
  int links_ = 0;
  bool to_directory_ = false;
  FilePlace place_;
};

}  // namespace

Result<FilePlace> find_place(const std::string& path) { return Walk(path).to_the_end(); }

Result<Fd> find_directory(const std::string& path) { return Walk(path).to_a_directory(); }

}  // namespace proctape
