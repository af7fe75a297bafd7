// SPDX-License-Identifier: Apache-2.0
//
// The lines of a kernel file, counted so that an error can name the one it is about.
//
//   KernelLines lines("proc/vmstat", text);
//   while (lines.next()) {
//     if (...) return lines.malformed("'<name> <number>'");
//   }
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text/text.h"

namespace proctape {

class KernelLines {
 public:
  KernelLines(std::string_view path, std::string_view text) : path_(path), rest_(text) {}

  // False at the end of the text.
  bool next() {
    if (rest_.empty()) return false;
    line_ = next_line(rest_);
    ++number_;
    return true;
  }

  std::string_view line() const { return line_; }

  // "<path>:<number>: expected <expected>, found '<line>'".
  Error malformed(std::string_view expected) const {
    return proctape::malformed(std::string(path_) + ':' + std::to_string(number_), expected, line_);
  }

 private:
  std::string_view path_;
  std::string_view rest_;
  std::string_view line_;
  int number_ = 0;
};

}  // namespace proctape
