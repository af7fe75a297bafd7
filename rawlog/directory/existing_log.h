// SPDX-License-Identifier: Apache-2.0
//
// What a log file that is already there holds, as far as appending to it is concerned:
// found by going from record header to record header, and by unpacking the last records, which a
// power cut may have left with a header and no body.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "rawlog/directory/recorded_time.h"
#include "rawlog/layout/header_record.h"

namespace proctape {

struct ExistingLog {
  Bytes size;
  FileHeader header;
  Count records = 0;  // whole ones
  Seconds last_time;  // of the last of them
  // Where the last whole record ends, or the header if there is none, or 0. What follows,
  // if the file is not damaged, is a torn tail: the begin of a record, zeros, which a
  // file system leaves where it lost its power while it wrote, or records of which the first
  // cannot be unpacked.
  Bytes whole;
  // When it was begun, as its header holds it, and what its whole records add to that.
  std::optional<RecordedTime> begun;
  Seconds recorded;
  // Why the file cannot be appended to, whatever it is asked for; empty if it can.
  std::string damage;
};

// No torn tail is longer. What looks like one is whole records behind a damaged length, or not a
// log that a recorder wrote.
inline constexpr Bytes kLongestTail{16 << 20};

// What the kernel had not yet written when the power was cut: records of the last so many seconds.
inline constexpr Seconds kUnpackedFrom{120};

// `fd` is a regular file. An error is one of reading it. What takes longer than `patience`, as
// files may that others made for this, counts as damaged.
Result<ExistingLog> examine(int fd,
                            std::chrono::nanoseconds patience = std::chrono::milliseconds(1500));

}  // namespace proctape
