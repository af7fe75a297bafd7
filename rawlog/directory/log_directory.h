// SPDX-License-Identifier: Apache-2.0
//
// The directory of the logs: one file for each local date, atop_YYYYMMDD. Opens the file
// that a record belongs to, goes on with it after a restart if it can be gone on with, and
// else sets it aside. The only part of proctape that renames, cuts or deletes log files.
//
// One process writes to a directory; a lock (directory_lock.h) keeps others of ours away.
// What others do to it meanwhile is noticed before the next record: a file that was removed
// is begun anew, one that was changed is looked at as after a restart.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file/fd.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "base/units.h"
#include "rawlog/directory/directory_lock.h"
#include "rawlog/directory/disk_quota.h"
#include "rawlog/directory/filename.h"
#include "rawlog/directory/rotation.h"
#include "rawlog/directory/writer.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/version.h"

namespace proctape {

struct LogDirectoryOptions {
  enum class Sync {
    kRecord,  // each record is on the disk before append() returns
    kMinute,  // the first one after a minute, and all before it
    kNone,    // when the kernel likes, which is within half a minute or so
  };
  Quota quota;
  // A larger file is set aside before the next record; 0: none is. See largest_file() for
  // the limit that a quota brings with it.
  Bytes max_file_size;
  Sync sync = Sync::kNone;
  // Of files and of the directory that are made, whatever the umask. Logs tell what everybody
  // does, on command lines even passwords.
  mode_t file_mode = 0640;
  mode_t directory_mode = 0750;
  // Theirs; none: that of the process, or the directory's if that is so marked (setgid).
  std::optional<gid_t> group;
  // Tells how long the disk has been full; none: the system's. Must outlive the directory.
  const Clock* clock = nullptr;
};

class LogDirectory {
 public:
  // Not created, nor looked at, before it is needed.
  explicit LogDirectory(std::string path, const LogDirectoryOptions& options = {});
  LogDirectory(LogDirectory&&) noexcept = default;
  LogDirectory& operator=(LogDirectory&&) noexcept = default;
  ~LogDirectory();

  // Makes the directory if it is not there, and keeps other recorders out of it: what prepare()
  // begins with. kGone if this process may not make it.
  Result<> enter();

  // Gets everything ready for a record of `time`, without writing one: what is there and
  // cannot be gone on with is set aside, a torn tail is cut off. The file is created by its
  // first record only. Tells a daemon at its start whether it will be able to write, and
  // makes last_time() known. `header` is what Encoder::file_header() gives.
  Result<> prepare(std::span<const std::byte> header, Seconds time);

  // Appends `record`, of `time`, to the file of that local date, and to a new file `header`
  // before it. On an error nothing was written, and the next call tries anew. Times must not
  // fall within a file: kInvalid if `time` is earlier than last_time(), which may be up to
  // kLargestStepBack later than the time given to prepare(). After a larger step back of
  // the clock a new file begins.
  Result<> append(std::span<const std::byte> header, std::span<const std::byte> record,
                  Seconds time);

  // What was found or done that somebody should know, oldest first, since the last call.
  std::vector<std::string> take_notices();

  const std::string& path() const { return path_; }
  const LogDirectoryOptions& options() const { return options_; }
  // From the next record on. The lock is held on.
  void set_options(const LogDirectoryOptions& options);
  // Of all files but current_path(), as far as a quota has them looked at.
  Bytes others_size() const { return quota_.others_size(); }

  // The file that is written to; empty before its first record.
  std::string current_path() const;
  Bytes current_size() const;
  // Of its last record, which a restart finds there.
  std::optional<Seconds> last_time() const;
  // Whether a record of `time` begins a file, as far as its date tells.
  bool begins_file(Seconds time) const;
  // The file system has less free than the quota promises others: whoever records should record
  // less.
  bool short_of_space() const { return quota_.is_short(); }

 private:
  struct Current {
    LocalDate date;
    FileHeader header;
    Writer writer;
    dev_t device;
    ino_t inode;
    std::optional<Seconds> last_time;
  };

  bool can_go_on(const LocalDate& date, const FileHeader& header, Seconds time);
  bool unchanged(const Current& current);
  bool is_of_one_day(const ExistingLog& existing, const LogName& name);
  Result<> make_directory();
  SinceBoot now() const;
  Bytes size_limit() const;
  void sync(Seconds time);
  std::span<const std::byte> begun_now(std::span<const std::byte> header);
  void note_space(const Result<>& done, Bytes end);
  void leave();
  Result<> with_room(const LocalDate& date, std::size_t size, FunctionRef<Result<>()> use_space);
  Result<> adopt(const LocalDate& date, const FileHeader& header, Seconds time);
  Result<> create(const LocalDate& date, const FileHeader& header);
  Result<> use(Fd file, const LocalDate& date, const FileHeader& header, Bytes size,
               std::optional<Seconds> last_time);
  Result<> set_aside(const LogName& name, LogName::Kind kind, const std::string& reason);
  Result<> cut_tail(int file, const LogName& name, const ExistingLog& existing,
                    const std::string& reason);
  Result<Fd> create_file(const std::string& path);
  void close_to_others(int file, mode_t mode, const std::string& path);
  void give_to_group(int file, const std::string& path);
  Result<LogName> free_name(LogName name) const;
  std::string path_of(const LogName& name) const;
  void notice(const LogName& name, const std::string& text);

  std::string path_;
  LogDirectoryOptions options_;
  DiskQuota quota_;
  DirectoryLock lock_;
  std::vector<std::byte> header_;  // of a file that is begun
  std::optional<Seconds> synced_;
  bool sync_failing_ = false;
  bool group_refused_ = false;  // was told
  std::optional<Current> current_;
  std::vector<std::string> notices_;
};

// The version of the last day's file in the directory `path`; none if there is none that can be
// read.
std::optional<Version> version_of_last_log(const std::string& path);

}  // namespace proctape
