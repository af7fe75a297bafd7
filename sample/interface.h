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
      schema::identity(&Interface::identity),
      schema::key("name", &Interface::name, "name, as in /proc/net/dev"),
      schema::counter("received", &Interface::received, "bytes received: column 1 of /proc/net/dev")
          .activity(),
      schema::counter("packets_received", &Interface::packets_received,
                      "packets received: column 2 of /proc/net/dev")
          .activity(),
      schema::counter("receive_errors", &Interface::receive_errors,
                      "packets received broken: column 3 of /proc/net/dev"),
      schema::counter("receive_drops", &Interface::receive_drops,
                      "packets received and dropped: column 4 of /proc/net/dev"),
      schema::counter("receive_fifo", &Interface::receive_fifo,
                      "overruns of the receive buffer: column 5 of /proc/net/dev"),
      schema::counter("receive_frame", &Interface::receive_frame,
                      "framing errors: column 6 of /proc/net/dev"),
      schema::counter("receive_compressed", &Interface::receive_compressed,
                      "compressed packets received: column 7 of /proc/net/dev"),
      schema::counter("receive_multicast", &Interface::receive_multicast,
                      "multicast packets received: column 8 of /proc/net/dev"),
      schema::counter("sent", &Interface::sent, "bytes sent: column 9 of /proc/net/dev").activity(),
      schema::counter("packets_sent", &Interface::packets_sent,
                      "packets sent: column 10 of /proc/net/dev")
          .activity(),
      schema::counter("send_errors", &Interface::send_errors,
                      "packets that could not be sent: column 11 of /proc/net/dev"),
      schema::counter("send_drops", &Interface::send_drops,
                      "packets to send that were dropped: column 12 of /proc/net/dev"),
      schema::counter("send_fifo", &Interface::send_fifo,
                      "overruns of the send buffer: column 13 of /proc/net/dev"),
      schema::counter("collisions", &Interface::collisions,
                      "collisions: column 14 of /proc/net/dev"),
      schema::counter("carrier_losses", &Interface::carrier_losses,
                      "losses of the carrier: column 15 of /proc/net/dev"),
      schema::counter("send_compressed", &Interface::send_compressed,
                      "compressed packets sent: column 16 of /proc/net/dev"),
      schema::setting("type", &Interface::type,
                      "e Ethernet, w wireless, v virtual, ? other: /sys/class/net/NAME"),
      schema::gauge("speed", &Interface::speed,
                    "speed in Mbit/s: /sys/class/net/NAME/speed, of wireless links "
                    "ioctl(SIOCGIWRATE); 0 unknown"),
      schema::gauge("previous_speed", &Interface::previous_speed,
                    "speed in Mbit/s at the previous sample"),
      schema::gauge("full_duplex", &Interface::full_duplex,
                    "whether it is full duplex: /sys/class/net/NAME/duplex"));
};

template <>
struct Schema<Interfaces> {
  static constexpr auto kRows =
      schema::rows(schema::list("interface", &Interfaces::each, "a network interface"));
};

}  // namespace proctape
