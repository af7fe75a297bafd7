// SPDX-License-Identifier: Apache-2.0
#include "query/topic/network_figures.h"

#include <algorithm>

namespace proctape {
namespace {

template <auto Protocol, auto Member>
double protocol_value(const Sample& sample) {
  return static_cast<double>(sample.system.protocols.*Protocol.*Member);
}
template <auto Protocol, auto Member>
constexpr Figure counter_of(std::string_view name, std::string_view meaning) {
  return {{name, name, ColumnUnit::kPerSecond, meaning}, protocol_value<Protocol, Member>, false};
}

// Of both versions of IP; what one does not count is not known there.
template <auto Protocol4, auto Member4, auto Protocol6, auto Member6>
constexpr Figure counter_of_both(std::string_view name, std::string_view meaning) {
  return {{name, name, ColumnUnit::kPerSecond, meaning},
          [](const Sample& sample) {
            return std::max(protocol_value<Protocol4, Member4>(sample), 0.0) +
                   std::max(protocol_value<Protocol6, Member6>(sample), 0.0);
          },
          false};
}

constexpr auto kTcp = &Protocols::tcp;
constexpr auto kUdp4 = &Protocols::udpv4;
constexpr auto kUdp6 = &Protocols::udpv6;
constexpr auto kIp4 = &Protocols::ipv4;
constexpr auto kIp6 = &Protocols::ipv6;
constexpr auto kIcmp4 = &Protocols::icmpv4;
constexpr auto kIcmp6 = &Protocols::icmpv6;

// The share of what was sent that had to be sent again.
double retransmitted_percent(const Sample& sample) {
  const Tcp& tcp = sample.system.protocols.tcp;
  if (sample.since_boot || tcp.out_segs <= 0 || tcp.retrans_segs < 0) return -1;
  return std::min(100 * static_cast<double>(tcp.retrans_segs) / static_cast<double>(tcp.out_segs),
                  100.0);
}

constexpr Figure kNetworkFigures[] = {
    counter_of<kTcp, &Tcp::in_segs>("tcp_received", "TCP segments received"),
    counter_of<kTcp, &Tcp::out_segs>("tcp_sent", "TCP segments sent, those sent again left out"),
    {{"tcp_retransmitted", "tcp_retransmitted", ColumnUnit::kPercent,
      "of the TCP segments sent: sent again"},
     retransmitted_percent,
     true},
    counter_of<kTcp, &Tcp::active_opens>("tcp_opened", "TCP connections opened from here"),
    counter_of<kTcp, &Tcp::passive_opens>("tcp_accepted", "TCP connections accepted"),
    counter_of<kTcp, &Tcp::attempt_fails>("tcp_open_failures",
                                          "TCP connections that could not be opened"),
    counter_of<kTcp, &Tcp::estab_resets>("tcp_resets", "TCP connections reset"),
    counter_of<kTcp, &Tcp::out_rsts>("tcp_resets_sent",
                                     "TCP segments sent that reset a connection"),
    counter_of<kTcp, &Tcp::in_errs>("tcp_errors", "TCP segments received broken"),
    counter_of_both<kUdp4, &Udpv4::in_datagrams, kUdp6, &Udpv6::in_datagrams>(
        "udp_received", "UDP datagrams handed to programs"),
    counter_of_both<kUdp4, &Udpv4::out_datagrams, kUdp6, &Udpv6::out_datagrams>(
        "udp_sent", "UDP datagrams sent"),
    counter_of_both<kUdp4, &Udpv4::no_ports, kUdp6, &Udpv6::no_ports>(
        "udp_no_port", "UDP datagrams for a port that nobody listens on"),
    counter_of<kIp4, &Ipv4::in_receives>("ipv4_received", "IPv4 datagrams received"),
    counter_of<kIp4, &Ipv4::out_requests>("ipv4_sent", "IPv4 datagrams that protocols sent"),
    counter_of<kIp4, &Ipv4::forw_datagrams>("ipv4_forwarded", "IPv4 datagrams forwarded"),
    counter_of<kIp6, &Ipv6::in_receives>("ipv6_received", "IPv6 datagrams received"),
    counter_of<kIp6, &Ipv6::out_requests>("ipv6_sent", "IPv6 datagrams that protocols sent"),
    counter_of<kIp6, &Ipv6::out_forw_datagrams>("ipv6_forwarded", "IPv6 datagrams forwarded"),
    counter_of_both<kIp4, &Ipv4::in_hdr_errors, kIp6, &Ipv6::in_hdr_errors>(
        "ip_header_errors", "datagrams dropped for an error in the header"),
    counter_of_both<kIp4, &Ipv4::in_addr_errors, kIp6, &Ipv6::in_addr_errors>(
        "ip_address_errors", "datagrams dropped for the address they were sent to"),
    counter_of_both<kIp4, &Ipv4::in_discards, kIp6, &Ipv6::in_discards>(
        "ip_discards_received", "datagrams received and dropped without an error"),
    counter_of_both<kIp4, &Ipv4::out_discards, kIp6, &Ipv6::out_discards>(
        "ip_discards_sent", "datagrams to send that were dropped without an error"),
    counter_of_both<kIp4, &Ipv4::out_no_routes, kIp6, &Ipv6::out_no_routes>(
        "ip_no_route", "datagrams to send that were dropped for want of a route"),
    counter_of_both<kIp4, &Ipv4::reasm_fails, kIp6, &Ipv6::reasm_fails>(
        "ip_reassembly_failures", "datagrams that could not be put together from fragments"),
    counter_of_both<kIp4, &Ipv4::frag_fails, kIp6, &Ipv6::frag_fails>(
        "ip_fragment_failures", "datagrams that could not be cut into fragments"),
    counter_of_both<kIcmp4, &Icmpv4::in_msgs, kIcmp6, &Icmpv6::in_msgs>("icmp_received",
                                                                        "ICMP messages received"),
    counter_of_both<kIcmp4, &Icmpv4::out_msgs, kIcmp6, &Icmpv6::out_msgs>("icmp_sent",
                                                                          "ICMP messages sent"),
    counter_of_both<kIcmp4, &Icmpv4::in_errors, kIcmp6, &Icmpv6::in_errors>(
        "icmp_errors", "ICMP messages received broken"),
    counter_of_both<kIcmp4, &Icmpv4::in_dest_unreachs, kIcmp6, &Icmpv6::in_dest_unreachs>(
        "icmp_unreachable", "ICMP messages received that something cannot be reached"),
};

}  // namespace

std::span<const Figure> network_figures() { return kNetworkFigures; }

}  // namespace proctape
