// SPDX-License-Identifier: Apache-2.0
#include "collector/collector.h"

#include <linux/capability.h>

#include <string>
#include <utility>

#include "base/capabilities.h"
#include "collector/cgroup/hierarchy.h"
#include "collector/host_info.h"
#include "collector/sources.h"
#include "sample/clear.h"
#include "sample/deviation/counter_bounds.h"
#include "sample/deviation/cpu_deviation.h"
#include "sample/deviation/deviation.h"
#include "sample/deviation/gauge_bounds.h"
#include "sample/known_elements.h"

namespace proctape {
namespace {

// Follows the clock when somebody sets it, as hosts without a battery do once they have a network,
// but not the small corrections of one that is right: starts of tasks would waver.
WallTime boot_time(WallTime known, WallTime now) {
  constexpr std::chrono::milliseconds kCorrection{500};
  return std::chrono::abs(now - known) < kCorrection ? known : now;
}

constexpr Capabilities kTracing{CAP_SYS_PTRACE};

// Of which, why, and what it costs.
Error io_denied(const TaskProblems& tasks, std::size_t of) {
  std::string text = "the kernel refuses /proc/PID/io of " + std::to_string(tasks.io_denied) +
                     " of " + std::to_string(of) + " processes and threads (the first is pid " +
                     std::to_string(tasks.first_denied) + ", " +
                     std::string(tasks.name_of_denied.view()) +
                     "): all but their disk I/O is recorded";
  if (!kTracing.in_use()) text += "; root, or CAP_SYS_PTRACE, would not be refused";
  return {Error::Kind::kDenied, std::move(text)};
}

}  // namespace

Result<Collector> Collector::open(const std::string& root, const TaskOptions& options,
                                  const Clock& clock) {
  auto fs = KernelFs::open(root);
  if (!fs) return std::move(fs.error());
  Host host = read_host(*fs);
  auto tasks = Tasks::open(*fs, host, options);
  if (!tasks) return std::move(tasks.error());
  CgroupSource cgroups(find_cgroup2(*fs));
  cgroups.set_redaction(options.redaction);
  return Collector(std::move(*fs), std::move(host), std::move(*tasks), std::move(cgroups), clock);
}

void Collector::update_node_name() { host_.node_name = read_node_name(fs_, buffer_); }

void Collector::watch_exits(ExitChoice choice) {
  exits_ = Exits::open(choice, fs_, host_, *clock_);
  exits_.set_redaction(tasks_.options().redaction);
}

void Collector::set_task_options(const TaskOptions& options) {
  tasks_.set_options(options);
  exits_.set_redaction(options.redaction);
  cgroups_.set_redaction(options.redaction);
}

void Collector::set_system_options(const SystemOptions& options) {
  if (!options.perf_counters) memo_.perf_counters = PerfCounters();
  if (options.gpu != system_options_.gpu || options.gpu_library != system_options_.gpu_library) {
    memo_.gpus = GpuMonitor(options.gpu_library);
  }
  system_options_ = options;
  absent_.clear();
}

// A module may be loaded, a file system mounted; once a minute is soon enough to notice.
bool Collector::is_absent(std::size_t source, SinceBoot now) const {
  return absent_[source] && now - *absent_[source] < std::chrono::minutes(1);
}

Result<> Collector::collect(const Snapshot& previous, Snapshot& into,
                            std::vector<SourceProblem>& problems) {
  problems.clear();
  into.taken_at = clock_->wall();
  into.since_boot = clock_->since_boot();
  into.booted = host_.boottime_offset;
  into.boot = boot_time(previous.boot, into.taken_at - into.since_boot);
  into.gpu = into.network = false;
  clear(into.system);
  Reading reading{fs_, buffer_, host_, previous, into.since_boot, memo_};
  Stopwatch watch;
  const auto sources = system_sources();
  absent_.resize(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Source& source = sources[i];
    if (source.option && !(system_options_.*source.option)) continue;
    if (is_absent(i, into.since_boot)) {
      problems.push_back({source.name, {Error::Kind::kMissing, {}}});
      continue;
    }
    auto read = source.read(reading, into);
    times_.system[i].add(watch.lap());
    absent_[i].reset();
    for (Error& note : reading.notes) {
      const bool left_out = note.kind == Error::Kind::kLeftOut;
      problems.push_back({left_out ? "not recorded" : source.name, std::move(note),
                          left_out ? reading.newly_left_out : std::string()});
    }
    reading.notes.clear();
    reading.newly_left_out.clear();
    if (read) continue;
    if (source.indispensable) return read;
    if (read.error().kind == Error::Kind::kMissing) {
      absent_[i] = into.since_boot;
    } else if (source.keep) {
      source.keep(previous.system, into.system);
    }
    problems.push_back({source.name, std::move(read.error())});
  }
  hold_to_bounds(into.system);
  const bool is_first = previous.taken_at == WallTime{};
  if (const auto impossible = hold_counters(is_first ? nullptr : &previous.system, into.system)) {
    problems.push_back({"counters",
                        {Error::Kind::kMalformed, "'" + std::string(impossible->name) + "' was " +
                                                      std::to_string(impossible->value) +
                                                      "; it stays as it was"}});
  }
  carry_known_elements(previous, into);
  if (const auto impossible = impossible_ticks(previous, into); impossible.any()) {
    problems.push_back(
        {"cpu times",
         {Error::Kind::kMalformed,
          "CPU " + std::to_string(impossible.cpu) + " got more time than has passed; " +
              std::to_string(impossible.ticks.value) + " ticks are left out"}});
  }
  // Thousands of processes take long enough for what ends meanwhile to fill the kernel's buffer.
  const auto drain = [this] { exits_.drain(); };
  if (auto read = tasks_.read(previous, into, drain); !read) return read;
  times_.tasks.add(watch.lap());
  if (into.gpu) memo_.gpus.add_uses(into);
  // After the tasks: who is missing among them has ended, and is told here.
  exits_.move_to(into);
  find_departed(previous, into);
  times_.exits.add(watch.lap());
  read_network(into, problems);
  times_.network.add(watch.lap());
  if (into.exits_lost > 0) {
    problems.push_back({"exits",
                        {Error::Kind::kIo, std::to_string(into.exits_lost) +
                                               " exited processes are missing in this sample: " +
                                               "they ended faster than they could be read"}});
  }
  read_cgroups(previous, into, problems);
  if (tasks_.options().cgroups) times_.cgroups.add(watch.lap());

  if (tasks_.failure()) problems.push_back({"tasks by BPF", *tasks_.failure()});
  const TaskProblems& tasks = tasks_.problems();
  if (tasks.first_malformed) problems.push_back({"tasks", *tasks.first_malformed});
  if (tasks.io_denied > 0) {
    problems.push_back({"task io", io_denied(tasks, into.tasks.size())});
  }
  if (tasks.host_names_refused) {
    problems.push_back({"host names",
                        {Error::Kind::kDenied,
                         "host names of UTS namespaces are left out: asking needs CAP_SYS_ADMIN"}});
  }
  for (const TaskProblems::Stuck& stuck : tasks.stuck) {
    problems.push_back({stuck.task, stuck.error});
  }
  if (tasks.too_many_stuck) {
    problems.push_back(
        {"stuck tasks",
         {Error::Kind::kIo,
          "so many do not answer that io, cmdline and smaps_rollup are read of none"}});
  }
  return {};
}

void Collector::read_network(Snapshot& into, std::vector<SourceProblem>& problems) {
  BpfTraffic* source = network_.source();
  if (!source) return;
  if (auto read = source->read(into); !read) {
    problems.push_back({"network use", std::move(read.error())});
  } else if (const Count lost = source->take_lost(); lost > 0) {
    problems.push_back(
        {"network use",
         {Error::Kind::kIo, "the kernel had no memory to count " + std::to_string(lost) +
                                " calls or ended processes"}});
  }
}

void Collector::read_cgroups(const Snapshot& previous, Snapshot& into,
                             std::vector<SourceProblem>& problems) {
  into.cgroup_v2 = host_.cgroup_v2;
  if (!tasks_.options().cgroups) {
    into.cgroups.clear();
    into.cgroup_pids.clear();
    return;
  }
  auto read = cgroups_.read(fs_, memo_.physical_disks, previous, into);
  if (!read) problems.push_back({"cgroups", std::move(read.error())});
}

}  // namespace proctape
