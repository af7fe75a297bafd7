// SPDX-License-Identifier: Apache-2.0
//
// Counters of the network protocols (SNMP MIBs). Kernel and atop call them by the
// same names, so one table per protocol, the schema, in the log's order, serves the parser and the
// log's record, too. Sources: /proc/net/snmp, /proc/net/snmp6.
#pragma once

#include <array>

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

// /proc/net/snmp, "Ip:".
struct Ipv4 {
  Count forwarding = 0;
  Count default_ttl = 0;
  Count in_receives = 0;
  Count in_hdr_errors = 0;
  Count in_addr_errors = 0;
  Count forw_datagrams = 0;
  Count in_unknown_protos = 0;
  Count in_discards = 0;
  Count in_delivers = 0;
  Count out_requests = 0;
  Count out_discards = 0;
  Count out_no_routes = 0;
  Count reasm_timeout = 0;
  Count reasm_reqds = 0;
  Count reasm_oks = 0;
  Count reasm_fails = 0;
  Count frag_oks = 0;
  Count frag_fails = 0;
  Count frag_creates = 0;

  friend bool operator==(const Ipv4&, const Ipv4&) = default;
};

template <>
struct Schema<Ipv4> {
  static constexpr std::array kRows{
      schema::setting("Forwarding", &Ipv4::forwarding, "1 forwards, 2 does not"),
      schema::setting("DefaultTTL", &Ipv4::default_ttl, "time to live of what is sent"),
      schema::counter("InReceives", &Ipv4::in_receives, "datagrams received, broken ones included"),
      schema::counter("InHdrErrors", &Ipv4::in_hdr_errors,
                      "of these, dropped for an error in the header"),
      schema::counter("InAddrErrors", &Ipv4::in_addr_errors,
                      "of these, dropped for the address they were sent to"),
      schema::counter("ForwDatagrams", &Ipv4::forw_datagrams, "datagrams forwarded"),
      schema::counter("InUnknownProtos", &Ipv4::in_unknown_protos,
                      "datagrams received for an unknown protocol"),
      schema::counter("InDiscards", &Ipv4::in_discards,
                      "datagrams received and dropped without an error"),
      schema::counter("InDelivers", &Ipv4::in_delivers, "datagrams handed to their protocols"),
      schema::counter("OutRequests", &Ipv4::out_requests, "datagrams that protocols sent"),
      schema::counter("OutDiscards", &Ipv4::out_discards, "of these, dropped without an error"),
      schema::counter("OutNoRoutes", &Ipv4::out_no_routes, "datagrams dropped for want of a route"),
      schema::counter("ReasmTimeout", &Ipv4::reasm_timeout,
                      "fragments whose datagram did not become whole in time"),
      schema::counter("ReasmReqds", &Ipv4::reasm_reqds, "fragments received"),
      schema::counter("ReasmOKs", &Ipv4::reasm_oks, "datagrams put together again"),
      schema::counter("ReasmFails", &Ipv4::reasm_fails, "datagrams that could not be put together"),
      schema::counter("FragOKs", &Ipv4::frag_oks, "datagrams cut into fragments"),
      schema::counter("FragFails", &Ipv4::frag_fails, "datagrams that could not be cut"),
      schema::counter("FragCreates", &Ipv4::frag_creates, "fragments made"),
  };
};

// /proc/net/snmp, "Icmp:".
struct Icmpv4 {
  Count in_msgs = 0;
  Count in_errors = 0;
  Count in_checksum_errors = 0;
  Count in_dest_unreachs = 0;
  Count in_time_excds = 0;
  Count in_parm_probs = 0;
  Count in_src_quenchs = 0;
  Count in_redirects = 0;
  Count in_echos = 0;
  Count in_echo_reps = 0;
  Count in_timestamps = 0;
  Count in_timestamp_reps = 0;
  Count in_addr_masks = 0;
  Count in_addr_mask_reps = 0;
  Count out_msgs = 0;
  Count out_errors = 0;
  Count out_dest_unreachs = 0;
  Count out_time_excds = 0;
  Count out_parm_probs = 0;
  Count out_src_quenchs = 0;
  Count out_redirects = 0;
  Count out_echos = 0;
  Count out_echo_reps = 0;
  Count out_timestamps = 0;
  Count out_timestamp_reps = 0;
  Count out_addr_masks = 0;
  Count out_addr_mask_reps = 0;

  friend bool operator==(const Icmpv4&, const Icmpv4&) = default;
};

template <>
struct Schema<Icmpv4> {
  static constexpr std::array kRows{
      schema::counter("InMsgs", &Icmpv4::in_msgs, "messages received"),
      schema::counter("InErrors", &Icmpv4::in_errors, "of these, broken ones"),
      schema::counter("InCsumErrors", &Icmpv4::in_checksum_errors,
                      "of these, ones with a wrong checksum"),
      schema::counter("InDestUnreachs", &Icmpv4::in_dest_unreachs,
                      "destination unreachable, received"),
      schema::counter("InTimeExcds", &Icmpv4::in_time_excds, "time exceeded, received"),
      schema::counter("InParmProbs", &Icmpv4::in_parm_probs, "parameter problem, received"),
      schema::counter("InSrcQuenchs", &Icmpv4::in_src_quenchs, "source quench, received"),
      schema::counter("InRedirects", &Icmpv4::in_redirects, "redirect, received"),
      schema::counter("InEchos", &Icmpv4::in_echos, "echo (ping), received"),
      schema::counter("InEchoReps", &Icmpv4::in_echo_reps, "echo reply, received"),
      schema::counter("InTimestamps", &Icmpv4::in_timestamps, "timestamp, received"),
      schema::counter("InTimestampReps", &Icmpv4::in_timestamp_reps, "timestamp reply, received"),
      schema::counter("InAddrMasks", &Icmpv4::in_addr_masks, "address mask, received"),
      schema::counter("InAddrMaskReps", &Icmpv4::in_addr_mask_reps, "address mask reply, received"),
      schema::counter("OutMsgs", &Icmpv4::out_msgs, "messages sent"),
      schema::counter("OutErrors", &Icmpv4::out_errors, "messages that could not be sent"),
      schema::counter("OutDestUnreachs", &Icmpv4::out_dest_unreachs,
                      "destination unreachable, sent"),
      schema::counter("OutTimeExcds", &Icmpv4::out_time_excds, "time exceeded, sent"),
      schema::counter("OutParmProbs", &Icmpv4::out_parm_probs, "parameter problem, sent"),
      schema::counter("OutSrcQuenchs", &Icmpv4::out_src_quenchs, "source quench, sent"),
      schema::counter("OutRedirects", &Icmpv4::out_redirects, "redirect, sent"),
      schema::counter("OutEchos", &Icmpv4::out_echos, "echo (ping), sent"),
      schema::counter("OutEchoReps", &Icmpv4::out_echo_reps, "echo reply, sent"),
      schema::counter("OutTimestamps", &Icmpv4::out_timestamps, "timestamp, sent"),
      schema::counter("OutTimestampReps", &Icmpv4::out_timestamp_reps, "timestamp reply, sent"),
      schema::counter("OutAddrMasks", &Icmpv4::out_addr_masks, "address mask, sent"),
      schema::counter("OutAddrMaskReps", &Icmpv4::out_addr_mask_reps, "address mask reply, sent"),
  };
};

// /proc/net/snmp, "Udp:".
struct Udpv4 {
  Count in_datagrams = 0;
  Count no_ports = 0;
  Count in_errors = 0;
  Count out_datagrams = 0;

  friend bool operator==(const Udpv4&, const Udpv4&) = default;
};

template <>
struct Schema<Udpv4> {
  static constexpr std::array kRows{
      schema::counter("InDatagrams", &Udpv4::in_datagrams, "datagrams handed to programs"),
      schema::counter("NoPorts", &Udpv4::no_ports,
                      "datagrams received for a port that nobody listens on"),
      schema::counter("InErrors", &Udpv4::in_errors,
                      "datagrams received that could not be handed on"),
      schema::counter("OutDatagrams", &Udpv4::out_datagrams, "datagrams sent"),
  };
};

// /proc/net/snmp6.
struct Ipv6 {
  Count in_receives = 0;
  Count in_hdr_errors = 0;
  Count in_too_big_errors = 0;
  Count in_no_routes = 0;
  Count in_addr_errors = 0;
  Count in_unknown_protos = 0;
  Count in_truncated_pkts = 0;
  Count in_discards = 0;
  Count in_delivers = 0;
  Count out_forw_datagrams = 0;
  Count out_requests = 0;
  Count out_discards = 0;
  Count out_no_routes = 0;
  Count reasm_timeout = 0;
  Count reasm_reqds = 0;
  Count reasm_oks = 0;
  Count reasm_fails = 0;
  Count frag_oks = 0;
  Count frag_fails = 0;
  Count frag_creates = 0;
  Count in_mcast_pkts = 0;
  Count out_mcast_pkts = 0;

  friend bool operator==(const Ipv6&, const Ipv6&) = default;
};

template <>
struct Schema<Ipv6> {
  static constexpr std::array kRows{
      schema::counter("Ip6InReceives", &Ipv6::in_receives,
                      "datagrams received, broken ones included"),
      schema::counter("Ip6InHdrErrors", &Ipv6::in_hdr_errors,
                      "of these, dropped for an error in the header"),
      schema::counter("Ip6InTooBigErrors", &Ipv6::in_too_big_errors,
                      "datagrams too large to be forwarded"),
      schema::counter("Ip6InNoRoutes", &Ipv6::in_no_routes,
                      "datagrams received and dropped for want of a route"),
      schema::counter("Ip6InAddrErrors", &Ipv6::in_addr_errors,
                      "of these, dropped for the address they were sent to"),
      schema::counter("Ip6InUnknownProtos", &Ipv6::in_unknown_protos,
                      "datagrams received for an unknown protocol"),
      schema::counter("Ip6InTruncatedPkts", &Ipv6::in_truncated_pkts,
                      "datagrams received that were too short"),
      schema::counter("Ip6InDiscards", &Ipv6::in_discards,
                      "datagrams received and dropped without an error"),
      schema::counter("Ip6InDelivers", &Ipv6::in_delivers, "datagrams handed to their protocols"),
      schema::counter("Ip6OutForwDatagrams", &Ipv6::out_forw_datagrams, "datagrams forwarded"),
      schema::counter("Ip6OutRequests", &Ipv6::out_requests, "datagrams that protocols sent"),
      schema::counter("Ip6OutDiscards", &Ipv6::out_discards, "of these, dropped without an error"),
      schema::counter("Ip6OutNoRoutes", &Ipv6::out_no_routes,
                      "datagrams to send that were dropped for want of a route"),
      schema::counter("Ip6ReasmTimeout", &Ipv6::reasm_timeout,
                      "fragments whose datagram did not become whole in time"),
      schema::counter("Ip6ReasmReqds", &Ipv6::reasm_reqds, "fragments received"),
      schema::counter("Ip6ReasmOKs", &Ipv6::reasm_oks, "datagrams put together again"),
      schema::counter("Ip6ReasmFails", &Ipv6::reasm_fails,
                      "datagrams that could not be put together"),
      schema::counter("Ip6FragOKs", &Ipv6::frag_oks, "datagrams cut into fragments"),
      schema::counter("Ip6FragFails", &Ipv6::frag_fails, "datagrams that could not be cut"),
      schema::counter("Ip6FragCreates", &Ipv6::frag_creates, "fragments made"),
      schema::counter("Ip6InMcastPkts", &Ipv6::in_mcast_pkts, "multicast datagrams received"),
      schema::counter("Ip6OutMcastPkts", &Ipv6::out_mcast_pkts, "multicast datagrams sent"),
  };
};

// /proc/net/snmp6.
struct Icmpv6 {
  Count in_msgs = 0;
  Count in_errors = 0;
  Count in_dest_unreachs = 0;
  Count in_pkt_too_bigs = 0;
  Count in_time_excds = 0;
  Count in_parm_problems = 0;
  Count in_echos = 0;
  Count in_echo_replies = 0;
  Count in_group_memb_queries = 0;
  Count in_group_memb_responses = 0;
  Count in_group_memb_reductions = 0;
  Count in_router_solicits = 0;
  Count in_router_advertisements = 0;
  Count in_neighbor_solicits = 0;
  Count in_neighbor_advertisements = 0;
  Count in_redirects = 0;
  Count out_msgs = 0;
  Count out_dest_unreachs = 0;
  Count out_pkt_too_bigs = 0;
  Count out_time_excds = 0;
  Count out_parm_problems = 0;
  Count out_echo_replies = 0;
  Count out_router_solicits = 0;
  Count out_neighbor_solicits = 0;
  Count out_neighbor_advertisements = 0;
  Count out_redirects = 0;
  Count out_group_memb_responses = 0;
  Count out_group_memb_reductions = 0;

  friend bool operator==(const Icmpv6&, const Icmpv6&) = default;
};

template <>
struct Schema<Icmpv6> {
  static constexpr std::array kRows{
      schema::counter("Icmp6InMsgs", &Icmpv6::in_msgs, "messages received"),
      schema::counter("Icmp6InErrors", &Icmpv6::in_errors, "of these, broken ones"),
      schema::counter("Icmp6InDestUnreachs", &Icmpv6::in_dest_unreachs,
                      "destination unreachable, received"),
      schema::counter("Icmp6InPktTooBigs", &Icmpv6::in_pkt_too_bigs, "packet too big, received"),
      schema::counter("Icmp6InTimeExcds", &Icmpv6::in_time_excds, "time exceeded, received"),
      schema::counter("Icmp6InParmProblems", &Icmpv6::in_parm_problems,
                      "parameter problem, received"),
      schema::counter("Icmp6InEchos", &Icmpv6::in_echos, "echo (ping), received"),
      schema::counter("Icmp6InEchoReplies", &Icmpv6::in_echo_replies, "echo reply, received"),
      schema::counter("Icmp6InGroupMembQueries", &Icmpv6::in_group_memb_queries,
                      "group membership query, received"),
      schema::counter("Icmp6InGroupMembResponses", &Icmpv6::in_group_memb_responses,
                      "group membership report, received"),
      schema::counter("Icmp6InGroupMembReductions", &Icmpv6::in_group_memb_reductions,
                      "group membership reduction, received"),
      schema::counter("Icmp6InRouterSolicits", &Icmpv6::in_router_solicits,
                      "router solicitation, received"),
      schema::counter("Icmp6InRouterAdvertisements", &Icmpv6::in_router_advertisements,
                      "router advertisement, received"),
      schema::counter("Icmp6InNeighborSolicits", &Icmpv6::in_neighbor_solicits,
                      "neighbour solicitation, received"),
      schema::counter("Icmp6InNeighborAdvertisements", &Icmpv6::in_neighbor_advertisements,
                      "neighbour advertisement, received"),
      schema::counter("Icmp6InRedirects", &Icmpv6::in_redirects, "redirect, received"),
      schema::counter("Icmp6OutMsgs", &Icmpv6::out_msgs, "messages sent"),
      schema::counter("Icmp6OutDestUnreachs", &Icmpv6::out_dest_unreachs,
                      "destination unreachable, sent"),
      schema::counter("Icmp6OutPktTooBigs", &Icmpv6::out_pkt_too_bigs, "packet too big, sent"),
      schema::counter("Icmp6OutTimeExcds", &Icmpv6::out_time_excds, "time exceeded, sent"),
      schema::counter("Icmp6OutParmProblems", &Icmpv6::out_parm_problems,
                      "parameter problem, sent"),
      schema::counter("Icmp6OutEchoReplies", &Icmpv6::out_echo_replies, "echo reply, sent"),
      schema::counter("Icmp6OutRouterSolicits", &Icmpv6::out_router_solicits,
                      "router solicitation, sent"),
      schema::counter("Icmp6OutNeighborSolicits", &Icmpv6::out_neighbor_solicits,
                      "neighbour solicitation, sent"),
      schema::counter("Icmp6OutNeighborAdvertisements", &Icmpv6::out_neighbor_advertisements,
                      "neighbour advertisement, sent"),
      schema::counter("Icmp6OutRedirects", &Icmpv6::out_redirects, "redirect, sent"),
      schema::counter("Icmp6OutGroupMembResponses", &Icmpv6::out_group_memb_responses,
                      "group membership report, sent"),
      schema::counter("Icmp6OutGroupMembReductions", &Icmpv6::out_group_memb_reductions,
                      "group membership reduction, sent"),
  };
};

// /proc/net/snmp6.
struct Udpv6 {
  Count in_datagrams = 0;
  Count no_ports = 0;
  Count in_errors = 0;
  Count out_datagrams = 0;

  friend bool operator==(const Udpv6&, const Udpv6&) = default;
};

template <>
struct Schema<Udpv6> {
  static constexpr std::array kRows{
      schema::counter("Udp6InDatagrams", &Udpv6::in_datagrams, "datagrams handed to programs"),
      schema::counter("Udp6NoPorts", &Udpv6::no_ports,
                      "datagrams received for a port that nobody listens on"),
      schema::counter("Udp6InErrors", &Udpv6::in_errors,
                      "datagrams received that could not be handed on"),
      schema::counter("Udp6OutDatagrams", &Udpv6::out_datagrams, "datagrams sent"),
  };
};

// /proc/net/snmp, "Tcp:".
struct Tcp {
  Count rto_algorithm = 0;
  Count rto_min = 0;
  Count rto_max = 0;
  Count max_conn = 0;
  Count active_opens = 0;
  Count passive_opens = 0;
  Count attempt_fails = 0;
  Count estab_resets = 0;
  Count curr_estab = 0;
  Count in_segs = 0;
  Count out_segs = 0;
  Count retrans_segs = 0;
  Count in_errs = 0;
  Count out_rsts = 0;
  Count in_checksum_errors = 0;

  friend bool operator==(const Tcp&, const Tcp&) = default;
};

template <>
struct Schema<Tcp> {
  static constexpr std::array kRows{
      schema::setting("RtoAlgorithm", &Tcp::rto_algorithm,
                      "how the time until a segment is sent again is chosen"),
      schema::setting("RtoMin", &Tcp::rto_min, "the shortest such time, in ms"),
      schema::setting("RtoMax", &Tcp::rto_max, "the longest such time, in ms"),
      schema::setting("MaxConn", &Tcp::max_conn, "most connections; -1 no limit"),
      schema::counter("ActiveOpens", &Tcp::active_opens, "connections opened from here"),
      schema::counter("PassiveOpens", &Tcp::passive_opens, "connections accepted"),
      schema::counter("AttemptFails", &Tcp::attempt_fails, "connections that could not be opened"),
      schema::counter("EstabResets", &Tcp::estab_resets, "connections reset"),
      schema::gauge("CurrEstab", &Tcp::curr_estab, "connections that are open"),
      schema::counter("InSegs", &Tcp::in_segs, "segments received"),
      schema::counter("OutSegs", &Tcp::out_segs, "segments sent, those sent again left out"),
      schema::counter("RetransSegs", &Tcp::retrans_segs, "segments sent again"),
      schema::counter("InErrs", &Tcp::in_errs, "segments received broken"),
      schema::counter("OutRsts", &Tcp::out_rsts, "segments sent that reset a connection"),
      schema::counter("InCsumErrors", &Tcp::in_checksum_errors,
                      "segments received with a wrong checksum"),
  };
};

struct Protocols {
  Ipv4 ipv4;
  Icmpv4 icmpv4;
  Udpv4 udpv4;
  Ipv6 ipv6;
  Icmpv6 icmpv6;
  Udpv6 udpv6;
  Tcp tcp;

  friend bool operator==(const Protocols&, const Protocols&) = default;
};

template <>
struct Schema<Protocols> {
  static constexpr auto kRows = schema::rows(
      schema::group("ipv4", &Protocols::ipv4, "IPv4: `Ip:` of /proc/net/snmp"),
      schema::group("icmpv4", &Protocols::icmpv4, "ICMP: `Icmp:` of /proc/net/snmp"),
      schema::group("udpv4", &Protocols::udpv4, "UDP over IPv4: `Udp:` of /proc/net/snmp"),
      schema::group("ipv6", &Protocols::ipv6, "IPv6: /proc/net/snmp6"),
      schema::group("icmpv6", &Protocols::icmpv6, "ICMPv6: /proc/net/snmp6"),
      schema::group("udpv6", &Protocols::udpv6, "UDP over IPv6: /proc/net/snmp6"),
      schema::group("tcp", &Protocols::tcp, "TCP: `Tcp:` of /proc/net/snmp"));
};

}  // namespace proctape
