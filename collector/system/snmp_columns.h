// SPDX-License-Identifier: Apache-2.0
//
// Finding the member for a name that /proc/net/snmp or /proc/net/snmp6 gives.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "sample/protocol.h"

namespace proctape {

template <typename Protocol>
struct SnmpColumn {
  std::string_view name;  // the kernel's
  Count Protocol::*member;
};

// Of the schema only what a parser needs.
template <typename Protocol>
inline constexpr auto kSnmpColumns = [] {
  std::array<SnmpColumn<Protocol>, kRowCount<Protocol>> columns;
  std::ranges::transform(Schema<Protocol>::kRows, columns.begin(), [](const auto& row) {
    return SnmpColumn<Protocol>{row.name, row.member};
  });
  return columns;
}();

// Stores `value` if one of the columns is called `name`; others are skipped, because the
// kernel adds columns anywhere.
template <typename Protocol>
void store_column(std::string_view name, Count value, Protocol& into) {
  for (const auto& column : kSnmpColumns<Protocol>) {
    if (column.name == name) {
      into.*column.member = value;
      return;
    }
  }
}

// Columns that are missing because they are malformed stay as they were.
template <typename Protocol>
void keep_missing(const Protocol& previous, Protocol& into) {
  for (const auto& column : kSnmpColumns<Protocol>) {
    if (into.*column.member == 0) into.*column.member = previous.*column.member;
  }
}

}  // namespace proctape
