// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_snmp.h"

#include "base/text.h"
#include "collector/system/lines.h"
#include "collector/system/snmp_columns.h"

namespace proctape {
namespace {

// Pairs each name with the value below it; false if one has no value.
template <typename Protocol, std::size_t N>
bool take_pairs(const SnmpColumn<Protocol> (&columns)[N], std::string_view names,
                std::string_view values, Protocol& into) {
  for (auto name = next_word(names); !name.empty(); name = next_word(names)) {
    const auto value = next_number(values);
    if (!value) return false;
    store_column(columns, name, *value, into);
  }
  return true;
}

}  // namespace

Result<> parse_net_snmp(std::string_view text, Protocols& into) {
  Lines lines("proc/net/snmp", text);
  while (lines.next()) {
    auto names = lines.line();
    const auto protocol = next_word(names);
    std::string_view values;
    if (lines.next()) values = lines.line();
    bool taken = next_word(values) == protocol;
    if (taken) {
      if (protocol == "Ip:") {
        taken = take_pairs(kIpv4Columns, names, values, into.ipv4);
      } else if (protocol == "Icmp:") {
        taken = take_pairs(kIcmpv4Columns, names, values, into.icmpv4);
      } else if (protocol == "Tcp:") {
        taken = take_pairs(kTcpColumns, names, values, into.tcp);
      } else if (protocol == "Udp:") {
        taken = take_pairs(kUdpv4Columns, names, values, into.udpv4);
      }
    }
    if (!taken) return lines.malformed("'<protocol>:' and a number below each name");
  }
  return {};
}

Result<> read_net_snmp(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("snmp"));
  if (!text) return text.error();
  return parse_net_snmp(*text, into.system.protocols);
}

}  // namespace proctape
