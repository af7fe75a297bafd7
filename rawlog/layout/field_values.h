// SPDX-License-Identifier: Apache-2.0
//
// The values in an encoded block, member by member, by its layout alone: for dumps and for
// comparing logs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

#include "rawlog/layout/record.h"

namespace proctape {

struct FieldValue {
  std::string_view path;  // "sstat.dsk.dsk[3].name"
  Kind kind;
  Unit unit;
  std::span<const std::byte> bytes;  // as stored
  // Unsigned 64-bit numbers above 2^63-1 wrap; texts end before their terminator.
  std::variant<std::int64_t, double, std::string_view> value;
};

// Visits every member but the spare ones of the record at the beginning of `block`, which
// holds layout.size bytes, in declaration order; of an array of records those elements that
// its count, a member beside it, says are in use. `name` is the record's ("sstat"). What a
// visit is given is valid during that visit.
void for_each_value(const Layout& layout, std::string_view name, std::span<const std::byte> block,
                    const std::function<void(const FieldValue&)>& visit);

// The member that counts the elements of `array` in use, null if the layout has none.
const Layout::Member* count_member(const Layout& layout, const Layout::Member& array);

}  // namespace proctape
