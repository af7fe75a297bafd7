// SPDX-License-Identifier: Apache-2.0
//
// Keeps the files of a log directory to their quota: looks what there is, asks
// retention.h which of it has to go, and removes that. Only files that bear a name of ours
// and begin as a raw log does, or are a torn tail; never the one that is written to.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "rawlog/retention.h"

namespace proctape {

// The log files in the directory `path`, but `current`, in no order.
Result<std::vector<LogFile>> list_log_files(const std::string& path, const LogName& current);

class DiskQuota {
 public:
  // Files that somebody else put there are seen after this many seconds at the latest.
  static constexpr Seconds kLookAgainAfter{60};

  DiskQuota(std::string path, const Quota& quota) : path_(std::move(path)), quota_(quota) {}

  const Quota& quota() const { return quota_; }
  // All but the current one, when it was last looked; 0 without a quota.
  Bytes others_size() const;

  // Before `next` bytes are appended at `now` to the file `current`, which has `size`
  // bytes. What was removed is told in `notices`, and why. That a file could not be removed, or
  // that there was no looking, is told there as well, once, and no error: the record is worth more
  // than the promise. The next oldest goes in its place.
  void make_room(const LogName& current, Bytes size, Bytes next, Seconds now,
                 std::vector<std::string>& notices);

  // Files came, went or were renamed: look again with the next record.
  void forget() { looked_.reset(); }

  // Of the last call: min_free is broken, and nothing is left to remove.
  bool still_short() const { return still_short_; }

 private:
  Result<DiskSpace> look(const LogName& current, Seconds now);
  bool remove(const Removal& removal, std::vector<std::string>& notices);

  std::string path_;
  Quota quota_;
  std::vector<LogFile> others_;
  Bytes stuck_;                       // size of those that could not be removed, out of others_
  std::vector<std::string> told_of_;  // these
  bool looking_fails_ = false;        // was told
  std::optional<Seconds> looked_;
  LogName looked_from_;
  bool still_short_ = false;
};

}  // namespace proctape
