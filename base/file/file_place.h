// SPDX-License-Identifier: Apache-2.0
//
// Where a file is to be written. Whoever may write to a directory on the way, as everybody may to
// /tmp, can put something of his own in the place of what was meant: a link to a file that only we
// may write to, a FIFO that only he reads, a file that he can read.
#pragma once

#include <sys/stat.h>

#include <string>

#include "base/file/fd.h"
#include "base/result.h"

namespace proctape {

struct FilePlace {
  std::string path;  // as it was given or, where links were followed, the one behind them
  Fd directory;      // O_PATH; what becomes of its name meanwhile makes no difference
  std::string name;  // in there
  Fd there;          // O_PATH: what is there already; none if nothing is
  struct stat status {};
};

// Follows `path` by directories that are opened one after another. What the kernel refuses with
// fs.protected_symlinks, _regular and _fifos is kDenied whatever these say, and some more. Not
// followed is a link of somebody else (neither ours nor root's) in a directory that everybody may
// write to and another one owns, nor elsewhere one that leads out of its owner's directories. In a
// directory that everybody may write to, a file must be ours or the directory's owner's; FIFOs and
// devices must be ours or root's anywhere. A directory is kInvalid.
Result<FilePlace> find_place(const std::string& path);

// The same for a directory that is there: opened (O_PATH).
Result<Fd> find_directory(const std::string& path);

}  // namespace proctape
