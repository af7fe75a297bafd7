// SPDX-License-Identifier: Apache-2.0
#include "query/measure/system_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "query/measure/cpu_shares.h"
#include "query/measure/elapsed.h"
#include "query/measure/fold.h"
#include "query/measure/over_time.h"

namespace proctape {
namespace {

// `possible_ticks`: of one CPU.
void add_cpus(const Cpus& cpus, double possible_ticks, SystemPoint& point) {
  const auto online = static_cast<double>(std::max<Count>(cpus.online, 1));
  const CpuShares all = cpu_shares(cpus.all.times, possible_ticks * online);
  point[Measure::kCpuBusy] = all.busy;
  point[Measure::kCpuUser] = all.user;
  point[Measure::kCpuNice] = all.nice;
  point[Measure::kCpuSystem] = all.system;
  point[Measure::kCpuIrq] = all.irq + all.softirq;
  point[Measure::kCpuIowait] = all.iowait;
  point[Measure::kCpuSteal] = all.steal;
  point[Measure::kCpuGuest] = all.guest;
  for (const Cpu& cpu : cpus.each) {
    double& busiest = point[Measure::kCpuBusiest];
    busiest = std::fmax(busiest, cpu_shares(cpu.times, possible_ticks).busy);
  }
}

void add_memory(const Memory& memory, SystemPoint& point) {
  double available = used(memory.available);
  if (available <= 0) {  // versions before 2.10 do not store it
    available = used(memory.free) + used(memory.buffers) + used(memory.cached) +
                used(memory.slab_reclaimable) - used(memory.shmem);
  }
  available = std::clamp(available, 0.0, used(memory.total));
  point[Measure::kMemoryAvailable] = available;
  point[Measure::kMemoryUsed] = used(memory.total) - available;
  point[Measure::kMemoryFree] = used(memory.free);
  point[Measure::kMemoryCache] = used(memory.cached) + used(memory.buffers);
  point[Measure::kMemorySlab] = used(memory.slab);
  point[Measure::kMemoryShmem] = used(memory.shmem);
  point[Measure::kMemoryDirty] = used(memory.dirty);
  point[Measure::kMemoryCommitted] = used(memory.committed);
  point[Measure::kSwapUsed] = used(used(memory.swap_total) - used(memory.swap_free));
}

void add_memory_rates(const Memory& memory, double page_size, SystemPoint& point) {
  const auto put = [&](Measure measure, Count count, double factor = 1) {
    if (count != kUnknown) point[measure] = used(count) * factor / point.seconds;
  };
  put(Measure::kSwapIn, memory.swap_ins, page_size);
  put(Measure::kSwapOut, memory.swap_outs, page_size);
  put(Measure::kPagesScanned, memory.pages_scanned);
  put(Measure::kPagesStolen, memory.pages_stolen);
  put(Measure::kAllocationStalls, memory.allocation_stalls);
  put(Measure::kOomKills, memory.oom_kills);
}

void add_pressure(const Pressure& pressure, SystemPoint& point) {
  if (!pressure.present) return;
  constexpr double kMicroseconds = 1e6;
  const auto put = [&](Measure measure, const Stall& stall) {
    point[measure] = std::min(100 * used(stall.total) / kMicroseconds / point.seconds, 100.0);
  };
  put(Measure::kPressureCpuSome, pressure.cpu_some);
  put(Measure::kPressureMemorySome, pressure.memory_some);
  put(Measure::kPressureMemoryFull, pressure.memory_full);
  put(Measure::kPressureIoSome, pressure.io_some);
  put(Measure::kPressureIoFull, pressure.io_full);
}

// What is counted task by task.
constexpr Measure kOfTasks[] = {Measure::kProcesses,  Measure::kThreads, Measure::kRunning,
                                Measure::kBlocked,    Measure::kZombies, Measure::kExits,
                                Measure::kMajorFaults};

}  // namespace

// All points tell of the same devices: once there is a real one, what virtual ones did before is
// none of it, nor what they do while the real ones are away.
void SystemSeries::follow(const Counted& now, Basis& basis, Measure in, Measure out,
                          SystemPoint& point) {
  if (now.basis == Basis::kReal && basis == Basis::kVirtual) {
    for (const Measure measure : {in, out}) {
      OverTime& over = over_[static_cast<std::size_t>(measure)] = {};
      for (SystemPoint& before : points_) {
        if (before.since_boot) continue;
        before[measure] = 0;
        over.add(0, before.seconds, before.time);
      }
    }
  }
  if (basis != Basis::kReal && now.basis != Basis::kNone) basis = now.basis;
  const bool is_same = now.basis == basis;
  point[in] = is_same ? now.amount.in / point.seconds : 0;
  point[out] = is_same ? now.amount.out / point.seconds : 0;
}

void SystemSeries::add_disks(const Disks& disks, SystemPoint& point) {
  follow(counted(disks), disks_counted_, Measure::kDiskRead, Measure::kDiskWritten, point);
  double& requests = point[Measure::kDiskRequests];
  double& busiest = point[Measure::kDiskBusiest];
  double& latency = point[Measure::kDiskLatency];
  double& queue = point[Measure::kDiskQueue];
  for (const Disk& disk : disks.physical) {
    if (class_of(disk, disks.physical) != DeviceClass::kReal) continue;
    const double done = used(disk.reads) + used(disk.writes);
    requests = std::fmax(requests, 0) + done / point.seconds;
    busiest = std::fmax(busiest, std::min(used(disk.busy) / 10 / point.seconds, 100.0));
    queue = std::fmax(queue, used(disk.queue_time) / 1000 / point.seconds);
    // A single slow request says nothing.
    if (done >= point.seconds) latency = std::fmax(latency, used(disk.queue_time) / done);
  }
}

void SystemSeries::add_interfaces(const std::vector<Interface>& interfaces, SystemPoint& point) {
  const Counted network = counted(interfaces);
  follow(network, interfaces_counted_, Measure::kNetReceived, Measure::kNetSent, point);
  if (network.basis == interfaces_counted_) interface_class_ = network.device_class;
  double packets = 0, errors = 0, drops = 0;
  for (const Interface& interface : interfaces) {
    if (class_of(interface, interfaces) != interface_class_) continue;
    packets += used(interface.packets_received) + used(interface.packets_sent);
    errors += used(interface.receive_errors) + used(interface.send_errors);
    drops += used(interface.receive_drops) + used(interface.send_drops);
  }
  point[Measure::kNetPackets] = packets / point.seconds;
  point[Measure::kNetErrors] = errors / point.seconds;
  point[Measure::kNetDrops] = drops / point.seconds;
}

void SystemSeries::begin(const Host& host, const Sample& sample) {
  const System& system = sample.system;
  SystemPoint point;
  point.values.fill(kNotKnown);
  point.time = bounded(sample.time);
  point.seconds = seconds_of(sample);
  point.since_boot = sample.since_boot;
  if (sample.since_boot) point.uptime = bounded(sample.interval);
  if (!points_.empty()) point.gap = gap_before(points_.back().time, sample);

  point[Measure::kLoad1] = static_cast<double>(system.cpus.load1);
  point[Measure::kLoad5] = static_cast<double>(system.cpus.load5);
  point[Measure::kLoad15] = static_cast<double>(system.cpus.load15);
  point[Measure::kTcpConnections] = used(system.protocols.tcp.curr_estab);
  for (const Measure counted : kOfTasks) point[counted] = 0;
  accounting_ = sample.accounting;
  add_memory(system.memory, point);
  if (!sample.since_boot) {
    const auto ticks = ticks_per_second(host);
    const auto put = [&](Measure measure, double count) { point[measure] = count / point.seconds; };
    add_cpus(system.cpus, point.seconds * ticks, point);
    put(Measure::kForks, used(system.cpus.forks));
    put(Measure::kContextSwitches, used(system.cpus.context_switches));
    put(Measure::kInterrupts, used(system.cpus.interrupts));
    put(Measure::kTcpRetransmits, used(system.protocols.tcp.retrans_segs));
    put(Measure::kUdpErrors,
        used(system.protocols.udpv4.in_errors) + used(system.protocols.udpv6.in_errors));
    add_memory_rates(system.memory, static_cast<double>(host.page_size), point);
    add_pressure(system.pressure, point);
    add_disks(system.disks, point);
    add_interfaces(system.interfaces.each, point);
  }
  points_.push_back(point);
}

void SystemSeries::take(const Task& task) {
  const TaskIdentity& identity = task.identity;
  if (!identity.is_process) return;
  SystemPoint& point = points_.back();
  point[Measure::kMajorFaults] += used(task.memory.major_faults);
  if (identity.state == TaskIdentity::kExited) {
    point[Measure::kExits] += 1;
    return;
  }
  point[Measure::kProcesses] += 1;
  point[Measure::kThreads] += used(identity.threads);
  point[Measure::kRunning] += used(identity.threads_running);
  point[Measure::kBlocked] += used(identity.threads_uninterruptible);
  if (identity.state == 'Z') point[Measure::kZombies] += 1;
}

void SystemSeries::end() {
  SystemPoint& point = points_.back();
  point[Measure::kMajorFaults] /= point.seconds;
  point[Measure::kExits] /= point.seconds;
  if (point.since_boot) point[Measure::kMajorFaults] = kNotKnown;
  if (point.since_boot || !accounting_) point[Measure::kExits] = kNotKnown;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    over_[i].add(point.values[i], point.since_boot ? 0 : point.seconds, point.time);
  }
  last_ = point;
  join();
}

namespace {

void join_point(const SystemPoint& point, SystemPoint& sum) {
  const double whole = sum.seconds + point.seconds;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    double& mean = sum.values[i];
    const double value = point.values[i];
    if (std::isnan(value)) continue;
    mean = std::isnan(mean) ? value : (mean * sum.seconds + value * point.seconds) / whole;
  }
  sum.seconds = whole;
  sum.time = point.time;
}

MeanAndPeak mean_and_peak_of(const OverTime& use, Measure measure) {
  const bool least = row_of(measure).worst_is_least;
  MeanAndPeak result;
  result.peak = least ? use.least() : use.peak();
  result.peak_time = least ? use.least_time() : use.peak_time();
  // Of levels of which no interval tells.
  result.mean = use.seconds() > 0 ? use.mean() : result.peak;
  if (use.seconds() > 0) result.total = use.sum();
  return result;
}

}  // namespace

// The last point is of the last sample alone.
void SystemSeries::join() {
  const auto last =
      std::span(std::as_const(points_)).last(std::min<std::size_t>(points_.size(), 2));
  const bool joins =
      in_last_ < joined_ &&
      joined_points(last, 2, Joins::kThoseThatFollow, join_point).size() < last.size();
  if (joins) {
    join_point(points_.back(), points_[points_.size() - 2]);
    points_.pop_back();
    ++in_last_;
    return;
  }
  in_last_ = 1;
  if (points_.size() <= most_points_) return;
  points_ =
      joined_points(std::span(std::as_const(points_)), 2, Joins::kThoseThatFollow, join_point);
  joined_ *= 2;
  in_last_ = joined_;  // the next sample begins a point
}

double SystemSeries::seconds() const {
  double sum = 0;
  for (const SystemPoint& point : points_) sum += point.since_boot ? 0 : point.seconds;
  return sum;
}

MeanAndPeak SystemSeries::mean_and_peak(Measure measure) const {
  return mean_and_peak_of(over_[static_cast<std::size_t>(measure)], measure);
}

std::vector<SystemPoint> folded(std::span<const SystemPoint> points, std::size_t count) {
  return joined_points(points, joined_together(points.size(), count), Joins::kThoseThatFollow,
                       join_point);
}

MeanAndPeak mean_and_peak(std::span<const SystemPoint> points, Measure measure) {
  OverTime use;
  for (const SystemPoint& point : points) {
    use.add(point[measure], point.since_boot ? 0 : point.seconds, point.time);
  }
  return mean_and_peak_of(use, measure);
}

}  // namespace proctape
