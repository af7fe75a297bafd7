// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_snmp6.h"

#include "base/text.h"
#include "collector/system/lines.h"
#include "collector/system/snmp_columns.h"

namespace proctape {

Result<> parse_net_snmp6(std::string_view text, Protocols& into) {
  Lines lines("proc/net/snmp6", text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto name = next_word(rest);
    const auto value = next_number(rest);
    if (!value) return lines.malformed("'<name> <number>'");
    if (name.starts_with("Ip6")) {
      store_column(kIpv6Columns, name, *value, into.ipv6);
    } else if (name.starts_with("Icmp6")) {
      store_column(kIcmpv6Columns, name, *value, into.icmpv6);
    } else if (name.starts_with("Udp6")) {
      store_column(kUdpv6Columns, name, *value, into.udpv6);
    }
  }
  return {};
}

Result<> read_net_snmp6(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("snmp6"));
  if (!text) return text.error();
  return parse_net_snmp6(*text, into.system.protocols);
}

}  // namespace proctape
