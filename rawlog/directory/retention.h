// SPDX-License-Identifier: Apache-2.0
//
// Which log files have to go so that the logs keep to the disk space they were promised.
// Decisions only; disk_quota.h carries them out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "rawlog/directory/filename.h"

namespace proctape {

// What the files of one log directory may take. 0 is no limit.
struct Quota {
  // Of a file: the time since its last record.
  Count max_age_days = 0;
  Bytes max_size;              // of all files together
  Count min_free_percent = 0;  // of the file system, for everybody else
  // What stays whatever min_free asks for: files of the last so many days.
  Count min_keep_days = 0;

  friend bool operator==(const Quota&, const Quota&) = default;
};

// One file of ours: by its name, one that LogName can tell.
struct LogFile {
  LogName name;
  Bytes size;
  // What its removal gives back; 0 if it has another name that stays (a hard link).
  Bytes gives_back;
  // The recorded time of its last record at the latest (recorded_time.h); none if it is not known:
  // it is another recorder's, from before there was one, a torn tail, or packed by what cannot be
  // read here.
  std::optional<Seconds> recorded;

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

// Whether less than min_free is left once `next` bytes are written.
bool lacks_space(const Quota& quota, const DiskSpace& space, Bytes next);

struct Removal {
  enum class Cause { kAge, kSize, kSpace };
  LogFile file;
  Cause cause;
  std::string reason;  // follows the name of the file in a message

  friend bool operator==(const Removal&, const Removal&) = default;
};

struct RetentionPlan {
  std::vector<Removal> remove;  // in this order
  // The file system has less free than min_free, even then.
  bool is_short = false;
};

// What is known when a record is due.
struct RetentionMoment {
  LocalDate today;
  Seconds recorded;  // the recorded time now
  // A day of it has passed since files whose age only their names tell were last removed.
  bool day_passed = false;
  bool no_space = false;           // the last record found no room at all
  bool shortage_believed = false;  // shortage.h
  DiskSpace space;
};

// What to remove of `others`, all files but the current one in any order, before `next` bytes are
// appended to the current file, which has `current` bytes.
//
// The oldest go first: in the order of their recorded times, before them those of which none is
// known, by date and within a date in the order of their numbers.
//
// By age a file goes when the recorded time says that it is too old. This never calls a file older
// than it is, whatever became of the clock. Of files without a recorded time, the date tells the
// age, which a wrong clock makes anything: of them one date goes with each day that passed.
//
// For min_free, files go only if the shortage is believed, and if that makes the room that is
// wanted: no more of them than are needed, none that min_keep protects, and no more than half of
// the bytes that may go at once. Where no record can be written and that much room cannot be made,
// the oldest goes, so that the recording goes on.
RetentionPlan plan_retention(std::vector<LogFile> others, Bytes current, Bytes next,
                             const Quota& quota, const RetentionMoment& moment);

}  // namespace proctape
