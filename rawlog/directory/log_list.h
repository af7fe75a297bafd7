// SPDX-License-Identifier: Apache-2.0
//
// The log files in a directory: those that bear a name of ours and begin as a raw log does, also
// where they were packed, or are a torn tail. Others may have put anything there, in any number: a
// list is made in pieces that take a moment each.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file/directory_stream.h"
#include "base/result.h"
#include "rawlog/directory/filename.h"
#include "rawlog/directory/recorded_time.h"
#include "rawlog/directory/retention.h"

namespace proctape {

// All names of ours in the directory `path`, in no order, whatever the files hold.
Result<std::vector<LogName>> log_names_in(const std::string& path);

struct ListedLog {
  LogFile file;  // without its recorded time
  std::optional<RecordedTime> begun;
};

class LogList {
 public:
  // Starts anew, with the directory `path`.
  Result<> begin(const std::string& path);
  // Goes on for about `budget`. True: the list is complete.
  bool go_on(std::chrono::nanoseconds budget);
  bool under_way() const { return stream_ != nullptr; }

  // In no order.
  std::vector<ListedLog> take() { return std::move(found_); }

 private:
  DirectoryStream stream_;
  std::vector<ListedLog> found_;
};

}  // namespace proctape
