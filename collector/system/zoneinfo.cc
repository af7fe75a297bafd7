// SPDX-License-Identifier: Apache-2.0
#include "collector/system/zoneinfo.h"

#include "base/text/text.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/numbers.h"

namespace proctape {

Result<Count> parse_zoneinfo(std::string_view text) {
  Count sum = 0;
  KernelLines lines("proc/zoneinfo", text);
  while (lines.next()) {
    auto rest = lines.line();
    if (next_word(rest) != "low") continue;
    const auto pages = next_number(rest);
    if (!pages) return lines.malformed("'low <pages>'");
    sum = wrapping_sum(sum, *pages);
  }
  return sum;
}

Result<> read_zoneinfo(Reading& reading, Snapshot& into) {
  Bytes& remembered = reading.memo.low_watermark;
  if (reading.memo.watermarks.due(reading.now)) {
    const auto text = reading.fs.read("proc/zoneinfo", reading.buffer);
    if (!text) return text.error();
    const auto pages = parse_zoneinfo(*text);
    if (!pages) return pages.error();
    remembered = page_bytes(*pages, reading.host.page_size);
  }
  into.system.memory.low_watermark = remembered;
  return {};
}

}  // namespace proctape
