// SPDX-License-Identifier: Apache-2.0
#include "collector/collector.h"

#include "collector/host_info.h"
#include "collector/sources.h"

namespace proctape {

Result<Collector> Collector::open(const std::string& root, const TaskOptions& options,
                                  const Clock& clock) {
  auto fs = KernelFs::open(root);
  if (!fs) return std::move(fs.error());
  Host host = read_host(*fs);
  const WallTime boot = clock.wall() - clock.since_boot();
  auto tasks = ProcfsTasks::open(*fs, host, boot, options);
  if (!tasks) return std::move(tasks.error());
  return Collector(std::move(*fs), std::move(host), std::move(*tasks), clock);
}

Result<> Collector::collect(const Snapshot& previous, Snapshot& into,
                            std::vector<SourceProblem>& problems) {
  problems.clear();
  into.taken_at = clock_->wall();
  into.since_boot = clock_->since_boot();
  clear(into.system);
  Reading reading{fs_, buffer_, host_, previous, into.since_boot, caches_};
  for (const Source& source : system_sources()) {
    auto read = source.read(reading, into);
    if (read) continue;
    if (source.indispensable) return read;
    if (source.keep && read.error().kind != Error::Kind::kMissing) {
      source.keep(previous.system, into.system);
    }
    problems.push_back({source.name, std::move(read.error())});
  }
  if (auto read = tasks_.read(previous, into); !read) return read;

  const TaskProblems& tasks = tasks_.problems();
  if (tasks.first_malformed) problems.push_back({"tasks", *tasks.first_malformed});
  if (tasks.io_denied > 0) {
    problems.push_back({"task io",
                        {Error::Kind::kDenied,
                         "io of " + std::to_string(tasks.io_denied) + " tasks may not be read"}});
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

}  // namespace proctape
