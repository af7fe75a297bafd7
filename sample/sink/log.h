// SPDX-License-Identifier: Apache-2.0
//
// The sink of a recorder: files in a directory of their own, to which it appends for months. It
// keeps them in order and within their limits, and tells what it did.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "sample/sink/left_out.h"
#include "sample/sink/sink.h"

namespace proctape {

// What a log tells of itself.
struct LogState {
  std::string directory;
  std::string version;     // of its form
  std::string file;        // that is written to; empty before its first record
  Bytes size;              // of that file
  Bytes all_files;         // of it and all others, as far as a limit has them looked at
  Count max_age_days = 0;  // 0: no limit, here and below
  Bytes max_size;
  Count min_free_percent = 0;  // of the file system
  bool short_of_space = false;
};

class Log : public Sink {
 public:
  // When a sample is asked for, as a log needs to know it.
  struct Moment {
    Seconds wall;
    std::chrono::nanoseconds since_last;  // record, or the begin of this process
    bool is_first = false;                // of this process
  };
  // What became of the last sample that was taken.
  struct Cost {
    Bytes written;
    std::chrono::nanoseconds encode{};
    std::chrono::nanoseconds append{};  // limits, writing, and syncing if that is due
  };

  virtual const std::string& directory() const = 0;
  // Makes the directory if it is not there, and keeps other recorders out of it. kNoSpace is no
  // reason not to begin.
  virtual Result<> enter() = 0;
  // Whether a sample of `time` begins a file, which bears the name that the host has then.
  virtual bool begins_file(Seconds time) const = 0;
  // Whether a sample of now may become a record of its own. Tells no problems: take() does.
  virtual bool has_room_at(const Moment& moment, const Host& host) = 0;
  // Goes on where `old` stopped, which has the same directory; false: it is of another kind, and is
  // finished.
  virtual bool go_on_from(Log& old) = 0;

  virtual const Cost& cost() const = 0;
  // What the last sample had no room for; the busiest of it are there.
  virtual std::span<const LeftOut> left_out() const = 0;
  // What was found or done that somebody should know, oldest first, since the last call.
  virtual std::vector<std::string> take_notices() = 0;
  // The file system has less free than the limits promise others: whoever records should record
  // less.
  virtual bool short_of_space() const = 0;
  virtual LogState state() const = 0;
};

}  // namespace proctape
