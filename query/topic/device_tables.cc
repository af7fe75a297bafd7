// SPDX-License-Identifier: Apache-2.0
#include "query/topic/device_tables.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace proctape {
namespace {

double ratio(double amount, double of) { return of > 0 ? amount / of : kNotKnown; }

// Nothing of what never did anything.
Value when(Seconds time) {
  return time.value == 0 ? Value{} : Value(static_cast<double>(time.value));
}

using DiskColumn = ColumnOf<DiskUse>;
constexpr DiskColumn kDiskColumns[] = {
    {{"disk", "disk", ColumnUnit::kText, "name of the device"},
     [](const DiskUse& use) { return Value(use.name); }},
    {{"class", "class", ColumnUnit::kText,
      "real, or stacked: its I/O is also that of other devices of the list", true},
     [](const DiskUse& use) { return Value(std::string(to_string(use.device_class))); }},
    {{"busy", "busy %", ColumnUnit::kPercent, "of the time: it had something to do"},
     [](const DiskUse& use) { return Value(std::min(100 * ratio(use.busy, use.seconds), 100.0)); }},
    {{"busy_peak", "peak %", ColumnUnit::kPercent, "the same in the interval with most"},
     [](const DiskUse& use) { return Value(use.busy_peak); }},
    {{"peak_time", "when", ColumnUnit::kTime, "end of that interval"},
     [](const DiskUse& use) { return when(use.busy_peak_time); }},
    {{"reads", "reads/s", ColumnUnit::kPerSecond, "requests to read"},
     [](const DiskUse& use) { return Value(ratio(use.reads, use.seconds)); }},
    {{"read", "read/s", ColumnUnit::kBytesPerSecond, "bytes read"},
     [](const DiskUse& use) { return Value(ratio(use.read, use.seconds)); }},
    {{"writes", "writes/s", ColumnUnit::kPerSecond, "requests to write"},
     [](const DiskUse& use) { return Value(ratio(use.writes, use.seconds)); }},
    {{"written", "written/s", ColumnUnit::kBytesPerSecond, "bytes written"},
     [](const DiskUse& use) { return Value(ratio(use.written, use.seconds)); }},
    {{"discarded", "discarded/s", ColumnUnit::kBytesPerSecond, "bytes discarded", true},
     [](const DiskUse& use) { return Value(ratio(use.discarded, use.seconds)); }},
    {{"latency", "ms each", ColumnUnit::kMilliseconds, "how long a request took, waiting included"},
     [](const DiskUse& use) {
       return Value(1000 * ratio(use.queue_time, use.reads + use.writes));
     }},
    {{"latency_peak", "ms peak", ColumnUnit::kMilliseconds,
      "the same in the interval in which it took longest"},
     [](const DiskUse& use) { return Value(use.latency_peak); }},
    {{"queue", "queue", ColumnUnit::kNumber, "requests under way"},
     [](const DiskUse& use) { return Value(ratio(use.queue_time, use.seconds)); }},
    {{"size", "bytes each", ColumnUnit::kBytes, "mean size of a request", true},
     [](const DiskUse& use) {
       return Value(ratio(use.read + use.written, use.reads + use.writes));
     }},
};

using InterfaceColumn = ColumnOf<InterfaceUse>;
constexpr InterfaceColumn kInterfaceColumns[] = {
    {{"interface", "interface", ColumnUnit::kText, "name of the interface"},
     [](const InterfaceUse& use) { return Value(use.name); }},
    {{"class", "class", ColumnUnit::kText,
      "real; stacked on others of the list; virtual, with no hardware; loopback"},
     [](const InterfaceUse& use) { return Value(std::string(to_string(use.device_class))); }},
    {{"received", "in/s", ColumnUnit::kBytesPerSecond, "bytes received"},
     [](const InterfaceUse& use) { return Value(ratio(use.received, use.seconds)); }},
    {{"sent", "out/s", ColumnUnit::kBytesPerSecond, "bytes sent"},
     [](const InterfaceUse& use) { return Value(ratio(use.sent, use.seconds)); }},
    {{"received_peak", "in peak", ColumnUnit::kBytesPerSecond,
      "bytes received in the interval with most"},
     [](const InterfaceUse& use) { return Value(use.received_peak); }},
    {{"sent_peak", "out peak", ColumnUnit::kBytesPerSecond, "bytes sent in the interval with most"},
     [](const InterfaceUse& use) { return Value(use.sent_peak); }},
    {{"peak_time", "when", ColumnUnit::kTime, "end of the interval with most of either"},
     [](const InterfaceUse& use) { return when(use.peak_time); }},
    {{"packets_received", "pkts in/s", ColumnUnit::kPerSecond, "packets received"},
     [](const InterfaceUse& use) { return Value(ratio(use.packets_received, use.seconds)); }},
    {{"packets_sent", "pkts out/s", ColumnUnit::kPerSecond, "packets sent"},
     [](const InterfaceUse& use) { return Value(ratio(use.packets_sent, use.seconds)); }},
    {{"errors", "errors", ColumnUnit::kCount, "packets that were broken"},
     [](const InterfaceUse& use) { return Value(use.errors); }},
    {{"drops", "drops", ColumnUnit::kCount, "packets that were dropped"},
     [](const InterfaceUse& use) { return Value(use.drops); }},
    {{"speed", "Mbit/s", ColumnUnit::kCount, "speed of the link, where it is known", true},
     [](const InterfaceUse& use) { return use.speed > 0 ? Value(use.speed / 1e6) : Value{}; }},
    {{"used", "used %", ColumnUnit::kPercent,
      "of the speed of the link, in the interval with most of either direction", true},
     [](const InterfaceUse& use) {
       constexpr double kBits = 8;
       return Value(100 * ratio(kBits * std::max(use.received_peak, use.sent_peak), use.speed));
     }},
};

template <typename Use, typename Columns, typename Of>
Table made_table(std::string_view name, std::string title, const std::vector<Use>& uses,
                 const Columns& columns, DevicesShown shown, Of of) {
  Table table = table_of<Use>(name, std::move(title), columns);
  std::vector<const Use*> sorted;
  for (const Use& use : uses) {
    if (shown == DevicesShown::kAll || of(use) > decltype(of(use)){}) sorted.push_back(&use);
  }
  std::ranges::stable_sort(sorted, std::greater{}, [&](const Use* use) { return of(*use); });
  for (const Use* use : sorted) {
    table.rows.push_back(values_of<Use>(*use, std::span<const ColumnOf<Use>>(columns)));
  }
  table.if_empty = shown == DevicesShown::kAll ? "none was recorded" : "none was used";
  return table;
}

}  // namespace

Table table_of_disks(std::string_view name, std::string title, const std::vector<DiskUse>& uses,
                     DevicesShown shown) {
  return made_table(name, std::move(title), uses, kDiskColumns, shown,
                    [](const DiskUse& use) { return std::pair(use.busy, use.reads + use.writes); });
}

Table table_of_interfaces(std::string_view name, std::string title,
                          const std::vector<InterfaceUse>& uses, DevicesShown shown) {
  return made_table(name, std::move(title), uses, kInterfaceColumns, shown,
                    [](const InterfaceUse& use) { return use.received + use.sent; });
}

}  // namespace proctape
