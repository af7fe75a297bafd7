// SPDX-License-Identifier: Apache-2.0
#include "query/why/episode.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text/format.h"
#include "query/why/words.h"

namespace proctape {
namespace {

DescriptionOf share_of(std::string_view what) {
  return [what](double, double share) { return percent_words(share) + " of " + std::string(what); };
}

// Those that waited, but for those that are the cause.
std::vector<Party> waiting(const Groups& groups, const UseOf& use, double seconds,
                           std::string_view what, const std::vector<Party>& culprits) {
  constexpr double kLeast = 0.02;  // of the time
  Blame blame;
  blame.use = [&](const TaskUse& task) { return is_among(culprits, task) ? 0 : use(task); };
  blame.least_share = 5;
  blame.least = kLeast * seconds;
  blame.description = [what](double waited, double) {
    return "waited " + seconds_words(waited) + ' ' + std::string(what);
  };
  return blamed(groups.processes, groups.programs, blame);
}

void add(std::vector<Party> more, std::vector<Party>& parties) {
  constexpr std::size_t kMost = 3;
  remove(parties, more);
  for (Party& party : more) {
    if (parties.size() < kMost) parties.push_back(std::move(party));
  }
}

void blame_cpu(const OpenEpisode& open, double cpus, Episode& episode) {
  const double busy = episode[Measure::kCpuBusy].mean;
  Blame blame;
  blame.use = [](const TaskUse& use) { return use.cpu(); };
  blame.whole = busy > 0 ? busy / 100 * cpus * open.seconds : 0;
  blame.description = share_of("the CPU time used");
  episode.culprits = blamed(*open.groups, blame);
  episode.victims = waiting(
      *open.groups, [](const TaskUse& use) { return use.run_delay; }, open.seconds, "for a CPU",
      episode.culprits);
}

void blame_steal(const OpenEpisode& open, Episode& episode) {
  Party party;
  party.name = "the hypervisor";
  party.description = "gave " + percent_words(episode[Measure::kCpuSteal].mean) +
                      " of this machine's CPU time to others";
  episode.culprits = {party};
  episode.victims =
      waiting(*open.groups, [](const TaskUse& use) { return use.cpu() + use.run_delay; },
              open.seconds, "or ran slowly", {});
}

void blame_memory(const OpenEpisode& open, Episode& episode) {
  // What grew counts most: what was always there was no problem before.
  Blame blame;
  constexpr double kGrown = 3;
  blame.use = [](const TaskUse& use) {
    const double before = use.begun_unseen ? use.resident.first + use.swap.first : 0;
    const double most = use.resident.peak + use.swap.peak;
    return most + kGrown * std::max(most - before, 0.0);
  };
  episode.culprits = blamed(open.groups->processes, open.groups->programs, blame);
  episode.victims = waiting(
      *open.groups, [](const TaskUse& use) { return use.block_io_delay + use.uninterruptible; },
      open.seconds, "for pages from disk", episode.culprits);
}

void blame_disk(const OpenEpisode& open, Episode& episode) {
  Blame blame;
  const bool writes = episode[Measure::kDiskWritten].mean >= episode[Measure::kDiskRead].mean;
  constexpr double kSmall = 0.1;  // the other direction is seldom what a disk is busy with
  blame.use = [writes](const TaskUse& use) {
    return writes ? use.written + kSmall * use.read : use.read + kSmall * use.written;
  };
  const double seconds = open.seconds;
  blame.description = [writes, seconds](double bytes, double share) {
    return (writes ? "wrote " : "read ") + size_words(bytes / seconds) + "/s, " +
           percent_words(share) + " of what processes did";
  };
  episode.culprits = blamed(*open.groups, blame);
  if (episode.culprits.empty()) {  // the I/O of tasks is not recorded: who waits most does most
    blame.use = [](const TaskUse& use) { return use.block_io_delay + use.uninterruptible; };
    blame.description = [](double waited, double) {
      return "waited " + seconds_words(waited) + " for the disk; its I/O was not recorded";
    };
    episode.culprits = blamed(*open.groups, blame);
  }
  episode.victims = waiting(
      *open.groups, [](const TaskUse& use) { return use.block_io_delay + use.uninterruptible; },
      open.seconds, "for the disk", episode.culprits);
  const auto busiest = std::ranges::max_element(open.devices.disks(), {}, &DiskUse::busy);
  if (busiest != open.devices.disks().end()) episode.disk = busiest->name;
}

void blame_network(const OpenEpisode& open, Episode& episode) {
  Blame blame;
  blame.use = [](const TaskUse& use) { return use.received + use.sent; };
  blame.description = share_of("the traffic of processes");
  episode.culprits = blamed(*open.groups, blame);
  if (episode.culprits.empty()) {
    // Those who do network do it in the kernel, and little else.
    blame.use = [](const TaskUse& use) {
      constexpr Count kThreadd = 2;  // the parent of threads of the kernel
      if (use.cpu() <= 0 || use.ppid == kThreadd) return 0.0;
      return use.system * use.system / use.cpu();
    };
    blame.description = [](double, double) {
      return std::string("most CPU time in the kernel; no traffic of processes was recorded");
    };
    blame.most = 2;
    episode.culprits = blamed(open.groups->processes, open.groups->programs, blame);
  }
  const auto lost = [&](const InterfaceUse& use) {
    return open.shortage == Shortage::kDrops ? use.drops + use.errors
                                             : use.packets_received + use.packets_sent;
  };
  const auto most = std::ranges::max_element(open.devices.interfaces(), {}, lost);
  if (most == open.devices.interfaces().end()) return;
  episode.interface = most->name;
  Party party;
  party.name = most->name;
  party.description = "interface with most of it";
  episode.culprits.push_back(std::move(party));
}

void blame_forks(const OpenEpisode& open, Episode& episode) {
  Blame blame;
  blame.use = [](const TaskUse& use) { return use.begun; };
  const double seconds = open.seconds;
  blame.description = [seconds](double begun, double) {
    return number_words(begun / seconds) + " began a second";
  };
  episode.culprits = blamed(*open.groups, blame);
  // Who made them: the parent of most.
  std::map<Count, double> parents;
  for (const TaskUse* use : open.groups->processes.all()) parents[use->ppid] += use->begun;
  const auto most = std::ranges::max_element(
      parents, [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != parents.end() && most->second > 0 && most->first > 1) {
    for (const TaskUse* use : open.groups->processes.all()) {
      if (use->pid != most->first || use->begun > 0) continue;
      Party parent = party_of(*use);
      parent.description = "their parent, " + number_words(most->second / seconds) + " a second";
      add({std::move(parent)}, episode.culprits);
      break;
    }
  }
  blame = {};
  blame.use = [](const TaskUse& use) { return use.cpu(); };
  blame.description = share_of("the CPU time used");
  add(blamed(open.groups->processes, open.groups->programs, blame), episode.culprits);
}

}  // namespace

Episode closed(const OpenEpisode& open, double cpus) {
  Episode episode;
  episode.from = open.from;
  episode.to = open.last;
  episode.seconds = open.seconds;
  episode.interval =
      open.seconds / static_cast<double>(std::max<std::size_t>(open.points.size(), 1));
  episode.out_segments = open.out_segments / std::max(open.seconds, 1e-3);
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    episode.measures[i] = mean_and_peak(open.points, static_cast<Measure>(i));
  }
  for (const SystemPoint& point : open.points) {
    const double kills = point[Measure::kOomKills];
    if (kills > 0) episode.deaths += kills * point.seconds;
  }
  switch (open.shortage) {
    case Shortage::kCpu:
      blame_cpu(open, cpus, episode);
      break;
    case Shortage::kSteal:
      blame_steal(open, episode);
      break;
    case Shortage::kMemory:
    case Shortage::kSwap:
    case Shortage::kOom:
      blame_memory(open, episode);
      break;
    case Shortage::kDisk:
      blame_disk(open, episode);
      break;
    case Shortage::kRetransmits:
    case Shortage::kDrops:
    case Shortage::kUdp:
      blame_network(open, episode);
      break;
    case Shortage::kForks:
      blame_forks(open, episode);
      break;
  }
  return episode;
}

}  // namespace proctape
