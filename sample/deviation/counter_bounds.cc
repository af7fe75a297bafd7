// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/counter_bounds.h"

#include <span>
#include <type_traits>
#include <vector>

#include "sample/deviation/subtract.h"
#include "sample/same_element.h"

namespace proctape {
namespace {

// Those that we count ourselves, and know to be unknown.
template <typename T>
inline constexpr bool kIsOurCount = std::is_same_v<T, Gpus>;

constexpr bool is_nested(Role role) { return role == Role::kPart || role == Role::kGroup; }

// Of one element of a list.
template <typename T>
bool has_impossible(const T& of) {
  bool found = false;
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    if constexpr (Row::row().is_counter()) {
      found = found || is_impossible(plain(of.*kMember));
    } else if constexpr (is_nested(Row::row().role)) {
      found = found || has_impossible(of.*kMember);
    }
  });
  return found;
}

class CounterHolder {
 public:
  // `before`: null if it was not there.
  template <typename T>
  void hold(const T* before, T& now) {
    for_each_row<T>([&]<typename Row>(Row) {
      constexpr auto kMember = Row::row().member;
      constexpr Role kRole = Row::row().role;
      using Value = std::remove_reference_t<decltype(now.*kMember)>;
      if constexpr (Row::row().is_counter()) {
        constexpr std::string_view kName = Row::row().name;  // not the row: it is in no program
        std::int64_t& value = plain(now.*kMember);
        if (!is_impossible(value)) return;
        // Where the kernel may not tell it, that stays.
        static const T kNothing{};
        const bool is_untold = value == kUnknown && plain(kNothing.*kMember) == kUnknown;
        hold_one(kName,
                 before      ? plain(before->*kMember)
                 : is_untold ? kUnknown
                             : kNeverRead,
                 value);
      } else if constexpr (is_nested(kRole) && !kIsOurCount<Value>) {
        hold(before ? &(before->*kMember) : nullptr, now.*kMember);
      } else if constexpr (kRole == Role::kList) {
        hold_list(before ? &(before->*kMember) : nullptr, now.*kMember);
      }
    });
  }

  const std::optional<ImpossibleCounter>& first() const { return first_; }

 private:
  void hold_one(std::string_view name, std::int64_t before, std::int64_t& now) {
    if (now == kUnknown && before == kUnknown) return;
    if (!first_) first_ = {name, now};
    now = before;
  }

  template <typename T>
  void hold_list(const std::vector<T>* before, std::vector<T>& now) {
    ElementSearch<T> search(before ? std::span<const T>(*before) : std::span<const T>());
    for (T& element : now) {
      if (has_impossible(element)) hold(search.before(element), element);
    }
  }

  std::optional<ImpossibleCounter> first_;
};

}  // namespace

std::optional<ImpossibleCounter> hold_counters(const System* before, System& now) {
  CounterHolder holder;
  holder.hold(before, now);
  return holder.first();
}

}  // namespace proctape
