// SPDX-License-Identifier: Apache-2.0
//
// Tables of answers (query/table) as people read them, as CSV, and as JSON: the same values in
// each.
#pragma once

#include <cstddef>
#include <string>

#include "base/text/json.h"
#include "query/table/table.h"

namespace proctape {

struct TextStyle {
  std::size_t width = 120;  // of a line; 0: as wide as it is
  bool wide = false;        // all columns
  std::size_t top = 0;      // rows of each table; 0: all
  bool one_day = true;      // times need no dates
};

// With its title and notes.
std::string answer_text(const Table& table, const TextStyle& style);

// "12.5", "3.2M", "2m 5s", as in a cell; "-" where nothing is known.
std::string value_text(const Value& value, ColumnUnit unit, bool one_day);

std::string csv_heading(const Table& table);
std::string csv_rows(const Table& table);

// Adds its rows as an array of objects, under its name.
void add_to(const JsonObject& object, const Table& table, std::string_view name);

}  // namespace proctape
