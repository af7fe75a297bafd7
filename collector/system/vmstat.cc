// SPDX-License-Identifier: Apache-2.0
#include "collector/system/vmstat.h"

#include <array>
#include <iterator>
#include <limits>

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/numbers.h"

namespace proctape {
namespace {

struct CounterKey {
  std::string_view name;
  Count Memory::*member;
};
constexpr CounterKey kCounters[] = {
    {"pswpout", &Memory::swap_outs},
    {"pswpin", &Memory::swap_ins},
    {"oom_kill", &Memory::oom_kills},
    {"compact_stall", &Memory::compaction_stalls},
    {"pgmigrate_success", &Memory::pages_migrated},
    {"numa_pages_migrated", &Memory::numa_pages_migrated},
    {"zswpout", &Memory::zswap_outs},
    {"zswpin", &Memory::zswap_ins},
};

// Sums over the counter of that name and those that continue it with "_<zone>".
constexpr CounterKey kSums[] = {
    {"pgscan_kswapd", &Memory::pages_scanned},     {"pgscan_direct", &Memory::pages_scanned},
    {"pgscan_khugepaged", &Memory::pages_scanned}, {"pgsteal_kswapd", &Memory::pages_stolen},
    {"pgsteal_direct", &Memory::pages_stolen},     {"pgsteal_khugepaged", &Memory::pages_stolen},
    {"allocstall", &Memory::allocation_stalls},
};

// Looks like a zone of pgscan_direct, but counts tasks held up, not pages.
constexpr std::string_view kThrottle = "pgscan_direct_throttle";

struct KibibytesKey {
  std::string_view name;
  Bytes Memory::*member;
};
constexpr KibibytesKey kKibibytes[] = {
    {"pgpgin", &Memory::paged_in},
    {"pgpgout", &Memory::paged_out},
};

bool is_part_of(std::string_view name, std::string_view sum) {
  return name.starts_with(sum) && (name.size() == sum.size() || name[sum.size()] == '_') &&
         name != kThrottle;
}

}  // namespace

Result<> parse_vmstat(std::string_view text, Count page_size, const Memory& previous,
                      Memory& into) {
  FirstError error;
  std::array<bool, std::size(kSums)> is_broken{};
  KernelLines lines("proc/vmstat", text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto name = next_word(rest);
    const auto value = next_number(rest);
    if (!value) {
      error.note(lines.malformed("'<name> <number>'"));
      for (std::size_t i = 0; i < std::size(kSums); ++i) {
        is_broken[i] = is_broken[i] || is_part_of(name, kSums[i].name);
      }
      continue;
    }
    for (const CounterKey& counter : kCounters) {
      if (counter.name == name) into.*counter.member = *value;
    }
    for (const CounterKey& sum : kSums) {
      if (is_part_of(name, sum.name)) {
        into.*sum.member = wrapping_sum(into.*sum.member, *value);
      }
    }
    for (const KibibytesKey& key : kKibibytes) {
      if (key.name != name) continue;
      constexpr Count kMost = std::numeric_limits<Count>::max() / 1024;
      if (*value < 0 || *value > kMost) {
        error.note(lines.malformed("a number of KiB"));
        continue;
      }
      const Bytes bytes = kibibytes(*value);
      into.*key.member = {bytes.value - bytes.value % page_size};
    }
  }
  if (error.any()) {
    // What is missing because of it stays as it was, and a sum that lacks a part, too: the next
    // time it would seem to rise by all of it.
    const auto keep = [&, nothing = Memory()](auto member, bool broken) {
      if (broken || into.*member == nothing.*member) into.*member = previous.*member;
    };
    for (const CounterKey& counter : kCounters) keep(counter.member, false);
    for (const KibibytesKey& key : kKibibytes) keep(key.member, false);
    for (std::size_t i = 0; i < std::size(kSums); ++i) keep(kSums[i].member, is_broken[i]);
  }
  return error.result();
}

Result<> read_vmstat(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of("proc/vmstat");
  if (!text) return text.error();
  reading.note(parse_vmstat(*text, reading.host.page_size, reading.previous.system.memory,
                            into.system.memory));
  return {};
}

}  // namespace proctape
