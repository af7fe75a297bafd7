// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_snmp.h"

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/system/snmp_columns.h"

namespace proctape {
namespace {

// Pairs each name with the value below it. A protocol that lacks one stays as it was.
template <typename Protocol>
bool take_pairs(std::string_view names, std::string_view values, const Protocol& previous,
                Protocol& into) {
  for (auto name = next_word(names); !name.empty(); name = next_word(names)) {
    const auto value = next_number(values);
    if (!value) {
      into = previous;
      return false;
    }
    store_column(name, *value, into);
  }
  return true;
}

}  // namespace

Result<> parse_net_snmp(std::string_view text, const Protocols& previous, Protocols& into) {
  FirstError error;
  KernelLines lines("proc/net/snmp", text);
  bool has_line = lines.next();
  while (has_line) {
    auto names = lines.line();
    const auto protocol = next_word(names);
    std::string_view values;
    has_line = lines.next();
    if (has_line) values = lines.line();
    const bool is_pair = next_word(values) == protocol;
    if (!is_pair) values = {};
    bool taken = is_pair;
    if (protocol == "Ip:") {
      taken = take_pairs(names, values, previous.ipv4, into.ipv4);
    } else if (protocol == "Icmp:") {
      taken = take_pairs(names, values, previous.icmpv4, into.icmpv4);
    } else if (protocol == "Tcp:") {
      taken = take_pairs(names, values, previous.tcp, into.tcp);
    } else if (protocol == "Udp:") {
      taken = take_pairs(names, values, previous.udpv4, into.udpv4);
    }
    if (!taken) error.note(lines.malformed("'<protocol>:' and a number below each name"));
    // A line without a pair may be followed by pairs.
    if (is_pair) has_line = lines.next();
  }
  return error.result();
}

Result<> read_net_snmp(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("snmp"));
  if (!text) return text.error();
  reading.note(parse_net_snmp(*text, reading.previous.system.protocols, into.system.protocols));
  return {};
}

}  // namespace proctape
