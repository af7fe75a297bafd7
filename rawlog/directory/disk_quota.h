// SPDX-License-Identifier: Apache-2.0
//
// Keeps the files of a log directory to their quota: looks what there is, asks
// retention.h which of it has to go, and removes that; never the one that is written to. Counts
// the recorded time (recorded_time.h) of the directory.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "rawlog/directory/log_list.h"
#include "rawlog/directory/recorded_time.h"
#include "rawlog/directory/retention.h"
#include "rawlog/directory/shortage.h"

namespace proctape {

class DiskQuota {
 public:
  // Files that somebody else put there are seen after this time at the latest.
  static constexpr std::chrono::seconds kLookAgainAfter{60};
  // What looking may take before a record; a list that takes longer is completed before the next
  // ones, and nothing goes before it is.
  static constexpr std::chrono::milliseconds kLookFor{100};

  DiskQuota(std::string path, const Quota& quota) : path_(std::move(path)), quota_(quota) {}

  const Quota& quota() const { return quota_; }
  void set_quota(const Quota& quota) { quota_ = quota; }
  // All but the current one, when it was last looked.
  Bytes others_size() const;

  // Before `next` bytes are appended at `now` to the file `current`, which has `size`
  // bytes. What was removed is told in `notices`, and why. That a file could not be removed, or
  // that there was no looking, is told there as well, once, and no error: the record is worth more
  // than the promise. The next oldest goes in its place.
  void make_room(const LogName& current, Bytes size, Bytes next, SinceBoot now,
                 std::vector<std::string>& notices);

  // Files came, went or were renamed: look again with the next record.
  void forget() { looked_.reset(); }

  // A record found no room on the disk.
  void found_no_space() { no_space_ = true; }
  // A record was written at `now`.
  void found_space(SinceBoot now);

  // The recorded time of the directory, before a file is begun or gone on with, and then after each
  // record. None while it is not known what there is.
  std::optional<RecordedTime> recorded(const LogName& current, SinceBoot now);
  void add_recorded(Seconds passed);
  // It is at least this, as the file says that is gone on with.
  void found(const RecordedTime& recorded);

  // Of the last call: min_free is broken.
  bool is_short() const { return is_short_; }

 private:
  Result<> look(const LogName& current, SinceBoot now);
  Result<DiskSpace> space() const;
  void adopt(std::vector<ListedLog> logs, const LogName& current);
  void find_recorded(const std::vector<ListedLog>& logs);
  bool remove(const Removal& removal, std::vector<std::string>& notices);

  std::string path_;
  Quota quota_;
  LogList list_;
  std::vector<LogFile> others_;
  Bytes stuck_;                       // size of those that could not be removed, out of others_
  std::vector<std::string> told_of_;  // these
  bool looking_fails_ = false;        // was told
  std::optional<SinceBoot> looked_;
  LogName looked_from_;
  RecordedTime recorded_;
  bool day_passed_ = false;  // of it, since it was last made use of
  Shortage shortage_;
  bool no_space_ = false;
  bool is_short_ = false;
};

}  // namespace proctape
