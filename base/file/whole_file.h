// SPDX-License-Identifier: Apache-2.0
//
// A file that is there whole or not at all: it is written beside the place where it belongs,
// without a name or under a hidden one that nobody can foresee, and put there once it is complete.
// What is given up leaves nothing behind, and until the end the old file stays as it was.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/file/fd.h"
#include "base/file/file_place.h"
#include "base/result.h"

namespace proctape {

class WholeFile {
 public:
  struct Options {
    // Of a new file, whatever the umask.
    mode_t mode = 0640;
    // A file that takes the place of another gets that one's mode, and its owner if it may be given
    // away. Not of one with several names: somebody may have put that name there.
    bool like_the_old = true;
    // False: finish() fails if something is there, with kInvalid.
    bool may_replace = true;
  };
  // Will be at `place`; what is there and no regular file is written to directly.
  static Result<WholeFile> create(FilePlace place, const Options& options);
  // Writes directly to what is open already, which messages call `path`.
  static WholeFile onto(Fd file, std::string path);

  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  // Removes what was not finished.
  ~WholeFile();

  const std::string& path() const { return place_.path; }

  Result<> write(std::span<const std::byte> bytes);

  // Puts the file in its place, on disk. On an error it is given up.
  Result<> finish();

  // Before that: gives the old file another name, beside it, and returns it: the path and `suffix`,
  // and a number if that is taken. forget_old() takes it away again.
  Result<std::string> keep_old(std::string_view suffix);
  void forget_old();

 private:
  WholeFile(FilePlace place, const Options& options)
      : place_(std::move(place)), options_(options) {}

  Result<> open_direct();
  Result<> open_beside();
  Result<> name_temporary();
  Error failed(const char* what) const;

  FilePlace place_;
  Options options_;
  bool direct_ = false;
  std::string temporary_;  // the hidden name that it has; empty: none
  std::string kept_;       // the other name that the old one has
  Fd fd_;
};

}  // namespace proctape
