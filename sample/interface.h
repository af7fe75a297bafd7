// SPDX-License-Identifier: Apache-2.0
//
// Network interfaces. Sources: /proc/net/dev, /sys/class/net/<name>.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/identity.h"
#include "sample/schema.h"

namespace proctape {

struct Interface {
  enum Type : char { kEthernet = 'e', kWireless = 'w', kVirtual = 'v', kOther = '?' };

  Identity identity;  // not in the log
  InlineText<15> name;
  Bytes received;
  Count packets_received = 0;
  Count receive_errors = 0;
  Count receive_drops = 0;
  Count receive_fifo = 0;
  Count receive_frame = 0;
  Count receive_compressed = 0;
  Count receive_multicast = 0;
  Bytes sent;
  Count packets_sent = 0;
  Count send_errors = 0;
  Count send_drops = 0;
  Count send_fifo = 0;
  Count collisions = 0;
  Count carrier_losses = 0;
  Count send_compressed = 0;
  // Gauges.
  char type = kOther;        // one of Type; a log may hold anything
  Count speed = 0;           // Mbit/s, 0 unknown
  Count previous_speed = 0;  // at the previous sample
  bool full_duplex = false;

  friend bool operator==(const Interface&, const Interface&) = default;
};

struct Interfaces {
  std::vector<Interface> each;  // in the kernel's order

  friend bool operator==(const Interfaces&, const Interfaces&) = default;
};

template <>
struct Schema<Interface> {
  static constexpr auto kRows = schema::rows(
      schema::identity(&Interface::identity), schema::key("name", &Interface::name, "name"),
      schema::counter("received", &Interface::received, "bytes received").activity(),
      schema::counter("packets_received", &Interface::packets_received, "packets received")
          .activity(),
      schema::counter("receive_errors", &Interface::receive_errors, "packets received broken"),
      schema::counter("receive_drops", &Interface::receive_drops, "packets received and dropped"),
      schema::counter("receive_fifo", &Interface::receive_fifo, "overruns of the receive buffer"),
      schema::counter("receive_frame", &Interface::receive_frame, "framing errors"),
      schema::counter("receive_compressed", &Interface::receive_compressed,
                      "compressed packets received"),
      schema::counter("receive_multicast", &Interface::receive_multicast,
                      "multicast packets received"),
      schema::counter("sent", &Interface::sent, "bytes sent").activity(),
      schema::counter("packets_sent", &Interface::packets_sent, "packets sent").activity(),
      schema::counter("send_errors", &Interface::send_errors, "packets that could not be sent"),
      schema::counter("send_drops", &Interface::send_drops, "packets to send that were dropped"),
      schema::counter("send_fifo", &Interface::send_fifo, "underruns of the send buffer"),
      schema::counter("collisions", &Interface::collisions, "collisions"),
      schema::counter("carrier_losses", &Interface::carrier_losses, "losses of the carrier"),
      schema::counter("send_compressed", &Interface::send_compressed, "compressed packets sent"),
      schema::setting("type", &Interface::type, "e ethernet, w wireless, v virtual, ? another"),
      schema::gauge("speed", &Interface::speed, "speed in Mbit/s; 0 unknown"),
      schema::gauge("previous_speed", &Interface::previous_speed,
                    "speed in Mbit/s in the interval before"),
      schema::gauge("full_duplex", &Interface::full_duplex, "whether it sends while it receives"));
};

template <>
struct Schema<Interfaces> {
  static constexpr auto kRows =
      schema::rows(schema::list("interface", &Interfaces::each, "a network interface"));
};

}  // namespace proctape
