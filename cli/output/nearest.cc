// SPDX-License-Identifier: Apache-2.0
#include "cli/output/nearest.h"

#include <algorithm>
#include <vector>

namespace proctape {
namespace {

// How many letters have to be put in, taken out, changed, or exchanged with the next.
std::size_t edits(std::string_view a, std::string_view b) {
  // What remains of `a` and `b` from there on, filled from their ends.
  std::vector<std::vector<std::size_t>> rest(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size() + 1; i-- > 0;) {
    for (std::size_t j = b.size() + 1; j-- > 0;) {
      if (i == a.size() || j == b.size()) {
        rest[i][j] = a.size() - i + b.size() - j;
        continue;
      }
      rest[i][j] = std::min(
          {rest[i + 1][j + 1] + (a[i] == b[j] ? 0 : 1), rest[i + 1][j] + 1, rest[i][j + 1] + 1});
      if (i + 1 < a.size() && j + 1 < b.size() && a[i] == b[j + 1] && a[i + 1] == b[j]) {
        rest[i][j] = std::min(rest[i][j], rest[i + 2][j + 2] + 1);
      }
    }
  }
  return rest[0][0];
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
