// SPDX-License-Identifier: Apache-2.0
//
// sstat.net: protocol counters; sstat.intf: interfaces.
#pragma once

#include "rawlog/layout/record.h"
#include "sample/interface.h"
#include "sample/protocol.h"

namespace proctape {

// The rows of a protocol's record are those of its schema; `Since` has those that
// not every version has.
struct SnmpSince {
  std::string_view name;
  Version first;
};
template <typename Protocol, std::size_t N = 0>
constexpr auto snmp_rows(const std::array<SnmpSince, N>& since = {}) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    std::array rows = {number<RowOf<Protocol, I>::row().member>(RowOf<Protocol, I>::row().name)...};
    for (auto& row : rows) {
      for (const SnmpSince& s : since) {
        if (row.name == s.name) row.first = s.first;
      }
    }
    return rows;
  }
  (std::make_index_sequence<kRowCount<Protocol>>{});
}

inline constexpr auto kIpv4 = snmp_rows<Ipv4>();
inline constexpr auto kIcmpv4 = snmp_rows<Icmpv4>(std::array{SnmpSince{"InCsumErrors", v2_8}});
inline constexpr auto kUdpv4 = snmp_rows<Udpv4>();
inline constexpr auto kIpv6 = snmp_rows<Ipv6>();
inline constexpr auto kIcmpv6 = snmp_rows<Icmpv6>();
inline constexpr auto kUdpv6 = snmp_rows<Udpv6>();
inline constexpr auto kTcp = snmp_rows<Tcp>(std::array{SnmpSince{"InCsumErrors", v2_10}});

inline constexpr Field<Protocols> kNetstat[] = {
    record<kIpv4, &Protocols::ipv4>("ipv4"),       record<kIcmpv4, &Protocols::icmpv4>("icmpv4"),
    record<kUdpv4, &Protocols::udpv4>("udpv4"),    record<kIpv6, &Protocols::ipv6>("ipv6"),
    record<kIcmpv6, &Protocols::icmpv6>("icmpv6"), record<kUdpv6, &Protocols::udpv6>("udpv6"),
    record<kTcp, &Protocols::tcp>("tcp"),
};

inline constexpr Field<Interface> kPerintf[] = {
    text<&Interface::name>("name", 16),
    bytes<&Interface::received>("rbyte"),
    number<&Interface::packets_received>("rpack"),
    number<&Interface::receive_errors>("rerrs"),
    number<&Interface::receive_drops>("rdrop"),
    number<&Interface::receive_fifo>("rfifo"),
    number<&Interface::receive_frame>("rframe"),
    number<&Interface::receive_compressed>("rcompr"),
    number<&Interface::receive_multicast>("rmultic"),
    spares<Interface>("rfuture", 4),
    bytes<&Interface::sent>("sbyte"),
    number<&Interface::packets_sent>("spack"),
    number<&Interface::send_errors>("serrs"),
    number<&Interface::send_drops>("sdrop"),
    number<&Interface::send_fifo>("sfifo"),
    number<&Interface::collisions>("scollis"),
    number<&Interface::carrier_losses>("scarrier"),
    number<&Interface::send_compressed>("scompr"),
    spares<Interface>("sfuture", 4),
    number<&Interface::type, char>("type"),
    number<&Interface::speed>("speed"),
    number<&Interface::previous_speed>("speedp"),
    number<&Interface::full_duplex, char>("duplex"),
    spares<Interface>("cfuture", 4),
};

inline constexpr std::size_t kMostInterfaces = 127;  // an empty name follows the last

inline constexpr Field<Interfaces> kIntfstat[] = {
    count_of<&Interfaces::each, kMostInterfaces>("nrintf"),
    array<kPerintf, &Interfaces::each, kMostInterfaces>("intf", 128),
};

}  // namespace proctape
