// SPDX-License-Identifier: Apache-2.0
//
// Hands on every whole record of a log directory that is being written, in the order of their
// times: over midnight, files that are renamed (.N) or removed, logs of another version, and a
// directory that is removed and made anew. Watching starts where it ended the last time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file/fd.h"
#include "base/result.h"
#include "rawlog/file/reader.h"

namespace proctape {

// How far a directory was followed. Holds after restarts of whoever follows it.
struct FollowPosition {
  // The file; 0: none yet.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;  // behind the last record that was handed on
  Seconds time;              // of that record. Where its file is gone, later ones follow

  friend bool operator==(const FollowPosition&, const FollowPosition&) = default;
};

class Follower {
 public:
  // From the oldest record on, or from behind `from`. `report` takes what is damaged.
  Follower(std::string directory, DamageReport report, const FollowPosition& from = {});

  // Passes over all records that are there now.
  Result<> go_to_end();

  // Goes to the next whole record. False: there is none yet, nor perhaps the directory; ask again
  // later. An error is one of reading a file; asking again tries again.
  Result<bool> next();

  // At that record, in the file `path()`.
  Reader& reader() { return *reader_; }
  const std::string& path() const { return path_; }

  const FollowPosition& position() const { return position_; }

 private:
  struct Candidate {
    Fd file;
    std::string path;
    std::uint64_t device;
    std::uint64_t inode;
    Seconds first;  // the time of its first record
  };

  std::vector<Candidate> candidates() const;
  bool enter_next_file();
  void enter(Candidate candidate, std::uint64_t offset);
  // The header of the next record, if all of it is there.
  std::optional<RecordHeader> record_ahead() const;
  bool is_current(const Candidate& candidate) const;
  Result<> open_reader();

  std::string directory_;
  DamageReport report_;
  FollowPosition position_;
  Fd file_;  // the one that position_ is in
  std::string path_;
  Version version_ = kNewestVersion;
  std::optional<Reader> reader_;
  // Records up to this time were handed on from a file that is gone.
  std::optional<Seconds> known_until_;
  // The file before: one that began within the second in which it ended is no later one.
  std::uint64_t finished_ = 0;
};

}  // namespace proctape
