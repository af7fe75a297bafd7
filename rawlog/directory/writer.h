// SPDX-License-Identifier: Apache-2.0
//
// Appends to one log file, all or nothing: what readers find in it is a header and whole
// records, whatever happens to the disk. Never makes room ahead: zeros behind the last
// record would be read as a record.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/file/fd.h"
#include "base/result.h"
#include "base/units.h"

namespace proctape {

class Writer {
 public:
  // `file` is open for writing and ends at `size`, which is 0 or behind a whole record.
  // `path` names it in messages.
  Writer(Fd file, std::string path, Bytes size);

  // Appends `record`, and to an empty file `header` before it, with one call of write: a
  // header without a record makes atop loop for ever. On an error (kNoSpace: only a part
  // could be written) the file ends where it ended before, or is made to before the next
  // record is written.
  Result<> append(std::span<const std::byte> header, std::span<const std::byte> record);

  // Waits until what was appended is on the disk.
  Result<> sync();

  const std::string& path() const { return path_; }
  int file() const { return file_.get(); }
  // Of what was appended successfully.
  Bytes size() const { return size_; }

 private:
  Result<> cut_back();

  Fd file_;
  std::string path_;
  Bytes size_;
  bool torn_ = false;  // there may be bytes behind size_
};

}  // namespace proctape
