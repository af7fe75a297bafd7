// SPDX-License-Identifier: Apache-2.0
#include "collector/system/sockstat.h"

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/numbers.h"

namespace proctape {
namespace {

struct ProtocolKey {
  std::string_view name;
  Bytes Memory::*member;
};
constexpr ProtocolKey kProtocols[] = {
    {"TCP:", &Memory::tcp_sockets},
    {"UDP:", &Memory::udp_sockets},
};

}  // namespace

Result<> parse_sockstat(std::string_view text, Count page_size, Memory& into) {
  FirstError error;
  KernelLines lines("proc/net/sockstat", text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto protocol = next_word(rest);
    for (const ProtocolKey& key : kProtocols) {
      if (key.name != protocol) continue;
      for (auto name = next_word(rest); !name.empty(); name = next_word(rest)) {
        const auto value = next_number(rest);
        if (!value) {
          error.note(lines.malformed("pairs of '<name> <number>'"));
          break;
        }
        if (name == "mem") into.*key.member = page_bytes(*value, page_size);
      }
    }
  }
  return error.result();
}

Result<> read_sockstat(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("sockstat"));
  if (!text) return text.error();
  reading.note(parse_sockstat(*text, reading.host.page_size, into.system.memory));
  return {};
}

}  // namespace proctape
