// SPDX-License-Identifier: Apache-2.0
#include "cli/output/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace proctape {
namespace {

// How many letters have to be put in, taken out or changed (Levenshtein).
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t before = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = before + (a[i] == b[j] ? 0 : 1);
      before = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string> known) {
  constexpr std::size_t kLongest = 64;  // what is longer is no slip
  if (word.empty() || word.size() > kLongest) return {};
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string_view found;
  for (const std::string& each : known) {
    // Who types the beginning of a word means it.
    const std::size_t distance = each.starts_with(word) ? 1 : edits(word, each);
    if (distance < least) {
      least = distance;
      found = each;
    }
  }
  return found;
}

std::string suggestion(std::string_view word, std::span<const std::string> known) {
  const std::string_view meant = nearest(word, known);
  return meant.empty() ? std::string{} : "; did you mean " + std::string(meant) + "?";
}

}  // namespace proctape
