// SPDX-License-Identifier: Apache-2.0
//
// Numbers, times and foreign text in the form in which people read them, and tables of
// them. Takes any value that a log may hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"

namespace proctape {

// "0", "812B", "4.1K", "23.5G": in powers of 1024, at most 7 characters.
std::string size_text(double bytes);
// "45s", "2m 5s", "2h 8m", "3d 4h".
std::string duration_text(Count seconds);
// "97.5", or "-" where `whole` is 0.
std::string percent_text(double part, double whole);

// In the local time zone; `format` is strftime's.
std::string time_text(Seconds time, const char* format);
inline constexpr const char* kDateAndTime = "%Y-%m-%d %H:%M:%S";
inline constexpr const char* kTimeOnly = "%H:%M:%S";

// At most `width` bytes of it, on one line and fit for a terminal (base/text/visible_text.h).
std::string printable(std::string_view text, std::size_t width);

// Lines of cells below each other. Numbers are put to the right; the last column is not
// filled up.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string heading;
    Align align = Align::kRight;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace proctape
