// SPDX-License-Identifier: Apache-2.0
#include "cli/view/summary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <utility>

#include "rawlog/file/record_check.h"

namespace proctape {
namespace {

template <typename U>
double real(Quantity<U> quantity) {
  return static_cast<double>(quantity.value);
}

// A difference below 0 is a sentinel or nonsense.
double used(double value) { return std::max(value, 0.0); }

// Of the interval; of damaged logs not as the record says.
double seconds_of(const Sample& sample) {
  const double whole = real(bounded(sample.interval));
  return std::max(whole + real(sample.beyond) / 1000, 0.001);
}

// What no interval covers between the row before and this one. A second may be due to rounding.
Seconds gap_before(const SummaryRow* previous, const SummaryRow& row) {
  if (!previous) return {};
  const Count begin = row.since_boot ? row.time.value : row.time.value - row.interval.value;
  const Seconds gap{begin - previous->time.value};
  return gap.value > 1 ? gap : Seconds{};
}

void fill_cpu(const Cpus& cpus, Count ticks_per_second, SummaryRow& row) {
  const CpuTimes& all = cpus.all.times;
  row.cpu_busy = used(real(all.user)) + used(real(all.nice)) + used(real(all.system)) +
                 used(real(all.irq)) + used(real(all.softirq));
  row.cpu_all =
      row.cpu_busy + used(real(all.idle)) + used(real(all.iowait)) + used(real(all.steal));
  // atop stores the whole time since boot where the kernel took back a tick of idle time.
  const double possible = row.seconds * static_cast<double>(ticks_per_second) *
                          static_cast<double>(std::max<Count>(cpus.online, 1));
  if (row.cpu_all > 2 * possible) row.cpu_all = std::max(possible, row.cpu_busy);
}

void fill_memory(const Memory& memory, SummaryRow& row) {
  double available = real(memory.available);
  if (available <= 0) {  // versions before 2.10 do not store it
    available = used(real(memory.free)) + used(real(memory.buffers)) + used(real(memory.cached)) +
                used(real(memory.slab_reclaimable)) - used(real(memory.shmem));
  }
  row.memory_available = std::clamp(available, 0.0, used(real(memory.total)));
  row.memory_used = used(real(memory.total)) - row.memory_available;
}

template <typename Use>
Use& named(std::vector<Use>& uses, std::string_view name) {
  const auto found = std::ranges::find(uses, name, &Use::name);
  if (found != uses.end()) return *found;
  uses.push_back({});
  uses.back().name = name;
  return uses.back();
}

template <typename Use, typename Of>
std::vector<Use> most(std::vector<Use> uses, std::size_t count, Of of) {
  std::erase_if(uses, [&](const Use& use) { return !(of(use) > decltype(of(use)){}); });
  std::ranges::stable_sort(uses, std::greater{}, of);
  if (uses.size() > count) uses.resize(count);
  return uses;
}

}  // namespace

void Summary::add(const Sample& sample) {
  add(sample, [&](TaskVisitor visit) {
    for (const Task& task : sample.tasks) visit(task);
  });
}

void Summary::add(const Sample& sample, TaskSource tasks) {
  add_row(sample);
  cpus_ = sample.system.cpus.online;
  memory_ = used(real(sample.system.memory.total));
  task_io_ = task_io_ || sample.task_io;
  tasks([&](const Task& task) {
    if (!task.identity.is_process) return;
    if (task.identity.state != TaskIdentity::kExited) ++rows_.back().processes;
    add_process(task, sample.since_boot);
  });
  if (sample.since_boot) return;
  seconds_ += seconds_of(sample);
  add_devices(sample.system);
}

void Summary::add_row(const Sample& sample) {
  SummaryRow row;
  row.time = bounded(sample.time);
  row.interval = bounded(sample.interval);
  row.seconds = seconds_of(sample);
  row.since_boot = sample.since_boot;
  row.gap = gap_before(rows_.empty() ? nullptr : &rows_.back(), row);
  row.load = sample.system.cpus.load1;
  fill_memory(sample.system.memory, row);
  if (!sample.since_boot) {
    fill_cpu(sample.system.cpus, ticks_per_second_, row);
    add_traffic(sample.system, row);
  }
  rows_.push_back(row);
}

// All rows tell of the same devices: once there is a real one, what virtual ones did before is none
// of it, nor what they do while the real ones are away.
void Summary::add_traffic(const System& system, SummaryRow& row) {
  const auto follow = [&](const Counted& now, Basis& basis, double SummaryRow::*in,
                          double SummaryRow::*out) {
    if (now.basis == Basis::kReal && basis == Basis::kVirtual) {
      for (SummaryRow& before : rows_) before.*in = before.*out = 0;
    }
    if (basis != Basis::kReal && now.basis != Basis::kNone) basis = now.basis;
    if (now.basis != basis) return;
    row.*in = now.amount.in;
    row.*out = now.amount.out;
  };
  follow(counted(system.disks), disks_counted_, &SummaryRow::disk_read, &SummaryRow::disk_written);
  const Counted network = counted(system.interfaces.each);
  follow(network, interfaces_counted_, &SummaryRow::received, &SummaryRow::sent);
  if (network.basis == interfaces_counted_) counted_class_ = network.device_class;
}

ProcessUse& Summary::process(const TaskIdentity& identity) {
  // The start time of one process may differ by a second between runs and in accounting.
  for (const Count difference : {0, -1, 1}) {
    const Identity who{identity.pid, bounded(identity.started).value + difference};
    if (const auto found = processes_.find(who); found != processes_.end()) return found->second;
  }
  if (processes_.size() >= kMostProcesses) forget_the_least();
  ProcessUse& use = processes_[{identity.pid, bounded(identity.started).value}];
  use.pid = identity.pid;
  use.started = identity.started;
  return use;
}

// Keeps those that have the most of something. Half are kept at most, so that this is seldom done.
void Summary::forget_the_least() {
  constexpr std::size_t kKeptOfEach = kMostProcesses / 6;
  using Use = double (*)(const ProcessUse&);
  constexpr std::array<Use, 3> kUses = {
      [](const ProcessUse& use) { return use.cpu; },
      [](const ProcessUse& use) { return use.read + use.written; },
      [](const ProcessUse& use) { return use.resident; },
  };
  std::array<double, kUses.size()> least{};
  std::vector<double> values;
  for (std::size_t i = 0; i < kUses.size(); ++i) {
    values.clear();
    for (const auto& [who, use] : processes_) values.push_back(kUses[i](use));
    const auto last = values.begin() + kKeptOfEach;
    std::ranges::nth_element(values, last, std::greater{});
    least[i] = *last;
  }
  std::erase_if(processes_, [&](const auto& process) {
    for (std::size_t i = 0; i < kUses.size(); ++i) {
      if (kUses[i](process.second) > least[i]) return false;
    }
    return true;
  });
}

void Summary::add_process(const Task& task, bool since_boot) {
  const double cpu = used(real(task.cpu.user)) + used(real(task.cpu.system));
  const double read = used(real(task.disk.read)) * kBytesPerSector;
  const double written = used(real(task.disk.written)) * kBytesPerSector;
  const double resident = used(real(task.memory.resident));
  const double swapped = used(real(task.memory.swap));
  // Thousands may come and go within an interval without leaving a trace.
  if (cpu + read + written + resident + swapped <= 0) return;

  ProcessUse& use = process(task.identity);
  use.name = task.identity.name;
  // An exited process has its own no longer.
  if (!task.identity.command_line.empty()) use.command_line = task.identity.command_line;
  use.resident = std::max(use.resident, resident);
  use.swapped = std::max(use.swapped, swapped);
  if (since_boot) return;
  use.cpu += cpu;
  use.read += read;
  use.written += written;
}

void Summary::add_devices(const System& system) {
  const auto add_disk = [](const Disk& disk, std::vector<DiskUse>& uses) -> DiskUse& {
    DiskUse& use = named(uses, disk.name);
    use.busy += used(real(disk.busy));
    use.reads += used(static_cast<double>(disk.reads));
    use.writes += used(static_cast<double>(disk.writes));
    use.read += used(real(disk.sectors_read)) * kBytesPerSector;
    use.written += used(real(disk.sectors_written)) * kBytesPerSector;
    return use;
  };
  for (const Disk& disk : system.disks.physical) {
    add_disk(disk, disks_).device_class = class_of(disk, system.disks.physical);
  }
  for (const std::vector<Disk>* list : {&system.disks.md, &system.disks.lvm}) {
    for (const Disk& disk : *list) add_disk(disk, volumes_).device_class = DeviceClass::kStacked;
  }
  const std::vector<Interface>& interfaces = system.interfaces.each;
  for (const Interface& interface : interfaces) {
    InterfaceUse& use = named(interfaces_, interface.name);
    use.device_class = class_of(interface, interfaces);
    use.is_counted = use.device_class == counted_class_;
    use.received += used(real(interface.received));
    use.sent += used(real(interface.sent));
    for (const Count count : {interface.packets_received, interface.packets_sent}) {
      use.packets += used(static_cast<double>(count));
    }
    for (const Count count : {interface.receive_errors, interface.receive_drops,
                              interface.send_errors, interface.send_drops}) {
      use.failures += used(static_cast<double>(count));
    }
  }
}

std::vector<ProcessUse> Summary::processes_by(double (*use)(const ProcessUse&),
                                              std::size_t count) const {
  std::vector<const ProcessUse*> all;  // they may be many
  for (const auto& [who, process] : processes_) {
    if (use(process) > 0) all.push_back(&process);
  }
  std::ranges::sort(all, [&](const ProcessUse* a, const ProcessUse* b) {
    const double of_a = use(*a);
    const double of_b = use(*b);
    if (of_a != of_b) return of_a > of_b;
    return std::pair(a->started, a->pid) < std::pair(b->started, b->pid);
  });
  std::vector<ProcessUse> most_used;
  for (const ProcessUse* process : std::span(all).first(std::min(count, all.size()))) {
    most_used.push_back(*process);
  }
  return most_used;
}

std::vector<DiskUse> Summary::busiest_disks(std::size_t count) const {
  return most(disks_, count,
              [](const DiskUse& d) { return std::pair(d.busy, d.reads + d.writes); });
}

std::vector<DiskUse> Summary::busiest_volumes(std::size_t count) const {
  return most(volumes_, count,
              [](const DiskUse& d) { return std::pair(d.busy, d.reads + d.writes); });
}

std::vector<std::string> Summary::disks_of_others() const {
  std::vector<std::string> names;
  for (const DiskUse& use : disks_) {
    if (use.device_class != DeviceClass::kReal) names.push_back(use.name);
  }
  return names;
}

std::vector<std::string> Summary::counted_interfaces() const {
  std::vector<std::string> names;
  for (const InterfaceUse& use : interfaces_) {
    if (use.is_counted) names.push_back(use.name);
  }
  return names;
}

std::vector<InterfaceUse> Summary::busiest_interfaces(std::size_t count) const {
  return most(interfaces_, count, [](const InterfaceUse& i) { return i.received + i.sent; });
}

std::vector<SummaryRow> folded(const std::vector<SummaryRow>& rows, std::size_t count) {
  const std::size_t together = (rows.size() + count - 1) / count;
  std::vector<SummaryRow> result;
  std::size_t in_last = 0;
  for (const SummaryRow& row : rows) {
    const bool joins = !result.empty() && in_last < together && !row.since_boot &&
                       !result.back().since_boot && row.gap.value == 0;
    if (!joins) {
      result.push_back(row);
      in_last = 1;
      continue;
    }
    ++in_last;
    const SummaryRow before = result.back();
    SummaryRow& sum = result.back() = row;
    sum.gap = before.gap;
    sum.interval += before.interval;
    sum.seconds += before.seconds;
    sum.cpu_busy += before.cpu_busy;
    sum.cpu_all += before.cpu_all;
    sum.disk_read += before.disk_read;
    sum.disk_written += before.disk_written;
    sum.received += before.received;
    sum.sent += before.sent;
  }
  return result;
}

}  // namespace proctape
