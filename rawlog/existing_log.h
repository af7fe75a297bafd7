// SPDX-License-Identifier: Apache-2.0
//
// What a log file that is already there holds, as far as appending to it is concerned:
// found by going from record header to record header, without unpacking anything.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"
#include "rawlog/header_record.h"

namespace proctape {

struct ExistingLog {
  Bytes size;
  FileHeader header;
  Count records = 0;  // whole ones
  Seconds last_time;  // of the last of them
  // Where the last whole record ends, or the header if there is none, or 0. What follows,
  // if the file is not damaged, is a torn tail: the begin of a record, or zeros, which a
  // file system leaves where it lost its power while it wrote.
  Bytes whole;
  // Why the file cannot be appended to, whatever it is asked for; empty if it can.
  std::string damage;
};

// `fd` is a regular file. An error is one of reading it.
Result<ExistingLog> examine(int fd);

}  // namespace proctape
