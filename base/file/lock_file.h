// SPDX-License-Identifier: Apache-2.0
//
// Keeps a second recorder away: a file that only its owner can open, and a lock (flock) on it. A
// lock on anything that others may read is theirs to take as well.
#pragma once

#include <string>
#include <string_view>

#include "base/file/fd.h"
#include "base/result.h"

namespace proctape {

class LockFile {
 public:
  LockFile() = default;
  LockFile(LockFile&&) noexcept = default;
  LockFile& operator=(LockFile&& other) noexcept;
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  // Removes the file.
  ~LockFile() { release(); }

  // Takes the lock of `path`, whose file is made if it is not there; nothing to do if it is held
  // already. What others put in its place is removed. kInvalid: another one holds it. Where it
  // cannot be made for another reason than kDenied or kNoSpace, nobody is kept away and it
  // succeeds: not every file system has locks.
  Result<> take(const std::string& path);
  void release();

 private:
  Result<bool> try_once(const std::string& path);
  bool is_at(const std::string& path) const;

  std::string path_;
  Fd file_;
};

// Whether a process that runs the program `name`, as this one's user or root, holds a lock (flock)
// on `file`, as recorders do that know no LockFile yet. Locks of others count for nothing, nor do
// those that are not seen from this pid namespace.
bool is_locked_by_program(int file, std::string_view name);

}  // namespace proctape
