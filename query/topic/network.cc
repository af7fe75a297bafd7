// SPDX-License-Identifier: Apache-2.0
#include "query/topic/network.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "query/measure/elapsed.h"
#include "query/topic/device_tables.h"
#include "query/topic/network_figures.h"
#include "query/topic/series_topic.h"
#include "query/topic/system_tables.h"

namespace proctape {
namespace {

constexpr Measure kOfNetwork[] = {
    Measure::kNetReceived, Measure::kNetSent,        Measure::kNetPackets,     Measure::kNetErrors,
    Measure::kNetDrops,    Measure::kTcpConnections, Measure::kTcpRetransmits, Measure::kUdpErrors,
};

struct PortUse {
  std::string name;
  double rate = 0;  // bits per second
  double lanes = 0;
  double packets_received = 0;
  double packets_sent = 0;
  double seconds = 0;
  OverTime received, sent;  // bytes per second
};

using PortColumn = ColumnOf<PortUse>;
constexpr PortColumn kPortColumns[] = {
    {{"port", "port", ColumnUnit::kText, "name of the adapter and number of its port"},
     [](const PortUse& use) { return Value(use.name); }},
    {{"received", "in/s", ColumnUnit::kBytesPerSecond, "bytes received"},
     [](const PortUse& use) { return Value(use.received.mean()); }},
    {{"sent", "out/s", ColumnUnit::kBytesPerSecond, "bytes sent"},
     [](const PortUse& use) { return Value(use.sent.mean()); }},
    {{"received_peak", "in peak", ColumnUnit::kBytesPerSecond,
      "bytes received in the interval with most"},
     [](const PortUse& use) { return Value(use.received.peak()); }},
    {{"sent_peak", "out peak", ColumnUnit::kBytesPerSecond, "bytes sent in the interval with most"},
     [](const PortUse& use) { return Value(use.sent.peak()); }},
    {{"packets_received", "pkts in/s", ColumnUnit::kPerSecond, "packets received"},
     [](const PortUse& use) { return Value(use.packets_received / use.seconds); }},
    {{"packets_sent", "pkts out/s", ColumnUnit::kPerSecond, "packets sent"},
     [](const PortUse& use) { return Value(use.packets_sent / use.seconds); }},
    {{"lanes", "lanes", ColumnUnit::kCount, "lanes in use"},
     [](const PortUse& use) { return Value(use.lanes); }},
    {{"speed", "Mbit/s", ColumnUnit::kCount, "speed of the port"},
     [](const PortUse& use) { return use.rate > 0 ? Value(use.rate / 1e6) : Value{}; }},
};

class NetworkTopic : public SeriesTopic {
 public:
  explicit NetworkTopic(const Question& question) : SeriesTopic(question) {}

  std::vector<Table> answer() const override {
    Table interfaces = table_of_interfaces("interfaces", "Network interfaces",
                                           devices_.interfaces(), DevicesShown::kAll);
    if (series().seconds() == 0) interfaces.if_empty = "no interval was recorded";
    Table measures = breakdown("measures", "Mean and worst", series().points(), kOfNetwork);
    add_figures(figures_, measures);
    measures.notes = notes_on_network(series(), devices_);
    const std::span<const PortColumn> columns(kPortColumns);
    Table ports = table_of("infiniband", "InfiniBand ports", columns);
    for (const PortUse& use : ports_) ports.rows.push_back(values_of(use, columns));
    ports.if_empty = "none";
    return {std::move(interfaces), std::move(measures), std::move(ports)};
  }

 private:
  void add(const Host& /*host*/, const Sample& sample) override {
    figures_.add(sample);
    if (sample.since_boot) return;
    const double seconds = seconds_of(sample);
    devices_.add(sample.system, seconds, bounded(sample.time));
    for (const InfinibandPort& port : sample.system.infiniband.ports) add_port(port, sample);
  }

  void add_port(const InfinibandPort& port, const Sample& sample) {
    const std::string name = std::string(port.controller.view()) + '/' + std::to_string(port.port);
    auto found = std::ranges::find(ports_, name, &PortUse::name);
    if (found == ports_.end()) {
      // A crafted log has others in each sample.
      constexpr std::size_t kMostPorts = 1024;
      if (ports_.size() >= kMostPorts) return;
      ports_.push_back({.name = name});
      found = ports_.end() - 1;
    }
    constexpr double kBytesPerWord = 4;
    constexpr double kMegabit = 1e6;
    const double seconds = seconds_of(sample);
    const Seconds time = bounded(sample.time);
    found->received.add(used(port.words_received) * kBytesPerWord / seconds, seconds, time);
    found->sent.add(used(port.words_sent) * kBytesPerWord / seconds, seconds, time);
    found->packets_received += used(port.packets_received);
    found->packets_sent += used(port.packets_sent);
    found->seconds += seconds;
    found->lanes = used(port.lanes);
    found->rate = used(port.rate) * kMegabit;
  }

  DeviceUses devices_;
  Figures figures_{network_figures()};
  std::vector<PortUse> ports_;
};

}  // namespace

std::unique_ptr<Topic> network_topic(const Question& question) {
  return std::make_unique<NetworkTopic>(question);
}

}  // namespace proctape
