// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_snmp6.h"

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/system/snmp_columns.h"

namespace proctape {

Result<> parse_net_snmp6(std::string_view text, const Protocols& previous, Protocols& into) {
  FirstError error;
  KernelLines lines("proc/net/snmp6", text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto name = next_word(rest);
    const auto value = next_number(rest);
    if (!value) {
      error.note(lines.malformed("'<name> <number>'"));
      continue;
    }
    if (name.starts_with("Ip6")) {
      store_column(name, *value, into.ipv6);
    } else if (name.starts_with("Icmp6")) {
      store_column(name, *value, into.icmpv6);
    } else if (name.starts_with("Udp6")) {
      store_column(name, *value, into.udpv6);
    }
  }
  if (error.any()) {
    keep_missing(previous.ipv6, into.ipv6);
    keep_missing(previous.icmpv6, into.icmpv6);
    keep_missing(previous.udpv6, into.udpv6);
  }
  return error.result();
}

Result<> read_net_snmp6(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("snmp6"));
  if (!text) return text.error();
  reading.note(parse_net_snmp6(*text, reading.previous.system.protocols, into.system.protocols));
  return {};
}

}  // namespace proctape
