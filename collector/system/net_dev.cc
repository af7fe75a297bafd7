// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_dev.h"

#include <cstdint>

#include "base/text/text.h"
#include "collector/kernel/device_name.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/numbers.h"
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

std::string interface_directory(std::string_view name) {
  return "sys/class/net/" + std::string(name);
}

// The kernel allows none of the others, and they must not become part of a path.
bool names_a_file(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
}

Identity ask_identity(Reading& reading, std::string_view name) {
  const std::string directory = interface_directory(name);
  Identity identity;
  identity.inode = reading.fs.sysfs_inode(directory.c_str());
  const auto index = read_number(reading.fs, directory + "/ifindex", reading.buffer);
  // The kernel counts them up.
  if (index && *index > 0) identity.number = identity.serial = static_cast<std::uint64_t>(*index);
  return identity;
}

// Another interface may have come in place of one that did something.
bool is_stale(const Reading& reading, const Interface& before, const Interface& now) {
  if (!reading.fs.has_sysfs()) return true;
  if (before.packets_received == now.packets_received && before.packets_sent == now.packets_sent) {
    return false;
  }
  const std::string directory = interface_directory(now.name.view());
  return reading.fs.sysfs_inode(directory.c_str()) != before.identity.inode;
}

// Sets identity, type, speed and duplex from sysfs.
void ask_properties(Reading& reading, Interface& into) {
  const std::string name(into.name.view());
  if (!names_a_file(name)) return;
  into.identity = ask_identity(reading, name);

  const KernelFs& fs = reading.fs;
  const std::string directory = interface_directory(name);
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
  FirstError error;
  KernelLines lines("proc/net/dev", text);
  while (lines.next()) {
    const auto line = lines.line();
    const auto colon = line.find(':');
    if (colon == line.npos) {
      if (line.find('|') != line.npos) continue;  // the heading
      error.note(lines.malformed("'<name>:' and 16 numbers"));
      continue;
    }
    Interface& interface = into.each.emplace_back();
    set_device_name(interface.name, trimmed(line.substr(0, colon)));
    if (!parse_counters(line.substr(colon + 1), interface)) {
      into.each.pop_back();
      error.note(lines.malformed("'<name>:' and 16 numbers"));
    }
  }
  return error.result();
}

Result<> read_net_dev(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of(reading.fs.net("dev"));
  if (!text) return text.error();
  reading.note(parse_net_dev(*text, into.system.interfaces));

  const bool ask_all = reading.memo.interface_properties.due(reading.now);
  const std::vector<Interface>& old = reading.previous.system.interfaces.each;
  std::size_t position = 0;
  for (Interface& interface : into.system.interfaces.each) {
    const Interface* before = find_from(old, position, interface.name);
    const bool is_stale_one = before != nullptr && is_stale(reading, *before, interface);
    if (is_stale_one && names_a_file(interface.name.view())) {
      interface.identity = ask_identity(reading, interface.name.view());
      if (compare(before->identity, interface.identity) == Sameness::kOther) before = nullptr;
    }
    if (ask_all || before == nullptr) {
      ask_properties(reading, interface);
    } else {
      if (!is_stale_one) interface.identity = before->identity;
      interface.type = before->type;
      interface.speed = before->speed;
      interface.full_duplex = before->full_duplex;
    }
    interface.previous_speed = before == nullptr ? interface.speed : before->speed;
  }
  return {};
}

}  // namespace proctape
