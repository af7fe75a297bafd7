// SPDX-License-Identifier: Apache-2.0
//
// Files that somebody names, or that others may have put where they are read: a FIFO, a device or
// a file without end does not hold up or exhaust whoever reads them.
#pragma once

#include <cstddef>
#include <string>

#include "base/file/fd.h"
#include "base/result.h"

namespace proctape {

// Opens a regular file for reading. kInvalid if it is anything else; else an error has the kind of
// its errno.
Result<Fd> open_regular(const std::string& path);

// What is in it from its place on. kInvalid if that is more than `most` bytes.
Result<std::string> read_at_most(const Fd& file, const std::string& path, std::size_t most);

// Both.
Result<std::string> read_small_file(const std::string& path, std::size_t most);

}  // namespace proctape
