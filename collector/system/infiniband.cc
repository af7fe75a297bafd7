// SPDX-License-Identifier: Apache-2.0
#include "collector/system/infiniband.h"

#include <optional>

#include "base/nearest.h"
#include "base/text/hash.h"
#include "base/text/text.h"
#include "collector/kernel/device_name.h"
#include "collector/kernel/numbers.h"
#include "sample/same_element.h"

namespace proctape {
namespace {

constexpr const char* kControllers = "sys/class/infiniband";

struct Prefix {
  char letter;
  double megabits;
};
constexpr Prefix kPrefixes[] = {{'M', 1}, {'G', 1e3}, {'T', 1e6}};

std::optional<double> megabits(std::string_view unit) {
  for (const Prefix& prefix : kPrefixes) {
    if (unit.starts_with(prefix.letter)) return prefix.megabits;
  }
  return std::nullopt;
}

FoundInfinibandPort look_at(Reading& reading, const std::string& controller,
                            const std::string& ports, const std::string& number) {
  FoundInfinibandPort found;
  set_device_name(found.port.controller, controller);
  found.port.port = to_number(number).value_or(0);
  found.counters = ports + '/' + number + "/counters/";
  // Without a rate (being brought up, a driver that has none) the counters are there all the same.
  const std::string path = ports + '/' + number + "/rate";
  if (const auto text = reading.fs.read_line(path, reading.buffer)) {
    reading.note(parse_infiniband_rate(*text, path, found.port));
  } else if (text.error().kind != Error::Kind::kMissing) {
    reading.note(text.error());
  }
  // The controller's number is unique in the world, that of the port in the controller.
  Identity& identity = found.port.identity;
  identity.inode = reading.fs.sysfs_inode((ports + '/' + number).c_str());
  const std::string guid = std::string(kControllers) + '/' + controller + "/node_guid";
  if (const auto text = reading.fs.read_line(guid, reading.buffer)) {
    identity.number = hash_of(number, hash_of(*text));
  }
  return found;
}

Result<> look_for_ports(Reading& reading, std::vector<FoundInfinibandPort>& into) {
  into.clear();
  const auto controllers = reading.fs.list(kControllers);
  if (!controllers) return controllers.error();
  std::vector<std::string_view> names;  // by port
  for (const std::string& controller : *controllers) {
    const std::string ports = std::string(kControllers) + '/' + controller + "/ports";
    const auto numbers = reading.fs.list(ports);
    if (!numbers) continue;  // being plugged in or out
    for (const std::string& number : *numbers) {
      into.push_back(look_at(reading, controller, ports, number));
      names.push_back(controller);
    }
  }
  reading.memo.controller_names.shorten(
      into.size(), [&](std::size_t i) { return names[i]; },
      [&](std::size_t i) -> auto& { return into[i].port.controller; });
  return {};
}

}  // namespace

Result<> parse_infiniband_rate(std::string_view text, std::string_view path, InfinibandPort& into) {
  constexpr double kFastest = 1e12;  // Mbit/s; beyond is no rate
  auto rest = text;
  const auto value = to_float(next_word(rest));
  const auto unit = megabits(next_word(rest));
  auto lanes = next_word(rest);
  if (!value || !unit || !(*value >= 0) || *value * *unit > kFastest || !lanes.starts_with('(')) {
    return malformed(path, "'<rate> <unit> (<lanes>X <name>)'", text);
  }
  lanes.remove_prefix(1);
  into.rate = nearest(*value * *unit);
  into.lanes = to_number(lanes.substr(0, lanes.find_first_not_of("0123456789"))).value_or(0);
  return {};
}

Result<> read_infiniband(Reading& reading, Snapshot& into) {
  std::vector<FoundInfinibandPort>& known = reading.memo.infiniband_ports;
  if (reading.memo.infiniband.due(reading.now) || known.empty()) {
    if (auto found = look_for_ports(reading, known); !found) return found;
  }
  ElementSearch<InfinibandPort> search(reading.previous.system.infiniband.ports);
  for (const FoundInfinibandPort& found : known) {
    InfinibandPort& port = into.system.infiniband.ports.emplace_back(found.port);
    const InfinibandPort* before = search.before(port);
    // A counter that the port lacks reads "N/A" and stays 0, one that fails once as it was.
    const auto read = [&](const char* file, Count InfinibandPort::*member) {
      const auto number = read_number(reading.fs, found.counters + file, reading.buffer);
      port.*member = number ? *number : before != nullptr ? before->*member : 0;
    };
    read("port_rcv_data", &InfinibandPort::words_received);
    read("port_xmit_data", &InfinibandPort::words_sent);
    read("port_rcv_packets", &InfinibandPort::packets_received);
    read("port_xmit_packets", &InfinibandPort::packets_sent);
  }
  return {};
}

}  // namespace proctape
