// SPDX-License-Identifier: Apache-2.0
#include "query/topic/cpus.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "query/measure/cpu_use.h"
#include "query/measure/elapsed.h"

namespace proctape {
namespace {

// One CPU, or all.
struct CpuRow {
  std::string name;
  CpuUse use;
  OverTime mhz;
  double max_mhz = 0;
  double instructions = 0;
  double cycles = 0;
  double online = 0;  // seconds
  double seconds = 0;
  bool is_online = false;   // at the end of the interval
  bool was_online = false;  // and of the one before
};

using CpuColumn = ColumnOf<CpuRow>;
constexpr CpuColumn kCpuColumns[] = {
    {{"cpu", "CPU", ColumnUnit::kText, "number of the CPU; all: the mean of those online"},
     [](const CpuRow& row) { return Value(row.name); }},
    {{"busy", "busy %", ColumnUnit::kPercent, "neither idle, nor waiting for I/O, nor stolen"},
     [](const CpuRow& row) { return Value(row.use.busy.mean()); }},
    {{"busy_peak", "peak %", ColumnUnit::kPercent, "the same in the interval with most"},
     [](const CpuRow& row) { return Value(row.use.busy.peak()); }},
    {{"peak_time", "when", ColumnUnit::kTime, "end of that interval"},
     [](const CpuRow& row) {
       return row.use.busy.is_known() ? Value(double(row.use.busy.peak_time().value)) : Value{};
     }},
    {{"user", "user %", ColumnUnit::kPercent, "in programs, those with a nice value aside"},
     [](const CpuRow& row) { return Value(row.use.user.mean()); }},
    {{"nice", "nice %", ColumnUnit::kPercent, "in programs with a nice value above 0"},
     [](const CpuRow& row) { return Value(row.use.nice.mean()); }},
    {{"system", "system %", ColumnUnit::kPercent, "in the kernel"},
     [](const CpuRow& row) { return Value(row.use.system.mean()); }},
    {{"irq", "irq %", ColumnUnit::kPercent, "in handlers of interrupts"},
     [](const CpuRow& row) { return Value(row.use.irq.mean()); }},
    {{"softirq", "softirq %", ColumnUnit::kPercent, "in deferred handlers of interrupts"},
     [](const CpuRow& row) { return Value(row.use.softirq.mean()); }},
    {{"iowait", "iowait %", ColumnUnit::kPercent, "idle while a disk was waited for"},
     [](const CpuRow& row) { return Value(row.use.iowait.mean()); }},
    {{"steal", "steal %", ColumnUnit::kPercent, "given to others by the hypervisor"},
     [](const CpuRow& row) { return Value(row.use.steal.mean()); }},
    {{"guest", "guest %", ColumnUnit::kPercent, "in virtual machines; part of user and nice"},
     [](const CpuRow& row) { return Value(row.use.guest.mean()); }},
    {{"idle", "idle %", ColumnUnit::kPercent, "with nothing to do"},
     [](const CpuRow& row) { return Value(row.use.idle.mean()); }},
    {{"mhz", "MHz", ColumnUnit::kNumber, "frequency, where it is known"},
     [](const CpuRow& row) { return Value(row.mhz.mean()); }},
    {{"max_mhz", "max MHz", ColumnUnit::kNumber, "the highest frequency it can have", true},
     [](const CpuRow& row) { return row.max_mhz > 0 ? Value(row.max_mhz) : Value{}; }},
    {{"instructions_per_cycle", "IPC", ColumnUnit::kNumber,
      "instructions in a cycle, if `perf_counters` was set", true},
     [](const CpuRow& row) {
       return row.cycles > 0 ? Value(row.instructions / row.cycles) : Value{};
     }},
    {{"online", "online %", ColumnUnit::kPercent,
      "of the time: it was online at the ends of intervals", true},
     [](const CpuRow& row) {
       return row.seconds > 0 ? Value(100 * row.online / row.seconds) : Value{};
     }},
};

// A CPU that came or went.
struct CpuChange {
  Seconds time;
  std::size_t cpu = 0;
  bool came = false;
};

using ChangeColumn = ColumnOf<CpuChange>;
constexpr ChangeColumn kChangeColumns[] = {
    {{"time", "time", ColumnUnit::kTime, "end of the interval in which it came or went"},
     [](const CpuChange& change) { return Value(double(change.time.value)); }},
    {{"cpu", "CPU", ColumnUnit::kText, "number of the CPU"},
     [](const CpuChange& change) { return Value(std::to_string(change.cpu)); }},
    {{"change", "", ColumnUnit::kText, "came online, or went offline"},
     [](const CpuChange& change) {
       return Value(std::string(change.came ? "came online" : "went offline"));
     }},
};

// The CPU's number. Until log version 2.12 they stand one after another there, each with its
// number; logs of atop have holes in place of offline ones, and no numbers behind these.
std::size_t place_of(const std::vector<Cpu>& each, std::size_t i) {
  constexpr Count kMost = 1 << 14;
  const auto number = static_cast<std::size_t>(each[i].number);
  return each[i].number >= 0 && each[i].number < kMost && number >= i ? number : i;
}
bool is_online(const Cpu& cpu, std::size_t place) {
  const bool is_hole = static_cast<std::size_t>(cpu.number) != place && cpu.times == CpuTimes{};
  return cpu.online && !is_hole;
}

// Of more than these of a period nobody wants each.
constexpr std::size_t kMostChanges = 10'000;

class CpusTopic : public Topic {
 public:
  void begin(const Host& host, const Sample& sample) override;
  void take(const Task& /*task*/, bool /*is_meant*/) override {}
  void end() override {}
  std::vector<Table> answer() const override;

 private:
  void note_changes(Seconds time);

  CpuRow all_{.name = "all"};
  std::vector<CpuRow> rows_;  // by number
  std::vector<CpuChange> changes_;
  std::size_t samples_ = 0;
};

void add_to_row(const Cpu& cpu, double possible_ticks, const Sample& sample, CpuRow& row) {
  const double seconds = sample.since_boot ? 0 : seconds_of(sample);
  const Seconds time = bounded(sample.time);
  if (!sample.since_boot) row.use.add(cpu_shares(cpu.times, possible_ticks), seconds, time);
  row.instructions += sample.since_boot ? 0 : used(cpu.instructions);
  row.cycles += sample.since_boot ? 0 : used(cpu.cycles);
  const CpuFrequency& frequency = cpu.frequency;
  // Of 32 bits at most: a crafted log may have any.
  constexpr double kHighest = 1e6;
  const double mhz = used(frequency.mhz) / std::max(used(frequency.ticks), 1.0);
  if (mhz > 0 && mhz < kHighest && !(sample.since_boot && frequency.ticks.value > 0)) {
    row.mhz.add(mhz, seconds, time);
  }
  row.max_mhz = std::max(row.max_mhz, used(frequency.max_mhz));
}

void CpusTopic::begin(const Host& host, const Sample& sample) {
  ++samples_;
  const Cpus& cpus = sample.system.cpus;
  const double seconds = seconds_of(sample);
  const double possible = seconds * ticks_per_second(host);
  const auto online = static_cast<double>(std::max<Count>(cpus.online, 1));
  add_to_row(cpus.all, possible * online, sample, all_);
  for (CpuRow& row : rows_) {
    row.was_online = row.is_online;
    row.is_online = false;
  }
  OverTime mhz;
  for (std::size_t i = 0; i < cpus.each.size(); ++i) {
    const Cpu& cpu = cpus.each[i];
    const std::size_t place = place_of(cpus.each, i);
    while (rows_.size() <= place) rows_.push_back({.name = std::to_string(rows_.size())});
    CpuRow& row = rows_[place];
    if (!is_online(cpu, place)) continue;
    row.is_online = true;
    add_to_row(cpu, possible, sample, row);
    mhz.add(row.mhz.last(), 1, {});
    if (!sample.since_boot) row.online += seconds;
  }
  all_.mhz.add(mhz.mean(), sample.since_boot ? 0 : seconds, bounded(sample.time));
  note_changes(bounded(sample.time));
  if (sample.since_boot) return;
  all_.online = all_.seconds += seconds;
  for (CpuRow& row : rows_) row.seconds = all_.seconds;
}

void CpusTopic::note_changes(Seconds time) {
  if (samples_ == 1) return;
  for (std::size_t i = 0; i < rows_.size() && changes_.size() < kMostChanges; ++i) {
    const CpuRow& row = rows_[i];
    if (row.is_online != row.was_online) changes_.push_back({time, i, row.is_online});
  }
}

std::vector<Table> CpusTopic::answer() const {
  const std::span<const CpuColumn> columns(kCpuColumns);
  Table table = table_of("cpus", "CPUs (100 % is the CPU; of all: all CPUs)", columns);
  table.rows.push_back(values_of(all_, columns));
  for (const CpuRow& row : rows_) table.rows.push_back(values_of(row, columns));
  if (samples_ == 0) table.rows.clear();
  const bool was_one_away =
      std::ranges::any_of(rows_, [](const CpuRow& row) { return row.online < row.seconds; });
  if (was_one_away) table.columns[table.find("online")].wide = false;
  const std::span<const ChangeColumn> of_changes(kChangeColumns);
  Table changes = table_of("changes", "CPUs that came or went", of_changes);
  for (const CpuChange& change : changes_) changes.rows.push_back(values_of(change, of_changes));
  changes.if_empty = "none";
  if (changes_.size() >= kMostChanges) changes.notes.emplace_back("There were more.");
  return {std::move(table), std::move(changes)};
}

}  // namespace

std::unique_ptr<Topic> cpus_topic(const Question& /*question*/) {
  return std::make_unique<CpusTopic>();
}

}  // namespace proctape
