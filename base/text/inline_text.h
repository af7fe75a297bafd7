// SPDX-License-Identifier: Apache-2.0
//
// Text of bounded length stored in place: names and command lines of tasks and
// devices, so that a snapshot of 5000 processes is one allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace proctape {

// At most `Capacity` bytes; assigning more keeps the first `Capacity` of them.
// Any bytes are allowed; no terminator is stored.
template <std::size_t Capacity>
class InlineText {
 public:
  static_assert(Capacity <= 255, "the length is kept in one byte");
  static constexpr std::size_t kCapacity = Capacity;

  constexpr InlineText() = default;
  constexpr InlineText(std::string_view text) { assign(text); }  // NOLINT
  constexpr InlineText(const char* text) { assign(text); }       // NOLINT

  constexpr void assign(std::string_view text) {
    size_ = static_cast<std::uint8_t>(std::min(text.size(), Capacity));
    std::copy_n(text.begin(), size_, bytes_.begin());
  }
  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr operator std::string_view() const { return view(); }  // NOLINT
  constexpr bool empty() const { return size_ == 0; }
  constexpr std::size_t size() const { return size_; }

  friend constexpr bool operator==(const InlineText& a, const InlineText& b) {
    return a.view() == b.view();
  }
  friend constexpr bool operator==(const InlineText& a, std::string_view b) {
    return a.view() == b;
  }

 private:
  std::array<char, Capacity> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace proctape
