// SPDX-License-Identifier: Apache-2.0
//
// The answer to a question: rows of values in named columns, with units. Text, CSV, JSON and pages
// are made of it, so that the same question gives the same numbers in each.
#pragma once

#include <compare>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace proctape {

enum class ColumnUnit {
  kText,
  kTime,            // seconds since 1970 UTC
  kSeconds,         // how long
  kMilliseconds,    //
  kCount,           // a whole number
  kNumber,          // any number
  kPerSecond,       //
  kBytes,           //
  kBytesPerSecond,  //
  kPercent,
};

// A number with a unit of its own, in a column of several.
struct Measured {
  double number = 0;
  ColumnUnit unit = ColumnUnit::kNumber;

  friend auto operator<=>(const Measured&, const Measured&) = default;
};

// A number or a text; nothing where it is not known, or has no meaning.
using Value = std::variant<std::monostate, double, std::string, Measured>;

// What is not known, as a number.
inline constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

struct Column {
  std::string_view name;     // stable: of CSV, JSON and --sort, behind which its unit is put
  std::string_view heading;  // for people
  ColumnUnit unit = ColumnUnit::kText;
  std::string_view meaning;
  bool wide = false;  // only where there is room
};

// "cpu_percent", "read_bytes_per_second".
std::string full_name(const Column& column);

struct Table {
  std::string_view name;                 // "processes"
  std::string title;                     // for people
  std::vector<Column> columns;           //
  std::vector<std::vector<Value>> rows;  // as many values as there are columns
  std::string_view most_of;              // the column by which they are in order; or empty
  std::string if_empty;                  // what it means that there are no rows
  std::vector<std::string> notes;        // what has to be said about it
  // What has to be said before a row, in this order.
  struct Remark {
    std::size_t row;
    std::string text;
  };
  std::vector<Remark> remarks;
  bool is_whole = false;  // its first rows alone would say nothing: no --top

  // Of the column that is called so, with or without its unit; npos if none is.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  std::size_t find(std::string_view column) const;

  // Puts the rows in order: the largest first, texts by the alphabet; those without a value last.
  void sort(std::size_t column, bool reversed = false);
};

// A column of the table of `Row`s, with where its value is in one.
template <typename Row>
struct ColumnOf : Column {
  Value (*value)(const Row&) = nullptr;
};

// Nothing of an empty text.
inline Value text_value(std::string_view text) {
  return text.empty() ? Value{} : Value(std::string(text));
}

template <typename Row>
std::vector<Value> values_of(const Row& row, std::span<const ColumnOf<Row>> columns) {
  std::vector<Value> values;
  values.reserve(columns.size());
  for (const auto& column : columns) {
    values.push_back(column.value(row));
    // What is not known is no number.
    const double* number = std::get_if<double>(&values.back());
    if (number && !(*number - *number == 0)) values.back() = std::monostate{};
  }
  return values;
}

template <typename Row>
Table table_of(std::string_view name, std::string title, std::span<const ColumnOf<Row>> columns) {
  Table table{.name = name, .title = std::move(title)};
  for (const Column& column : columns) table.columns.push_back(column);
  return table;
}

}  // namespace proctape
