// SPDX-License-Identifier: Apache-2.0
#include "collector/system/zfs_arc.h"

#include "base/text/text.h"
#include "collector/kernel/lines.h"

namespace proctape {
namespace {

constexpr const char* kArcstats = "proc/spl/kstat/zfs/arcstats";

}  // namespace

Result<Bytes> parse_zfs_arc(std::string_view text) {
  KernelLines lines(kArcstats, text);
  while (lines.next()) {
    auto rest = lines.line();
    if (next_word(rest) != "size") continue;
    next_word(rest);  // its type
    const auto size = next_number(rest);
    if (!size) return lines.malformed("'size <type> <bytes>'");
    return Bytes{*size};
  }
  return malformed(kArcstats, "a line 'size <type> <bytes>'", "none");
}

Result<> read_zfs_arc(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(kArcstats);
  if (!text) return text.error();
  const auto size = parse_zfs_arc(*text);
  if (!size) return size.error();
  into.system.memory.zfs_arc = *size;
  return {};
}

}  // namespace proctape
