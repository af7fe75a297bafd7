// SPDX-License-Identifier: Apache-2.0
//
// /proc/net/snmp6: counters of IPv6, ICMPv6 and UDP over it since boot.
//
//   Ip6InReceives                   	1
//   Icmp6InMsgs                     	1
//
// One name and value per line; names that the log has no room for are skipped. Missing
// where the kernel has no IPv6. Kernel: net/ipv6/proc.c.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/protocol.h"

namespace proctape {

Result<> read_net_snmp6(Reading& reading, Snapshot& into);
Result<> parse_net_snmp6(std::string_view text, const Protocols& previous, Protocols& into);

}  // namespace proctape
