// SPDX-License-Identifier: Apache-2.0
//
// Lets one recorder write to a log directory: a lock file in it that only the recorder can open,
// and, for recorders of before there was one, a lock on the directory itself. That one everybody
// may take who may read the directory: if somebody else has it, it says nothing.
#pragma once

#include <string>

#include "base/file/fd.h"
#include "base/file/lock_file.h"
#include "base/result.h"

namespace proctape {

class DirectoryLock {
 public:
  // No reader of logs looks for it.
  static constexpr char kFileName[] = ".proctaped.lock";

  // Takes it for the directory `path`, or holds it on; a directory that took the place of
  // another's is locked anew. kDenied: another recorder has it.
  Result<> take(const std::string& path);

 private:
  LockFile file_;
  Fd directory_;
};

}  // namespace proctape
