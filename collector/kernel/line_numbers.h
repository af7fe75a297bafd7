// SPDX-License-Identifier: Apache-2.0
//
// The numbers of a line that are known by their place only.
#pragma once

#include <array>
#include <string_view>

#include "base/text/text.h"
#include "base/units.h"

namespace proctape {

// At most kCapacity of them, from the begin of `text` up to the first word that is none.
class LineNumbers {
 public:
  static constexpr std::size_t kCapacity = 48;

  explicit LineNumbers(std::string_view text) {
    while (size_ < kCapacity) {
      const auto word = next_word(text);
      if (word.empty()) break;
      const auto number = to_number(word);
      is_whole_ = number.has_value();
      if (!is_whole_) break;
      numbers_[size_++] = *number;
    }
  }

  std::size_t size() const { return size_; }
  // False: a word among them is no number.
  bool is_whole() const { return is_whole_; }

  // Counted from 1. 0 if the line is shorter, as it is in older kernels.
  Count operator[](std::size_t position) const {
    return position >= 1 && position <= size_ ? numbers_[position - 1] : 0;
  }

 private:
  std::array<Count, kCapacity> numbers_{};
  std::size_t size_ = 0;
  bool is_whole_ = true;
};

}  // namespace proctape
