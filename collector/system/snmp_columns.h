// SPDX-License-Identifier: Apache-2.0
//
// Finding the member for a name that /proc/net/snmp or /proc/net/snmp6 gives.
#pragma once

#include <string_view>

#include "sample/protocol.h"

namespace proctape {

// Stores `value` if one of the columns is called `name`; others are skipped, because the
// kernel adds columns anywhere.
template <typename Protocol, std::size_t N>
void store_column(const SnmpColumn<Protocol> (&columns)[N], std::string_view name, Count value,
                  Protocol& into) {
  for (const SnmpColumn<Protocol>& column : columns) {
    if (column.name == name) {
      into.*column.member = value;
      return;
    }
  }
}

// Columns that are missing because they are malformed stay as they were.
template <typename Protocol, std::size_t N>
void keep_missing(const SnmpColumn<Protocol> (&columns)[N], const Protocol& previous,
                  Protocol& into) {
  for (const SnmpColumn<Protocol>& column : columns) {
    if (into.*column.member == 0) into.*column.member = previous.*column.member;
  }
}

}  // namespace proctape
