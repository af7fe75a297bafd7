// SPDX-License-Identifier: Apache-2.0
#include "collector/system/infiniband.h"

#include <optional>

#include "base/nearest.h"
#include "base/text.h"
#include "collector/system/device_name.h"
#include "collector/system/numbers.h"

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

Result<FoundInfinibandPort> look_at(Reading& reading, const std::string& controller,
                                    const std::string& ports, const std::string& number) {
  FoundInfinibandPort found;
  set_device_name(found.port.controller, controller);
  found.port.port = to_number(number).value_or(0);
  found.counters = ports + '/' + number + "/counters/";
  const std::string path = ports + '/' + number + "/rate";
  const auto text = reading.fs.read_line(path, reading.buffer);
  if (!text) return text.error();
  if (auto parsed = parse_infiniband_rate(*text, path, found.port); !parsed) return parsed.error();
  return found;
}

Result<> look_for_ports(Reading& reading, std::vector<FoundInfinibandPort>& into) {
  into.clear();
  const auto controllers = reading.fs.list(kControllers);
  if (!controllers) return controllers.error();
  for (const std::string& controller : *controllers) {
    const std::string ports = std::string(kControllers) + '/' + controller + "/ports";
    const auto numbers = reading.fs.list(ports);
    if (!numbers) continue;  // being plugged in or out
    for (const std::string& number : *numbers) {
      auto found = look_at(reading, controller, ports, number);
      if (!found) return std::move(found.error());
      into.push_back(std::move(*found));
    }
  }
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
  std::vector<FoundInfinibandPort>& known = reading.caches.infiniband_ports;
  if (reading.caches.infiniband.due(reading.now) || known.empty()) {
    if (auto found = look_for_ports(reading, known); !found) return found;
  }
  for (const FoundInfinibandPort& found : known) {
    // A counter that the port lacks reads "N/A" and stays 0.
    const auto counter = [&](const char* file) -> Count {
      const auto number = read_number(reading.fs, found.counters + file, reading.buffer);
      return number ? *number : 0;
    };
    InfinibandPort& port = into.system.infiniband.ports.emplace_back(found.port);
    port.words_received = counter("port_rcv_data");
    port.words_sent = counter("port_xmit_data");
    port.packets_received = counter("port_rcv_packets");
    port.packets_sent = counter("port_xmit_packets");
  }
  return {};
}

}  // namespace proctape
