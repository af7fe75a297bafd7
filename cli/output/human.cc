// SPDX-License-Identifier: Apache-2.0
#include "cli/output/human.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "base/text/visible_text.h"

namespace proctape {

std::string size_text(double bytes) {
  static constexpr std::string_view kUnits = "BKMGTPE";
  std::size_t unit = 0;
  double value = bytes;
  // 1023.96 would become "1024.0".
  while (std::abs(value) >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  if (unit > 0) return fmt::format("{:.1f}{}", value, kUnits[unit]);
  return std::abs(value) < 0.5 ? "0" : fmt::format("{:.0f}B", value);
}

std::string duration_text(Count seconds) {
  constexpr Count kMinute = 60;
  constexpr Count kHour = 60 * kMinute;
  constexpr Count kDay = 24 * kHour;
  const auto two = [&](Count unit, char name, Count below, char below_name) {
    const Count rest = seconds % unit / below;
    if (rest == 0) return fmt::format("{}{}", seconds / unit, name);
    return fmt::format("{}{} {}{}", seconds / unit, name, rest, below_name);
  };
  if (seconds < kMinute) return fmt::format("{}s", seconds);
  if (seconds < kHour) return two(kMinute, 'm', 1, 's');
  if (seconds < kDay) return two(kHour, 'h', kMinute, 'm');
  return two(kDay, 'd', kHour, 'h');
}

std::string percent_text(double part, double whole) {
  return whole > 0 ? fmt::format("{:.1f}", 100 * part / whole) : "-";
}

std::string time_text(Seconds time, const char* format) {
  const std::time_t seconds = time.value;
  std::tm local{};
  std::array<char, 64> text{};
  if (!localtime_r(&seconds, &local) ||
      std::strftime(text.data(), text.size(), format, &local) == 0) {
    return fmt::format("@{}", seconds);
  }
  return text.data();
}

std::string printable(std::string_view text, std::size_t width) {
  return visible(text, Lines::kOne, width);
}

std::string Table::text() const {
  constexpr std::string_view kGap = "  ";
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_[i].heading.size();
    for (const auto& row : rows_) width = std::max(width, row[i].size());
    widths.push_back(width);
  }
  std::string text;
  const auto line = [&](auto cell_of) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      const std::string padding(widths[i] - cell.size(), ' ');
      const bool right = columns_[i].align == Align::kRight;
      text += kGap;
      if (right) text += padding;
      text += cell;
      if (!right && i + 1 < columns_.size()) text += padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);  // an empty last cell
    text += '\n';
  };
  line([&](std::size_t i) -> const std::string& { return columns_[i].heading; });
  for (const auto& row : rows_) {
    line([&](std::size_t i) -> const std::string& { return row[i]; });
  }
  return text;
}

}  // namespace proctape
