// SPDX-License-Identifier: Apache-2.0
#include "collector/system/meminfo.h"

#include <string>

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/numbers.h"

namespace proctape {
namespace {

struct MeminfoSize {
  std::string_view name;
  Bytes Memory::*member;
};
constexpr MeminfoSize kMeminfoSizes[] = {
    {"MemTotal", &Memory::total},
    {"MemFree", &Memory::free},
    {"MemAvailable", &Memory::available},
    {"Buffers", &Memory::buffers},
    {"Cached", &Memory::cached},
    {"SwapCached", &Memory::swap_cached},
    {"SwapTotal", &Memory::swap_total},
    {"SwapFree", &Memory::swap_free},
    {"Zswap", &Memory::zswap},
    {"Zswapped", &Memory::zswapped},
    {"Dirty", &Memory::dirty},
    {"Shmem", &Memory::shmem},
    {"Slab", &Memory::slab},
    {"SReclaimable", &Memory::slab_reclaimable},
    {"PageTables", &Memory::page_tables},
    {"CommitLimit", &Memory::commit_limit},
    {"Committed_AS", &Memory::committed},
    {"AnonHugePages", &Memory::anon_huge_pages},
    {"Hugepagesize", &Memory::huge_size},
};

struct MeminfoCount {
  std::string_view name;
  Count Memory::*member;
};
constexpr MeminfoCount kMeminfoCounts[] = {
    {"HugePages_Total", &Memory::huge_total},
    {"HugePages_Free", &Memory::huge_free},
};

}  // namespace

Result<> parse_meminfo(std::string_view text, const Memory& previous, Memory& into) {
  FirstError error;
  for (int number = 1; !text.empty(); ++number) {
    const auto line = next_line(text);
    const auto colon = line.find(':');
    auto rest = colon == line.npos ? std::string_view{} : line.substr(colon + 1);
    const auto value = next_number(rest);
    if (!value) {
      error.note(malformed("proc/meminfo:" + std::to_string(number), "'<key>: <number>'", line));
      continue;
    }
    const auto key = line.substr(0, colon);
    for (const MeminfoSize& size : kMeminfoSizes) {
      if (size.name == key) into.*size.member = kibibytes(*value);
    }
    for (const MeminfoCount& count : kMeminfoCounts) {
      if (count.name == key) into.*count.member = *value;
    }
  }
  if (error.any()) {
    // What is missing because of it stays as it was.
    const auto keep = [&, nothing = Memory()](auto member) {
      if (into.*member == nothing.*member) into.*member = previous.*member;
    };
    for (const MeminfoSize& size : kMeminfoSizes) keep(size.member);
    for (const MeminfoCount& count : kMeminfoCounts) keep(count.member);
  }
  if (into.total.value <= 0) {
    error.note(malformed("proc/meminfo", "a line 'MemTotal: <kB>'", "none"));
  }
  return error.result();
}

Result<> read_meminfo(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of("proc/meminfo");
  if (!text) return text.error();
  auto parsed = parse_meminfo(*text, reading.previous.system.memory, into.system.memory);
  // Without the total the snapshot is worthless.
  if (!parsed && into.system.memory.total.value <= 0) return parsed;
  reading.note(std::move(parsed));
  return {};
}

}  // namespace proctape
