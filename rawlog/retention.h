// SPDX-License-Identifier: Apache-2.0
//
// Which log files have to go so that the logs keep to the disk space they were promised.
// Decisions only; log_directory.h carries them out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "rawlog/filename.h"

namespace proctape {

// What the files of one log directory may take. 0 is no limit.
struct Quota {
  // Of a file: days from its date to today, or to the day after the last of the other files if
  // that is earlier, so that a wrong clock does not make all of them old.
  Count max_age_days = 0;
  Bytes max_size;              // of all files together
  Count min_free_percent = 0;  // of the file system, for everybody else

  friend bool operator==(const Quota&, const Quota&) = default;
};

// One file of ours: by its name, one that LogName can tell.
struct LogFile {
  LogName name;
  Bytes size;

  friend bool operator==(const LogFile&, const LogFile&) = default;
};

// Of the file system, as an unprivileged writer may use it (statvfs f_blocks and f_bavail).
struct DiskSpace {
  Bytes total;
  Bytes available;
};

// A file larger than this is set aside and a new one begun, so that the oldest part of a
// single day can go while the rest stays: a quarter of what all may take. None without a
// limit.
std::optional<Bytes> largest_file(const Quota& quota);

struct Removal {
  LogFile file;
  std::string reason;  // follows the name of the file in a message

  friend bool operator==(const Removal&, const Removal&) = default;
};

struct RetentionPlan {
  std::vector<Removal> remove;  // in this order
  // What the file system lacks of min_free even then: others have filled it, or the current
  // file did.
  bool still_short = false;
};

// What to remove of `others`, all files but the current one in any order, before `next`
// bytes are appended to the current file, which has `current` bytes and is of `today`. The
// oldest go first: by date, and within a date in the order of their numbers. Files that bear
// a date behind `today` (the clock was wrong once) are the newest.
RetentionPlan plan_retention(std::vector<LogFile> others, Bytes current, Bytes next,
                             const LocalDate& today, const Quota& quota, const DiskSpace& space);

}  // namespace proctape
