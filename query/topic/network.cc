// SPDX-License-Identifier: Apache-2.0
#include "query/topic/network.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/text/size_text.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/elapsed.h"
#include "query/measure/task_groups.h"
#include "query/topic/device_tables.h"
#include "query/topic/network_figures.h"
#include "query/topic/series_topic.h"
#include "query/topic/system_tables.h"
#include "query/topic/task_columns.h"

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

constexpr TaskColumn kProcessColumns[] = {
    {{"pid", "pid", ColumnUnit::kCount, "process id"},
     [](const TaskRow& row) { return Value(double(row.use.pid)); }},
    {{"user", "user", ColumnUnit::kText, "effective user"},
     [](const TaskRow& row) { return Value(user_text(row.use.uid, row.question)); }},
    {{"received", "in/s", ColumnUnit::kBytesPerSecond, "received by TCP and UDP"},
     [](const TaskRow& row) { return Value(row.use.received / row.seconds); }},
    {{"sent", "out/s", ColumnUnit::kBytesPerSecond, "sent by TCP and UDP"},
     [](const TaskRow& row) { return Value(row.use.sent / row.seconds); }},
    {{"received_total", "in", ColumnUnit::kBytes, "received in the period"},
     [](const TaskRow& row) { return Value(row.use.received); }},
    {{"sent_total", "out", ColumnUnit::kBytes, "sent in the period"},
     [](const TaskRow& row) { return Value(row.use.sent); }},
    {{"container", "container", ColumnUnit::kText, "name or short id of its container or pod",
      true},
     [](const TaskRow& row) { return text_value(row.use.container); }},
    {{"name", "name", ColumnUnit::kText, "name of the program"},
     [](const TaskRow& row) { return text_value(row.use.name); }},
};

class NetworkTopic : public SeriesTopic {
 public:
  explicit NetworkTopic(const Question& question) : SeriesTopic(question) {}

  std::vector<Table> answer() const override {
    Table interfaces = table_of_interfaces("interfaces", "Network interfaces",
                                           devices_.interfaces(), DevicesShown::kAll);
    if (series().seconds() == 0) interfaces.if_empty = "no interval was recorded";
    Table measures = breakdown("measures", "Mean and worst", series(), kOfNetwork);
    add_figures(figures_, measures);
    measures.notes = notes_on_network(series(), devices_);
    const std::span<const PortColumn> columns(kPortColumns);
    Table ports = table_of("infiniband", "InfiniBand ports", columns);
    for (const PortUse& use : ports_) ports.rows.push_back(values_of(use, columns));
    ports.if_empty = "none";
    return {std::move(interfaces), std::move(measures), std::move(ports), table_of_processes()};
  }

 private:
  void add(const Host& host, const Sample& sample) override {
    figures_.add(sample);
    tells_of_tasks_ = sample.netatop && !sample.since_boot;
    if (tells_of_tasks_) {
      cgroups_.next(sample);
      processes_.begin(host, sample, cgroups_);
      task_seconds_ += seconds_of(sample);
    }
    if (sample.since_boot) return;
    const double seconds = seconds_of(sample);
    devices_.add(sample.system, seconds, bounded(sample.time));
    for (const InfinibandPort& port : sample.system.infiniband.ports) add_port(port, sample);
  }

  void add_task(const Task& task) override {
    if (tells_of_tasks_) processes_.take(task);
  }
  void finish() override {
    if (tells_of_tasks_) processes_.end();
  }

  Table table_of_processes() const {
    const std::span<const TaskColumn> columns(kProcessColumns);
    Table table = table_of("processes", "Processes that sent or received", columns);
    table.most_of = "sent";
    table.if_empty = task_seconds_ > 0
                         ? "none"
                         : "what processes send and receive was not recorded (`network` of the "
                           "configuration)";
    std::vector<const TaskUse*> uses = processes_.all();
    std::erase_if(uses, [](const TaskUse* use) { return use->received + use->sent == 0; });
    Amount all;
    for (const TaskUse* use : uses) {
      table.rows.push_back(values_of(TaskRow{*use, task_seconds_, question()}, columns));
      all.in += use->received;
      all.out += use->sent;
    }
    table.sort(table.find("sent"));
    if (!uses.empty()) table.notes.push_back(remainder_text(all));
    return table;
  }

  // Traffic within the machine goes over the loopback interface, and counts for both ends.
  std::string remainder_text(const Amount& of_processes) const {
    Amount all;
    for (const InterfaceUse& use : devices_.interfaces()) {
      const bool counts =
          use.device_class == DeviceClass::kReal || use.device_class == DeviceClass::kOwn;
      if (!counts) continue;
      all.in += use.received;
      all.out += use.sent;
    }
    const auto both = [](double in, double out) {
      return size_text(std::max(in, 0.0)) + " in and " + size_text(std::max(out, 0.0)) + " out";
    };
    return "Of " + both(all.in, all.out) +
           " by real interfaces and within the machine, these processes account for " +
           both(of_processes.in, of_processes.out) + "; the rest, " +
           both(all.in - of_processes.in, all.out - of_processes.out) +
           ", is headers, what is sent again or forwarded, and what the kernel and others send.";
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
  CgroupPaths cgroups_;
  TaskGroups processes_{GroupBy::kProcess};
  bool tells_of_tasks_ = false;  // this sample
  double task_seconds_ = 0;      // of such samples
};

}  // namespace

std::unique_ptr<Topic> network_topic(const Question& question) {
  return std::make_unique<NetworkTopic>(question);
}

}  // namespace proctape
