// SPDX-License-Identifier: Apache-2.0
//
// Units of the numbers that kernel and log hold. One type per unit, so that a
// page count cannot be stored where bytes are meant. Signed, because differences
// may be negative and the log marks a value that this kernel does not give by -1.
#pragma once

#include <compare>
#include <cstdint>
#include <type_traits>

namespace proctape {

// Arithmetic that wraps, as the kernel's counters do: what a log or a kernel file holds may
// be anything, and must not be undefined behaviour.
constexpr std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrapping_difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrapping_product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

template <typename Unit>
struct Quantity {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) {
    return {wrapping_sum(a.value, b.value)};
  }
  friend constexpr Quantity operator-(Quantity a, Quantity b) {
    return {wrapping_difference(a.value, b.value)};
  }
  constexpr Quantity& operator+=(Quantity b) {
    value = wrapping_sum(value, b.value);
    return *this;
  }
};

using Count = std::int64_t;                              // requests, packets, events, ...
using Bytes = Quantity<struct BytesUnit>;                //
using Sectors = Quantity<struct SectorsUnit>;            // always 512 bytes, whatever the disk says
using Ticks = Quantity<struct TicksUnit>;                // 1/USER_HZ s, as in /proc/stat
using Nanoseconds = Quantity<struct NanosecondsUnit>;    //
using Microseconds = Quantity<struct MicrosecondsUnit>;  //
using Milliseconds = Quantity<struct MillisecondsUnit>;  //
using Seconds = Quantity<struct SecondsUnit>;            //

// The number in a Count or a Quantity.
constexpr std::int64_t& plain(Count& counter) { return counter; }
constexpr std::int64_t plain(const Count& counter) { return counter; }
template <typename Unit>
constexpr std::int64_t& plain(Quantity<Unit>& counter) {
  return counter.value;
}
template <typename Unit>
constexpr std::int64_t plain(const Quantity<Unit>& counter) {
  return counter.value;
}

// Whether a type is a Count or a Quantity.
template <typename T>
inline constexpr bool kIsWhole = std::is_same_v<T, Count>;
template <typename Unit>
inline constexpr bool kIsWhole<Quantity<Unit>> = true;

inline constexpr Count kBytesPerSector = 512;

// The value of a member that this kernel, or this log version, does not give.
inline constexpr std::int64_t kUnknown = -1;

constexpr Bytes kibibytes(std::int64_t n) { return {wrapping_product(n, 1024)}; }

}  // namespace proctape
