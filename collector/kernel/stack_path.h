// SPDX-License-Identifier: Apache-2.0
//
// A path put together on the stack, for the files of which a big host has hundreds. Used
// below the directory that KernelFs::open_directory(".") gives.
#pragma once

#include <array>
#include <cstdarg>
#include <cstdio>

namespace proctape {

class StackPath {
 public:
  // As printf; a path longer than any we read is cut, and then names no file.
  [[gnu::format(printf, 2, 3)]] explicit StackPath(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text_.data(), text_.size(), format, arguments);
    va_end(arguments);
  }
  const char* c_str() const { return text_.data(); }

 private:
  std::array<char, 128> text_;
};

}  // namespace proctape
