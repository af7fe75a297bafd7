// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_dev.h"

#include <cstdint>

#include "base/text.h"
#include "collector/system/device_name.h"
#include "collector/system/lines.h"
#include "collector/system/numbers.h"
#include "collector/system/wireless.h"

namespace proctape {
namespace {

// Speeds the kernel gives for "unknown" besides negative ones; older drivers had 16 bits.
constexpr Count kUnknownSpeed = 65535;

// Reads the next numbers of a line into members, one after the other.
class NumberReader {
 public:
  explicit NumberReader(std::string_view text) : rest_(text) {}

  void operator()(Count& into) {
    const auto number = next_number(rest_);
    if (number) into = *number;
    all_ = all_ && number;
  }
  void operator()(Bytes& into) { (*this)(into.value); }

  // Whether all reads found a number.
  bool all() const { return all_; }

 private:
  std::string_view rest_;
  bool all_ = true;
};

bool parse_counters(std::string_view text, Interface& into) {
  NumberReader read(text);
  read(into.received);
  read(into.packets_received);
  read(into.receive_errors);
  read(into.receive_drops);
  read(into.receive_fifo);
  read(into.receive_frame);
  read(into.receive_compressed);
  read(into.receive_multicast);
  read(into.sent);
  read(into.packets_sent);
  read(into.send_errors);
  read(into.send_drops);
  read(into.send_fifo);
  read(into.collisions);
  read(into.carrier_losses);
  read(into.send_compressed);
  return read.all();
}

// Sets type, speed and duplex from sysfs.
void ask_properties(Reading& reading, Interface& into) {
  const std::string name(into.name.view());
  // The kernel allows none of these, and they must not become part of a path.
  if (name.empty() || name == "." || name == ".." || name.find('/') != name.npos) return;

  const KernelFs& fs = reading.fs;
  const std::string directory = "sys/class/net/" + name;
  if (fs.exists("sys/devices/virtual/net/" + name)) {
    into.type = Interface::kVirtual;
  } else if (fs.exists(directory + "/phy80211") || fs.exists(directory + "/wireless")) {
    into.type = Interface::kWireless;
    if (fs.live()) into.speed = wireless_speed(name);
  } else if (fs.exists(directory)) {
    into.type = Interface::kEthernet;
    const auto speed = read_number(fs, directory + "/speed", reading.buffer);
    if (speed && *speed > 0 && *speed < INT32_MAX && *speed != kUnknownSpeed) into.speed = *speed;
    const auto duplex = fs.read_line(directory + "/duplex", reading.buffer);
    into.full_duplex = duplex && *duplex == "full";
  }
}

// The interface of that name, or null. Interfaces mostly keep their order, so the search
// begins at `position`, which is left behind the one found.
const Interface* find_from(const std::vector<Interface>& list, std::size_t& position,
                           const InlineText<15>& name) {
  for (std::size_t tried = 0; tried < list.size(); ++tried) {
    const std::size_t i = (position + tried) % list.size();
    if (list[i].name == name) {
      position = i + 1;
      return &list[i];
    }
  }
  return nullptr;
}

}  // namespace

Result<> parse_net_dev(std::string_view text, Interfaces& into) {
  Lines lines("proc/net/dev", text);
  while (lines.next()) {
    const auto line = lines.line();
    const auto colon = line.find(':');
    if (colon == line.npos) {
      if (line.find('|') != line.npos) continue;  // the heading
      return lines.malformed("'<name>:' and 16 numbers");
    }
    Interface& interface = into.each.emplace_back();
    set_device_name(interface.name, trimmed(line.substr(0, colon)));
    if (!parse_counters(line.substr(colon + 1), interface)) {
      return lines.malformed("'<name>:' and 16 numbers");
    }
  }
  return {};
}

Result<> read_net_dev(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("dev"));
  if (!text) return text.error();
  auto parsed = parse_net_dev(*text, into.system.interfaces);
  if (!parsed) return parsed;

  const bool ask_all = reading.caches.interface_properties.due(reading.now);
  std::size_t position = 0;
  for (Interface& interface : into.system.interfaces.each) {
    const Interface* before =
        find_from(reading.previous.system.interfaces.each, position, interface.name);
    if (ask_all || before == nullptr) {
      ask_properties(reading, interface);
    } else {
      interface.type = before->type;
      interface.speed = before->speed;
      interface.full_duplex = before->full_duplex;
    }
    interface.previous_speed = before == nullptr ? interface.speed : before->speed;
  }
  return {};
}

}  // namespace proctape
