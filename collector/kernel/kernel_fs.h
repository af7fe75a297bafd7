// SPDX-License-Identifier: Apache-2.0
//
// The kernel's pseudo file systems, or a fixture directory that stands in for them.
// Paths are relative to the root and name it never: "proc/meminfo", "sys/class/net".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file/fd.h"
#include "base/result.h"

namespace proctape {

// Where a kernel file is read to. Grows to the largest file and stays, so that reading
// allocates nothing in the steady state; what was read is valid until the next read.
class FileBuffer {
 public:
  FileBuffer() : bytes_(16 * 1024) {}

 private:
  friend class KernelFs;
  friend Result<std::string_view> read_whole(int, const char*, FileBuffer&);
  friend Result<std::string_view> read_from_start(int, const char*, FileBuffer&);
  friend Result<std::string_view> read_once(int, const char*, FileBuffer&, std::size_t);
  std::vector<char> bytes_;
};

// The whole of the file `path` below the directory `directory_fd`, read to its end: these
// files have no size, and may be handed out in pieces.
Result<std::string_view> read_whole(int directory_fd, const char* path, FileBuffer& buffer);

// The same of an open file, from its beginning, wherever it was read to before.
Result<std::string_view> read_from_start(int file, const char* path, FileBuffer& buffer);

// The same with a single read call, for the files of a task, which the kernel hands out
// whole if the buffer (16 KiB) has room; at most `limit` bytes of it. The error's message
// names `path` alone, and vanished tasks (kGone) give no message at all: they are no news.
Result<std::string_view> read_once(int directory_fd, const char* path, FileBuffer& buffer,
                                   std::size_t limit = SIZE_MAX);

class KernelFs {
 public:
  // `root` holds proc/ and sys/: "/" is the live host. Fails if `root`/proc is no directory.
  static Result<KernelFs> open(const std::string& root);

  // Error messages name the path with its root.
  Result<std::string_view> read(const std::string& path, FileBuffer& buffer) const;

  // For files that stay open: the whole of `file`, which open_file(path) gave, as it is now.
  Result<Fd> open_file(const char* path) const;
  Result<std::string_view> read(const Fd& file, const char* path, FileBuffer& buffer) const;

  // Its text without the final newline; for the one-line files of sysfs.
  Result<std::string_view> read_line(const std::string& path, FileBuffer& buffer) const;

  bool exists(const std::string& path) const;

  // The inode of what `path`, of sysfs, leads to; 0 if that is not there, or no sysfs but files
  // that stand for one, whose inodes say nothing of the devices.
  std::uint64_t sysfs_inode(const char* path) const;
  bool has_sysfs() const { return has_sysfs_; }

  // The names in a directory, without "." and "..", sorted by name: readdir's order means
  // nothing. Allocates; not for /proc itself.
  Result<std::vector<std::string>> list(const std::string& path) const;

  Result<Fd> open_directory(const std::string& path) const;

  // "proc/net/<name>": of the initial network namespace, also when the root is another
  // host's tree seen from within a container.
  std::string net(std::string_view name) const { return net_directory_ + std::string(name); }

  // The files are those of the running kernel this process itself lives on, so that what
  // they do not tell may be asked by a system call.
  bool live() const { return root_ == "/"; }

  // The processes in proc/ are those that this process sees itself, under the same numbers, so
  // that the kernel may be asked about them and all CPUs in other ways. Not only where live(): a
  // container that shares the host's pid namespace has the host's /proc below another root.
  bool has_own_pids() const { return has_own_pids_; }

  const std::string& root() const { return root_; }

 private:
  KernelFs(std::string root, Fd fd)
      : root_(std::move(root)), fd_(std::make_shared<const Fd>(std::move(fd))) {}
  std::string full(const std::string& path) const;

  std::string root_;
  std::shared_ptr<const Fd> fd_;  // with copies
  std::string net_directory_ = "proc/net/";
  bool has_own_pids_ = true;
  bool has_sysfs_ = false;
};

}  // namespace proctape
