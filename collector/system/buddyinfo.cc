// SPDX-License-Identifier: Apache-2.0
#include "collector/system/buddyinfo.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"

namespace proctape {
namespace {

constexpr std::size_t kMostOrders = 32;  // kernels have 11 to 14

// None if a number of blocks is missing or malformed.
std::optional<float> fragmentation(std::string_view blocks) {
  std::array<double, kMostOrders> pages{};  // free ones, in blocks of that order
  std::size_t orders = 0;
  double free = 0;
  for (auto word = next_word(blocks); !word.empty(); word = next_word(blocks)) {
    const auto count = to_number(word);
    if (!count || *count < 0 || orders == kMostOrders) return std::nullopt;
    pages[orders] = static_cast<double>(*count) * static_cast<double>(std::uint64_t{1} << orders);
    free += pages[orders];
    ++orders;
  }
  if (orders == 0) return std::nullopt;
  if (free == 0) return 1.0F;  // as the kernel sees it: no allocation could be served

  double in_smaller_blocks = 0;
  double sum_of_shares = 0;
  for (std::size_t order = 0; order < orders; ++order) {
    sum_of_shares += in_smaller_blocks / free;
    in_smaller_blocks += pages[order];
  }
  return static_cast<float>(sum_of_shares / static_cast<double>(orders));
}

}  // namespace

Result<> parse_buddyinfo(std::string_view text, Numa& into) {
  FirstError error;
  KernelLines lines("proc/buddyinfo", text);
  while (lines.next()) {
    auto rest = lines.line();
    const bool is_node = next_word(rest) == "Node";
    auto number = next_word(rest);
    if (number.ends_with(',')) number.remove_suffix(1);
    const auto node = to_number(number);
    const bool is_zone = next_word(rest) == "zone";
    const auto zone = next_word(rest);
    if (!is_node || !node || !is_zone) {
      error.note(lines.malformed("'Node <number>, zone <name> ...'"));
      continue;
    }
    if (zone != "Normal") continue;
    const auto found = std::ranges::find(into.memory, *node, &NumaMemory::node);
    if (found == into.memory.end()) continue;
    const auto value = fragmentation(rest);
    if (value) {
      found->fragmentation = *value;
    } else {
      error.note(lines.malformed("a number of free blocks per order"));
    }
  }
  return error.result();
}

Result<> read_buddyinfo(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of("proc/buddyinfo");
  if (!text) return text.error();
  reading.note(parse_buddyinfo(*text, into.system.numa));
  return {};
}

}  // namespace proctape
