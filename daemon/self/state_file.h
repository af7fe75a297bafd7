// SPDX-License-Identifier: Apache-2.0
//
// The file in which the daemon tells of itself (`proctape status`), replaced as a whole with
// each sample. The daemon holds a lock (flock) on the file that is there: who can lock it
// knows that nobody stands behind it any more, whatever became of the process's number. Since
// everybody may lock it, whose file it is is told by a lock file beside it (base/file/lock_file.h).
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/file/fd.h"
#include "base/file/lock_file.h"
#include "base/result.h"

namespace proctape {

class StateFile {
 public:
  // Everybody may read it: it holds nothing that /proc does not tell everybody.
  static constexpr mode_t kMode = 0644;

  // Empty: nothing is written. Its directory must be there: that of the service is also the
  // sign for atop's own recorder not to start, and nobody's to make.
  explicit StateFile(std::string path) : path_(std::move(path)) {}
  StateFile(StateFile&&) = default;
  // Of the one that is replaced the file goes, as with the destructor.
  StateFile& operator=(StateFile&& other) noexcept;
  // Removes the file, if it is ours.
  ~StateFile();

  const std::string& path() const { return path_; }

  // Fails with kDenied if the file is another living daemon's. Where the process may have so few
  // files open that this one would be missed by a sample, it fails as well, and holds none.
  Result<> write(std::string_view text);

 private:
  Result<> take();
  void remove();

  std::string path_;
  LockFile lock_;
  Fd file_;  // the one that is there, locked; none before the first write
};

}  // namespace proctape
