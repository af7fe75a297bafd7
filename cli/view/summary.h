// SPDX-License-Identifier: Apache-2.0
//
// What the samples of a log add up to: a row for each interval, and who used what over all
// of them. Since-boot samples tell how things are (load, memory), but not what happened in
// an interval: what they count is left out.
//
// Sums are kept in floating point: a damaged or forged log may hold any number, and here
// three digits are enough.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "cli/view/device_class.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task_visitor.h"

namespace proctape {

struct SummaryRow {
  Seconds time;             // end of the interval
  Seconds interval;         // since boot: the uptime
  double seconds = 0;       // how long it was really: what rates are of
  bool since_boot = false;  // the rates below are 0 then
  Seconds gap;              // before the interval, not recorded; more than a second or 0
  double cpu_busy = 0;      // ticks: neither idle, nor waiting for I/O, nor stolen
  double cpu_all = 0;
  float load = 0;          // of the last minute
  double memory_used = 0;  // bytes
  double memory_available = 0;
  double disk_read = 0;  // bytes; what is counted: Summary::disks_counted()
  double disk_written = 0;
  double received = 0;  // bytes; what is counted: Summary::interfaces_counted()
  double sent = 0;
  Count processes = 0;  // alive at the end
};

struct ProcessUse {
  Count pid = 0;
  Seconds started;
  std::string name;
  std::string command_line;
  double cpu = 0;       // ticks
  double read = 0;      // bytes, from disk
  double written = 0;   //
  double resident = 0;  // bytes, the most there were
  double swapped = 0;   //
};

struct DiskUse {
  std::string name;
  DeviceClass device_class = DeviceClass::kReal;  // of the last sample that had it
  double busy = 0;                                // milliseconds
  double reads = 0;
  double writes = 0;
  double read = 0;  // bytes
  double written = 0;
};

struct InterfaceUse {
  std::string name;
  DeviceClass device_class = DeviceClass::kReal;  // of the last sample that had it
  bool is_counted = false;                        // in the rows' sums
  double received = 0;                            // bytes
  double sent = 0;
  double packets = 0;
  double failures = 0;  // errors and drops
};

class Summary {
 public:
  // Of more processes than these, those with the least of everything are forgotten: a day of a
  // busy host has millions, and a crafted log any number. As many as any host runs at a time.
  static constexpr std::size_t kMostProcesses = 100'000;

  explicit Summary(const Host& host) : ticks_per_second_(host.ticks_per_second) {}

  void add(const Sample& sample);
  // With the tasks of `tasks` instead of sample.tasks: each is seen once.
  void add(const Sample& sample, TaskSource tasks);

  const std::vector<SummaryRow>& rows() const { return rows_; }
  // How long the intervals are together, those since boot left out.
  double seconds() const { return seconds_; }
  Count ticks_per_second() const { return ticks_per_second_; }
  // Of the last sample.
  Count cpus() const { return cpus_; }
  double memory() const { return memory_; }  // bytes
  // Whether disk I/O of processes was recorded.
  bool task_io() const { return task_io_; }

  // The `count` of all processes with the most of `use`, those with none left out.
  std::vector<ProcessUse> processes_by(double (*use)(const ProcessUse&), std::size_t count) const;
  std::vector<DiskUse> busiest_disks(std::size_t count) const;
  std::vector<DiskUse> busiest_volumes(std::size_t count) const;  // MD and device-mapper
  std::vector<InterfaceUse> busiest_interfaces(std::size_t count) const;

  // What the rows' sums are of, in all of them the same.
  Basis disks_counted() const { return disks_counted_; }
  Basis interfaces_counted() const { return interfaces_counted_; }
  // Disks that are left out of the sums, because others have the same I/O; and the interfaces that
  // are in them.
  std::vector<std::string> disks_of_others() const;
  std::vector<std::string> counted_interfaces() const;

 private:
  void add_row(const Sample& sample);
  void add_process(const Task& task, bool since_boot);
  void forget_the_least();
  void add_traffic(const System& system, SummaryRow& row);
  void add_devices(const System& system);
  ProcessUse& process(const TaskIdentity& identity);

  Count ticks_per_second_;
  Count cpus_ = 0;
  double memory_ = 0;
  bool task_io_ = false;
  double seconds_ = 0;
  std::vector<SummaryRow> rows_;
  struct Identity {
    Count pid;
    Count started;

    friend bool operator==(const Identity&, const Identity&) = default;
  };
  struct Hash {
    std::size_t operator()(const Identity& who) const {
      return static_cast<std::size_t>(who.pid) ^
             static_cast<std::size_t>(who.started) * 0x9E3779B97F4A7C15U;
    }
  };
  std::unordered_map<Identity, ProcessUse, Hash> processes_;
  std::vector<DiskUse> disks_;
  std::vector<DiskUse> volumes_;
  std::vector<InterfaceUse> interfaces_;
  Basis disks_counted_ = Basis::kNone;
  Basis interfaces_counted_ = Basis::kNone;
  DeviceClass counted_class_ = DeviceClass::kReal;  // of interfaces
};

// `rows` in about `count` rows, each for several of them that follow each other: the sum of
// what happened, and how things were at the end. Never across a since-boot sample or a gap.
std::vector<SummaryRow> folded(const std::vector<SummaryRow>& rows, std::size_t count);

}  // namespace proctape
