// SPDX-License-Identifier: Apache-2.0
//
// A task's directory below /proc, "123" or "123/task/124", and the paths of its files.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/units.h"

namespace proctape {

class TaskDirectory {
 public:
  explicit TaskDirectory(Count pid) : end_(append(path_.data(), pid)) {}
  TaskDirectory(Count pid, Count tid) : TaskDirectory(pid) {
    static constexpr std::string_view kTask = "/task/";
    end_ = append(std::copy(kTask.begin(), kTask.end(), end_), tid);
  }
  TaskDirectory(const TaskDirectory&) = delete;
  TaskDirectory& operator=(const TaskDirectory&) = delete;

  // "123/stat"; valid until the next call.
  const char* operator/(std::string_view file) const {
    char* at = end_;
    *at++ = '/';
    at = std::copy(file.begin(), file.end(), at);
    *at = '\0';
    return path_.data();
  }

 private:
  static constexpr std::size_t kLongest = sizeof "4194304/task/4194304/oom_score_adj";
  char* append(char* at, Count number) {
    return std::to_chars(at, path_.data() + path_.size(), number).ptr;
  }

  mutable std::array<char, kLongest + 40> path_{};  // a pid may have 20 digits in theory
  char* end_;
};

}  // namespace proctape
