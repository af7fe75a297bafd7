// SPDX-License-Identifier: Apache-2.0
//
// A file that is there whole or not at all: it is written beside the place where it belongs,
// without a name or under a hidden one, and put there once it is complete. What is given up
// leaves nothing behind, and until the end the old file stays as it was.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace proctape {

class OutputFile {
 public:
  // Will become `path`; "-" is standard output. Devices and pipes are written directly. An
  // error if `path` is one of `inputs`, by whatever name, or standard output is a terminal. A
  // new file gets `mode` whatever the umask: that of logs that only administrators may read.
  // One that takes the place of another gets the other's mode, and its owner if it may be given
  // away: a log that root repairs stays the recorder's, who goes on with it.
  static Result<OutputFile> create(const std::string& path, std::span<const std::string> inputs,
                                   mode_t mode = 0640);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  // Removes what was not finished.
  ~OutputFile();

  const std::string& path() const { return path_; }

  Result<> write(std::span<const std::byte> bytes);

  // Puts the file in its place, on disk. On an error it is given up.
  Result<> finish();

 private:
  OutputFile(std::string path, mode_t mode) : path_(std::move(path)), mode_(mode) {}

  Result<> open_direct();
  Result<> open_beside();
  Result<> give_to(uid_t owner, gid_t group);
  Error failed(const char* what) const;

  std::string path_;  // for messages, and, where links were followed, the place
  mode_t mode_;
  std::string temporary_;  // the hidden name; empty: written directly
  bool named_ = false;     // it exists under that name
  Fd fd_;
};

// `path` and `other` name the same file.
bool same_file(const std::string& path, const std::string& other);

}  // namespace proctape
