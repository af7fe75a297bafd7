// SPDX-License-Identifier: Apache-2.0
#include "cli/view/answer_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "cli/output/human.h"
#include "cli/output/iso_time.h"
#include "cli/view/csv_text.h"

namespace proctape {
namespace {

constexpr std::size_t kLongestCell = 48;  // but for the last one
constexpr std::size_t kMargin = 2;

std::string decimal(double number) {
  std::string text = fmt::format("{:.6f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

// Each in a line of its own, as wide as the first.
std::string with_remarks(std::string_view lines, const std::vector<Table::Remark>& remarks,
                         std::size_t rows) {
  const std::size_t width = lines.find('\n');
  std::string text(next_line(lines));
  text += '\n';
  auto remark = remarks.begin();
  for (std::size_t row = 0; row < rows; ++row) {
    for (; remark != remarks.end() && remark->row == row; ++remark) {
      text += fmt::format("  {:-^{}}\n", ' ' + remark->text + ' ', width - kMargin);
    }
    text += next_line(lines);
    text += '\n';
  }
  return text;
}

Seconds time_of(double seconds) { return {std::llround(seconds)}; }

}  // namespace

std::string value_text(const Value& value, ColumnUnit unit, bool one_day) {
  if (const auto* text = std::get_if<std::string>(&value)) return visible(*text);
  if (const auto* measured = std::get_if<Measured>(&value)) {
    return value_text(measured->number, measured->unit, one_day);
  }
  const auto* number = std::get_if<double>(&value);
  if (!number) return "-";
  constexpr double kMinute = 60;
  switch (unit) {
    case ColumnUnit::kTime:
      return time_text(time_of(*number), one_day ? kTimeOnly : kDateAndTime);
    case ColumnUnit::kSeconds:
      if (*number >= kMinute) return duration_text(std::llround(*number));
      return *number == 0 ? "0" : fmt::format("{:.2f}s", *number);
    case ColumnUnit::kPerSecond:
      // A kill in a day is not none.
      if (*number > 0 && *number < 0.05) return fmt::format("{:.1g}", *number);
      [[fallthrough]];
    case ColumnUnit::kMilliseconds:
    case ColumnUnit::kPercent:
      return fmt::format("{:.1f}", *number);
    case ColumnUnit::kCount:
      return fmt::format("{:.0f}", *number);
    case ColumnUnit::kBytes:
    case ColumnUnit::kBytesPerSecond:
      return size_text(*number);
    case ColumnUnit::kNumber:
    case ColumnUnit::kText:
      break;
  }
  return *number == std::floor(*number) ? fmt::format("{:.0f}", *number)
                                        : fmt::format("{:.2f}", *number);
}

std::string answer_text(const Table& table, const TextStyle& style) {
  std::string text = table.title;
  if (table.rows.empty()) {
    if (!text.empty()) text += ": ";
    text += table.if_empty.empty() ? "none" : table.if_empty;
    text += '\n';
    for (const std::string& note : table.notes) text += note + '\n';
    return text;
  }
  if (!text.empty()) text += '\n';
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    // The column by which they are sorted is worth its place.
    const bool is_sorted = table.columns[i].name == table.most_of;
    if (!table.columns[i].wide || style.wide || is_sorted) shown.push_back(i);
  }
  const std::size_t rows =
      style.top == 0 || table.is_whole ? table.rows.size() : std::min(style.top, table.rows.size());
  std::vector<TextColumn> columns;
  std::vector<TextRow> cells(rows);
  for (const std::size_t i : shown) {
    const Column& column = table.columns[i];
    columns.push_back({std::string(column.heading), column.unit != ColumnUnit::kText});
    for (std::size_t row = 0; row < rows; ++row) {
      std::string cell = value_text(table.rows[row][i], column.unit, style.one_day);
      if (i != shown.back() && cell.size() > kLongestCell) {
        cell = printable(cell, kLongestCell);
      }
      cells[row].push_back(std::move(cell));
    }
  }
  std::string lines = aligned(columns, cells, style.width);
  if (!table.remarks.empty()) lines = with_remarks(lines, table.remarks, rows);
  text += lines;
  if (rows < table.rows.size()) {
    text += fmt::format("  ... and {} more; --top 0 shows all\n", table.rows.size() - rows);
  }
  for (const std::string& note : table.notes) text += "  " + note + '\n';
  return text;
}

std::string csv_heading(const Table& table) {
  std::string text;
  for (const Column& column : table.columns) {
    text += (text.empty() ? "" : ",") + full_name(column);
  }
  return text + '\n';
}

std::string csv_rows(const Table& table) {
  std::string text;
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      if (const auto* word = std::get_if<std::string>(&row[i])) {
        append_csv_text(text, *word);
      } else if (const auto* number = std::get_if<double>(&row[i])) {
        text += table.columns[i].unit == ColumnUnit::kTime ? iso_time(time_of(*number))
                                                           : decimal(*number);
      } else if (const auto* measured = std::get_if<Measured>(&row[i])) {
        text += decimal(measured->number);
      }
    }
    text += '\n';
  }
  return text;
}

void add_to(const JsonObject& object, const Table& table, std::string_view name) {
  const JsonArray rows(object, name);
  for (const auto& values : table.rows) {
    const JsonObject row(rows);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string key = full_name(table.columns[i]);
      const auto add_number = [&](double number) {
        constexpr double kExact = 1e15;
        if (number == std::floor(number) && std::abs(number) < kExact) {
          row.add(key, static_cast<Count>(number));
        } else {
          row.add(key, number);
        }
      };
      if (const auto* word = std::get_if<std::string>(&values[i])) {
        row.add(key, std::string_view(*word));
      } else if (const auto* number = std::get_if<double>(&values[i])) {
        if (table.columns[i].unit == ColumnUnit::kTime) {
          row.add(key, iso_time(time_of(*number)));
        } else {
          add_number(*number);
        }
      } else if (const auto* measured = std::get_if<Measured>(&values[i])) {
        add_number(measured->number);
      } else {
        row.add_nothing(key);
      }
    }
  }
}

}  // namespace proctape
