// SPDX-License-Identifier: Apache-2.0
//
// How one counter, and how all counters of an element, are subtracted.
#pragma once

#include <cstdint>
#include <limits>

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

// In snapshots: a counter that no reading has told yet, as each was malformed (hold_counters). What
// it was at the begin of an interval nobody knows, so that the interval added nothing that is
// known.
inline constexpr std::int64_t kNeverRead = std::numeric_limits<std::int64_t>::min();

// What a counter that fell means.
enum class OnFall {
  kBegunAnew,  // its new value is what the interval added
  kNothing,    // a correction backwards: the interval added nothing
};

// Decides that for the counters of one element (a disk, a protocol, ...) together: an element that
// began anew, because its driver was loaded again or its counters were reset, has most of them
// smaller than before. One that falls while the others go on is a correction, and so is a fall of
// all of them by a few: taken for a new beginning, it would show all since boot in one interval.
class FallJudge {
 public:
  constexpr void look(std::int64_t before, std::int64_t now) {
    if (before <= 0 || now == kUnknown || now == kNeverRead) return;
    ++counting_;
    if (now >= before) return;
    ++fallen_;
    if (now >= 0 && before - now > before / 8) clearly_ = true;
  }
  constexpr OnFall verdict() const {
    return clearly_ && 2 * fallen_ > counting_ ? OnFall::kBegunAnew : OnFall::kNothing;
  }

 private:
  int counting_ = 0;  // not 0 before
  int fallen_ = 0;
  bool clearly_ = false;
};

// An element that began anew counts from 0 with all of its counters, also those that are above
// their old values again.
constexpr std::int64_t counter_difference(std::int64_t before, std::int64_t now, OnFall on_fall) {
  if (before == kNeverRead || now == kNeverRead) return 0;
  if (now == kUnknown) return kUnknown;
  if (before == kUnknown) before = 0;
  if (now >= before) return wrapping_difference(now, before);
  return on_fall == OnFall::kBegunAnew ? now : 0;
}

// Of a counter that the kernel or a driver keeps in 32 bits: it may have wrapped, if the interval
// can have added so much. 0 if it fell for another reason.
constexpr std::int64_t narrow_difference(std::int64_t before, std::int64_t now, std::int64_t most) {
  if (now == kUnknown || now == kNeverRead || before == kUnknown || now >= before) {
    return counter_difference(before, now, OnFall::kNothing);
  }
  constexpr std::int64_t kRange = std::int64_t{1} << 32;
  const std::int64_t wrapped = wrapping_sum(wrapping_difference(now, before), kRange);
  return wrapped >= 0 && wrapped <= most ? wrapped : 0;
}
// Where nothing is known of how fast it counts.
inline constexpr std::int64_t kHalfOf32Bits = (std::int64_t{1} << 31) - 1;

template <typename T, typename... Members>
constexpr OnFall judge_members(const T& before, const T& now, Members... members) {
  FallJudge judge;
  (judge.look(plain(before.*members), plain(now.*members)), ...);
  return judge.verdict();
}

// Turns the counters `members` of `now`, which holds the values at the end of the interval,
// into differences.
template <typename T, typename... Members>
constexpr void subtract_members(OnFall on_fall, const T& before, T& now, Members... members) {
  const auto subtract = [on_fall](std::int64_t b, std::int64_t& n) {
    const bool is_all = on_fall == OnFall::kBegunAnew && n != kUnknown && n != kNeverRead;
    n = is_all ? n : counter_difference(b, n, on_fall);
  };
  (subtract(plain(before.*members), plain(now.*members)), ...);
}

// The same of counters of 32 bits; each interval adds no more than `most`.
template <typename T, typename... Members>
constexpr void subtract_narrow(OnFall on_fall, std::int64_t most, const T& before, T& now,
                               Members... members) {
  const auto subtract = [=](std::int64_t b, std::int64_t& n) {
    if (on_fall == OnFall::kNothing || n == kNeverRead) n = narrow_difference(b, n, most);
  };
  (subtract(plain(before.*members), plain(now.*members)), ...);
}

// All counters of a struct, as its schema has them; or those of them that `wanted` accepts. The
// counters of its parts are theirs.
template <typename T, typename Wanted = decltype(schema::kCounters)>
constexpr OnFall judge_counters(const T& before, const T& now, Wanted = {}) {
  // That one of 32 bits fell may be a wrap: they are asked only where there are no others.
  constexpr auto kWide = [](const auto& row) {
    return row.is_counter() && !row.is_narrow && Wanted{}(row);
  };
  constexpr auto kNarrow = [](const auto& row) {
    return row.is_counter() && row.is_narrow && Wanted{}(row);
  };
  FallJudge judge;
  bool has_wide = false;
  for_each_member<T>(kWide, [&](auto member) {
    has_wide = true;
    judge.look(plain(before.*member), plain(now.*member));
  });
  if (!has_wide) {
    for_each_member<T>(kNarrow,
                       [&](auto member) { judge.look(plain(before.*member), plain(now.*member)); });
  }
  return judge.verdict();
}
template <typename T, typename Wanted = decltype(schema::kCounters)>
constexpr void subtract_counters(OnFall on_fall, const T& before, T& now, Wanted = {}) {
  for_each_row<T>([&]<typename Row>(Row) {
    if constexpr (Row::row().is_counter() && Wanted{}(Row::row())) {
      constexpr auto kMember = Row::row().member;
      if constexpr (Row::row().is_narrow) {
        subtract_narrow(on_fall, kHalfOf32Bits, before, now, kMember);
      } else {
        subtract_members(on_fall, before, now, kMember);
      }
    }
  });
}
template <typename T>
constexpr OnFall subtract_counters(const T& before, T& now) {
  const OnFall on_fall = judge_counters(before, now);
  subtract_counters(on_fall, before, now);
  return on_fall;
}

}  // namespace proctape
