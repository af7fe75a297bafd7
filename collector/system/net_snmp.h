// SPDX-License-Identifier: Apache-2.0
//
// /proc/net/snmp: counters of IPv4, ICMP, TCP and UDP since boot.
//
//   Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors ...
//   Udp: 29 0 0 30 0 ...
//
// Two lines per protocol, names and values. New kernels insert columns in the middle, so
// they go by name, and ones that the log has no room for are skipped. TCP's numbers are of
// both IP versions; its MaxConn is -1. Kernel: Documentation/networking/snmp_counter.rst.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/protocol.h"

namespace proctape {

Result<> read_net_snmp(Reading& reading, Snapshot& into);
Result<> parse_net_snmp(std::string_view text, const Protocols& previous, Protocols& into);

}  // namespace proctape
