// SPDX-License-Identifier: Apache-2.0
//
// InfiniBand ports and last-level caches. Sources: /sys/class/infiniband,
// /sys/fs/resctrl/mon_data.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"
#include "sample/schema.h"

namespace proctape {

struct InfinibandPort {
  Identity identity;  // not in the log
  InlineText<19> controller;
  Count port = 0;
  Count lanes = 0;
  Count rate = 0;            // Mbit/s
  Count words_received = 0;  // of 4 bytes per lane, as the kernel counts
  Count words_sent = 0;
  Count packets_received = 0;
  Count packets_sent = 0;

  friend bool operator==(const InfinibandPort&, const InfinibandPort&) = default;
};

struct Infiniband {
  std::vector<InfinibandPort> ports;

  friend bool operator==(const Infiniband&, const Infiniband&) = default;
};

struct LastLevelCache {
  Count id = 0;
  float occupancy = 0;  // fraction of its size
  Bytes local_traffic;
  Bytes total_traffic;

  friend bool operator==(const LastLevelCache&, const LastLevelCache&) = default;
};

struct LastLevelCaches {
  std::vector<LastLevelCache> each;

  friend bool operator==(const LastLevelCaches&, const LastLevelCaches&) = default;
};

template <>
struct Schema<InfinibandPort> {
  static constexpr auto kRows = schema::rows(
      schema::identity(&InfinibandPort::identity),
      schema::key("controller", &InfinibandPort::controller,
                  "name of the adapter: a directory of /sys/class/infiniband"),
      schema::key("port", &InfinibandPort::port, "number of the port: a directory of its `ports`"),
      schema::setting("lanes", &InfinibandPort::lanes, "lanes in use: `(4X EDR)` of `rate`"),
      schema::setting("rate", &InfinibandPort::rate, "speed in Mbit/s: `rate`"),
      schema::counter("words_received", &InfinibandPort::words_received,
                      "words of 4 bytes received, each lane counted: counters/port_rcv_data")
          .activity(),
      schema::counter("words_sent", &InfinibandPort::words_sent,
                      "words of 4 bytes sent, each lane counted: counters/port_xmit_data")
          .activity(),
      schema::counter("packets_received", &InfinibandPort::packets_received,
                      "packets received: counters/port_rcv_packets")
          .activity(),
      schema::counter("packets_sent", &InfinibandPort::packets_sent,
                      "packets sent: counters/port_xmit_packets")
          .activity());
};

template <>
struct Schema<Infiniband> {
  static constexpr auto kRows = schema::rows(
      schema::list("infiniband_port", &Infiniband::ports, "a port of an InfiniBand adapter"));
};

template <>
struct Schema<LastLevelCache> {
  static constexpr auto kRows = schema::rows(
      schema::key("id", &LastLevelCache::id,
                  "number of the cache: N of mon_L3_N in /sys/fs/resctrl/mon_data"),
      schema::gauge("occupancy", &LastLevelCache::occupancy,
                    "how much of it is used, 0 to 1: llc_occupancy"),
      schema::counter("local_traffic", &LastLevelCache::local_traffic,
                      "bytes moved from and to the memory of its own node: mbm_local_bytes"),
      schema::counter("total_traffic", &LastLevelCache::total_traffic,
                      "bytes moved from and to memory: mbm_total_bytes")
          .activity());
};

template <>
struct Schema<LastLevelCaches> {
  static constexpr auto kRows =
      schema::rows(schema::list("llc", &LastLevelCaches::each,
                                "a last-level cache of processors, if /sys/fs/resctrl is mounted"));
};

}  // namespace proctape
