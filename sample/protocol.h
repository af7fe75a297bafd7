// SPDX-License-Identifier: Apache-2.0
//
// Counters of the network protocols (SNMP MIBs). Kernel and atop call them by the
// same names, so one table per protocol, in the log's order, serves the parser, the
// subtraction and the log's record. Sources: /proc/net/snmp, /proc/net/snmp6.
#pragma once

#include <string_view>

#include "base/units.h"

namespace proctape {

template <typename Protocol>
struct SnmpColumn {
  std::string_view name;  // of the kernel's column or line, and of atop's member
  Count Protocol::*member;
  bool gauge = false;  // a setting or a value now, not a counter
};

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

inline constexpr SnmpColumn<Ipv4> kIpv4Columns[] = {
    {"Forwarding", &Ipv4::forwarding, true},
    {"DefaultTTL", &Ipv4::default_ttl, true},
    {"InReceives", &Ipv4::in_receives},
    {"InHdrErrors", &Ipv4::in_hdr_errors},
    {"InAddrErrors", &Ipv4::in_addr_errors},
    {"ForwDatagrams", &Ipv4::forw_datagrams},
    {"InUnknownProtos", &Ipv4::in_unknown_protos},
    {"InDiscards", &Ipv4::in_discards},
    {"InDelivers", &Ipv4::in_delivers},
    {"OutRequests", &Ipv4::out_requests},
    {"OutDiscards", &Ipv4::out_discards},
    {"OutNoRoutes", &Ipv4::out_no_routes},
    {"ReasmTimeout", &Ipv4::reasm_timeout},
    {"ReasmReqds", &Ipv4::reasm_reqds},
    {"ReasmOKs", &Ipv4::reasm_oks},
    {"ReasmFails", &Ipv4::reasm_fails},
    {"FragOKs", &Ipv4::frag_oks},
    {"FragFails", &Ipv4::frag_fails},
    {"FragCreates", &Ipv4::frag_creates},
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

inline constexpr SnmpColumn<Icmpv4> kIcmpv4Columns[] = {
    {"InMsgs", &Icmpv4::in_msgs},
    {"InErrors", &Icmpv4::in_errors},
    {"InCsumErrors", &Icmpv4::in_checksum_errors},
    {"InDestUnreachs", &Icmpv4::in_dest_unreachs},
    {"InTimeExcds", &Icmpv4::in_time_excds},
    {"InParmProbs", &Icmpv4::in_parm_probs},
    {"InSrcQuenchs", &Icmpv4::in_src_quenchs},
    {"InRedirects", &Icmpv4::in_redirects},
    {"InEchos", &Icmpv4::in_echos},
    {"InEchoReps", &Icmpv4::in_echo_reps},
    {"InTimestamps", &Icmpv4::in_timestamps},
    {"InTimestampReps", &Icmpv4::in_timestamp_reps},
    {"InAddrMasks", &Icmpv4::in_addr_masks},
    {"InAddrMaskReps", &Icmpv4::in_addr_mask_reps},
    {"OutMsgs", &Icmpv4::out_msgs},
    {"OutErrors", &Icmpv4::out_errors},
    {"OutDestUnreachs", &Icmpv4::out_dest_unreachs},
    {"OutTimeExcds", &Icmpv4::out_time_excds},
    {"OutParmProbs", &Icmpv4::out_parm_probs},
    {"OutSrcQuenchs", &Icmpv4::out_src_quenchs},
    {"OutRedirects", &Icmpv4::out_redirects},
    {"OutEchos", &Icmpv4::out_echos},
    {"OutEchoReps", &Icmpv4::out_echo_reps},
    {"OutTimestamps", &Icmpv4::out_timestamps},
    {"OutTimestampReps", &Icmpv4::out_timestamp_reps},
    {"OutAddrMasks", &Icmpv4::out_addr_masks},
    {"OutAddrMaskReps", &Icmpv4::out_addr_mask_reps},
};

// /proc/net/snmp, "Udp:".
struct Udpv4 {
  Count in_datagrams = 0;
  Count no_ports = 0;
  Count in_errors = 0;
  Count out_datagrams = 0;

  friend bool operator==(const Udpv4&, const Udpv4&) = default;
};

inline constexpr SnmpColumn<Udpv4> kUdpv4Columns[] = {
    {"InDatagrams", &Udpv4::in_datagrams},
    {"NoPorts", &Udpv4::no_ports},
    {"InErrors", &Udpv4::in_errors},
    {"OutDatagrams", &Udpv4::out_datagrams},
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

inline constexpr SnmpColumn<Ipv6> kIpv6Columns[] = {
    {"Ip6InReceives", &Ipv6::in_receives},
    {"Ip6InHdrErrors", &Ipv6::in_hdr_errors},
    {"Ip6InTooBigErrors", &Ipv6::in_too_big_errors},
    {"Ip6InNoRoutes", &Ipv6::in_no_routes},
    {"Ip6InAddrErrors", &Ipv6::in_addr_errors},
    {"Ip6InUnknownProtos", &Ipv6::in_unknown_protos},
    {"Ip6InTruncatedPkts", &Ipv6::in_truncated_pkts},
    {"Ip6InDiscards", &Ipv6::in_discards},
    {"Ip6InDelivers", &Ipv6::in_delivers},
    {"Ip6OutForwDatagrams", &Ipv6::out_forw_datagrams},
    {"Ip6OutRequests", &Ipv6::out_requests},
    {"Ip6OutDiscards", &Ipv6::out_discards},
    {"Ip6OutNoRoutes", &Ipv6::out_no_routes},
    {"Ip6ReasmTimeout", &Ipv6::reasm_timeout},
    {"Ip6ReasmReqds", &Ipv6::reasm_reqds},
    {"Ip6ReasmOKs", &Ipv6::reasm_oks},
    {"Ip6ReasmFails", &Ipv6::reasm_fails},
    {"Ip6FragOKs", &Ipv6::frag_oks},
    {"Ip6FragFails", &Ipv6::frag_fails},
    {"Ip6FragCreates", &Ipv6::frag_creates},
    {"Ip6InMcastPkts", &Ipv6::in_mcast_pkts},
    {"Ip6OutMcastPkts", &Ipv6::out_mcast_pkts},
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

inline constexpr SnmpColumn<Icmpv6> kIcmpv6Columns[] = {
    {"Icmp6InMsgs", &Icmpv6::in_msgs},
    {"Icmp6InErrors", &Icmpv6::in_errors},
    {"Icmp6InDestUnreachs", &Icmpv6::in_dest_unreachs},
    {"Icmp6InPktTooBigs", &Icmpv6::in_pkt_too_bigs},
    {"Icmp6InTimeExcds", &Icmpv6::in_time_excds},
    {"Icmp6InParmProblems", &Icmpv6::in_parm_problems},
    {"Icmp6InEchos", &Icmpv6::in_echos},
    {"Icmp6InEchoReplies", &Icmpv6::in_echo_replies},
    {"Icmp6InGroupMembQueries", &Icmpv6::in_group_memb_queries},
    {"Icmp6InGroupMembResponses", &Icmpv6::in_group_memb_responses},
    {"Icmp6InGroupMembReductions", &Icmpv6::in_group_memb_reductions},
    {"Icmp6InRouterSolicits", &Icmpv6::in_router_solicits},
    {"Icmp6InRouterAdvertisements", &Icmpv6::in_router_advertisements},
    {"Icmp6InNeighborSolicits", &Icmpv6::in_neighbor_solicits},
    {"Icmp6InNeighborAdvertisements", &Icmpv6::in_neighbor_advertisements},
    {"Icmp6InRedirects", &Icmpv6::in_redirects},
    {"Icmp6OutMsgs", &Icmpv6::out_msgs},
    {"Icmp6OutDestUnreachs", &Icmpv6::out_dest_unreachs},
    {"Icmp6OutPktTooBigs", &Icmpv6::out_pkt_too_bigs},
    {"Icmp6OutTimeExcds", &Icmpv6::out_time_excds},
    {"Icmp6OutParmProblems", &Icmpv6::out_parm_problems},
    {"Icmp6OutEchoReplies", &Icmpv6::out_echo_replies},
    {"Icmp6OutRouterSolicits", &Icmpv6::out_router_solicits},
    {"Icmp6OutNeighborSolicits", &Icmpv6::out_neighbor_solicits},
    {"Icmp6OutNeighborAdvertisements", &Icmpv6::out_neighbor_advertisements},
    {"Icmp6OutRedirects", &Icmpv6::out_redirects},
    {"Icmp6OutGroupMembResponses", &Icmpv6::out_group_memb_responses},
    {"Icmp6OutGroupMembReductions", &Icmpv6::out_group_memb_reductions},
};

// /proc/net/snmp6.
struct Udpv6 {
  Count in_datagrams = 0;
  Count no_ports = 0;
  Count in_errors = 0;
  Count out_datagrams = 0;

  friend bool operator==(const Udpv6&, const Udpv6&) = default;
};

inline constexpr SnmpColumn<Udpv6> kUdpv6Columns[] = {
    {"Udp6InDatagrams", &Udpv6::in_datagrams},
    {"Udp6NoPorts", &Udpv6::no_ports},
    {"Udp6InErrors", &Udpv6::in_errors},
    {"Udp6OutDatagrams", &Udpv6::out_datagrams},
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

inline constexpr SnmpColumn<Tcp> kTcpColumns[] = {
    {"RtoAlgorithm", &Tcp::rto_algorithm, true},
    {"RtoMin", &Tcp::rto_min, true},
    {"RtoMax", &Tcp::rto_max, true},
    {"MaxConn", &Tcp::max_conn, true},
    {"ActiveOpens", &Tcp::active_opens},
    {"PassiveOpens", &Tcp::passive_opens},
    {"AttemptFails", &Tcp::attempt_fails},
    {"EstabResets", &Tcp::estab_resets},
    {"CurrEstab", &Tcp::curr_estab, true},
    {"InSegs", &Tcp::in_segs},
    {"OutSegs", &Tcp::out_segs},
    {"RetransSegs", &Tcp::retrans_segs},
    {"InErrs", &Tcp::in_errs},
    {"OutRsts", &Tcp::out_rsts},
    {"InCsumErrors", &Tcp::in_checksum_errors},
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

}  // namespace proctape
