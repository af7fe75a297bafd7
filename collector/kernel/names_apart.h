// SPDX-License-Identifier: Apache-2.0
//
// Names of devices that are longer than the log has room for, shortened so that they stay
// different: of logical volumes the first 31 letters are often the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "collector/kernel/device_name.h"

namespace proctape {

// "vg_database_pro~cluster-invoices": the begin and the end of `name`, `room` bytes at most.
std::string begin_and_end(std::string_view name, std::size_t room);
// "vg_database_production~1f3a77c0": its begin, and a number made of all of it.
std::string begin_and_number(std::string_view name, std::size_t room);

// Of one kind of devices. What was ambiguous once stays so: a name does not change back when the
// other device is gone.
class NamesApart {
 public:
  // Sets `shown(i)`, an InlineText, for `count` devices by their whole names `whole(i)`. A name is
  // cut where that says which one it is.
  template <typename Whole, typename Shown>
  void shorten(std::size_t count, Whole whole, Shown shown) {
    bool any_long = false;
    for (std::size_t i = 0; i < count; ++i) {
      set_device_name(shown(i), whole(i));
      any_long = any_long || is_long(shown(i), whole(i));
    }
    if (!any_long) return;  // nearly always
    lengthen(count, whole, shown, begin_and_end);
    lengthen(count, whole, shown, begin_and_number);
  }

 private:
  static constexpr std::size_t kMostAmbiguous = 1024;

  template <typename Text>
  static bool is_long(const Text&, std::string_view whole) {
    return whole.size() > Text::kCapacity;
  }

  // Gives those of long names that are shown alike another form.
  template <typename Whole, typename Shown, typename Form>
  void lengthen(std::size_t count, Whole whole, Shown shown, Form form) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_long(shown(i), whole(i))) continue;
      for (std::size_t k = 0; k < count; ++k) {
        if (k != i && shown(k) == shown(i) && whole(k) != whole(i)) note(shown(i).view());
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      auto& text = shown(i);
      if (!is_long(text, whole(i)) || !is_ambiguous(text.view())) continue;
      set_device_name(text, form(whole(i), text.kCapacity));
    }
  }

  void note(std::string_view shown);
  bool is_ambiguous(std::string_view shown) const;

  std::vector<std::string> ambiguous_;
};

}  // namespace proctape
