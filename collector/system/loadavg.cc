// SPDX-License-Identifier: Apache-2.0
#include "collector/system/loadavg.h"

#include "base/text/text.h"

namespace proctape {

Result<> parse_loadavg(std::string_view text, Cpus& into) {
  auto rest = text;
  const auto one = to_float(next_word(rest));
  const auto five = to_float(next_word(rest));
  const auto fifteen = to_float(next_word(rest));
  if (!one || !five || !fifteen) return malformed("proc/loadavg:1", "three averages", text);
  into.load1 = *one;
  into.load5 = *five;
  into.load15 = *fifteen;
  return {};
}

Result<> read_loadavg(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of("proc/loadavg");
  if (!text) return text.error();
  return parse_loadavg(trimmed(*text), into.system.cpus);
}

}  // namespace proctape
