// SPDX-License-Identifier: Apache-2.0
#include "cli/output/human.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/visible_text.h"

namespace proctape {
namespace {

// How many places on a terminal it takes: of UTF-8 each byte that begins a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & '\xc0') != '\x80'; }));
}

}  // namespace

std::string percent_text(double part, double whole) {
  return whole > 0 ? fmt::format("{:.1f}", 100 * part / whole) : "-";
}

std::string printable(std::string_view text, std::size_t width) {
  return visible(text, Lines::kOne, width);
}

std::string aligned(const std::vector<TextColumn>& columns, const std::vector<TextRow>& rows,
                    std::size_t width) {
  constexpr std::size_t kGap = 2;
  constexpr std::size_t kLeastOfLast = 12;
  const std::size_t last = columns.size() - 1;
  std::vector<std::size_t> widths;
  std::size_t before_last = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    widths.push_back(columns[i].heading.size());
    for (const TextRow& row : rows) widths[i] = std::max(widths[i], characters(row[i]));
    if (i < last) before_last += kGap + widths[i];
  }
  if (width > 0 && !columns[last].is_number) {
    const std::size_t room = width > before_last + kGap ? width - before_last - kGap : 0;
    widths[last] = std::min(widths[last], std::max(room, kLeastOfLast));
  }
  std::string text;
  const auto line = [&](auto cell_of) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::string cell = cell_of(i);
      if (characters(cell) > widths[i]) cell = printable(cell, widths[i]);
      const std::string padding(widths[i] - std::min(characters(cell), widths[i]), ' ');
      text += std::string(kGap, ' ');
      text += columns[i].is_number ? padding + cell : cell + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  };
  line([&](std::size_t i) { return columns[i].heading; });
  for (const TextRow& row : rows) {
    line([&](std::size_t i) { return row[i]; });
  }
  return text;
}

}  // namespace proctape
