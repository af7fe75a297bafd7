// SPDX-License-Identifier: Apache-2.0
#include "query/table/table.h"

#include <algorithm>

namespace proctape {
namespace {

std::string_view suffix_of(ColumnUnit unit) {
  switch (unit) {
    case ColumnUnit::kSeconds:
      return "_seconds";
    case ColumnUnit::kMilliseconds:
      return "_milliseconds";
    case ColumnUnit::kPerSecond:
      return "_per_second";
    case ColumnUnit::kBytes:
      return "_bytes";
    case ColumnUnit::kBytesPerSecond:
      return "_bytes_per_second";
    case ColumnUnit::kPercent:
      return "_percent";
    case ColumnUnit::kText:
    case ColumnUnit::kTime:
    case ColumnUnit::kCount:
    case ColumnUnit::kNumber:
      break;
  }
  return {};
}

}  // namespace

std::string full_name(const Column& column) {
  return std::string(column.name) + std::string(suffix_of(column.unit));
}

std::size_t Table::find(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column || full_name(columns[i]) == column) return i;
  }
  return npos;
}

void Table::sort(std::size_t column, bool reversed) {
  most_of = columns[column].name;
  remarks.clear();
  const bool by_text = columns[column].unit == ColumnUnit::kText;
  const bool descending = by_text == reversed;
  std::ranges::stable_sort(rows, [&](const auto& a, const auto& b) {
    const Value& of_a = a[column];
    const Value& of_b = b[column];
    const bool none_a = std::holds_alternative<std::monostate>(of_a);
    const bool none_b = std::holds_alternative<std::monostate>(of_b);
    if (none_a || none_b) return none_b && !none_a;
    return descending ? of_b < of_a : of_a < of_b;
  });
}

}  // namespace proctape
