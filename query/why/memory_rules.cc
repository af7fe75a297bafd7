// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text/format.h"
#include "query/measure/elapsed.h"
#include "query/measure/exit_status.h"
#include "query/why/finders.h"
#include "query/why/words.h"

namespace proctape {
namespace {

// The cgroup with the smallest memory.max in which `path` lies; none if none has one.
const WatchedCgroup* limit_of(const Evidence& evidence, std::string_view path) {
  const WatchedCgroup* smallest = nullptr;
  if (path.empty()) return nullptr;
  for (const auto& [above, use] : evidence.cgroups()) {
    if (use.memory_max <= 0 || !lies_in(path, above)) continue;
    if (!smallest || use.memory_max < smallest->memory_max) smallest = &use;
  }
  return smallest;
}

// Those that grew over the period, and the largest.
std::vector<Party> growing(const Evidence& evidence, std::string_view cgroup) {
  constexpr double kGrown = 3;
  Blame blame;
  blame.use = [cgroup](const TaskUse& use) {
    if (!cgroup.empty() && !lies_in(use.cgroup, cgroup)) return 0.0;
    const double before = use.begun_unseen ? use.resident.first : 0;
    return use.resident.peak + kGrown * std::max(use.resident.peak - before, 0.0);
  };
  std::vector<Party> parties = blamed(evidence.processes(), evidence.programs(), blame);
  for (Party& party : parties) {
    double peak = 0, grown = 0;
    for (const TaskUse* use : evidence.programs().all()) {
      if (use->name != party.name) continue;
      peak = use->resident.peak;
      grown = use->resident.peak - (use->begun_unseen ? use->resident.first : 0);
    }
    if (party.pid != 0) {
      if (const TaskUse* use = evidence.process(party.pid)) {
        peak = use->resident.peak;
        grown = use->resident.peak - (use->begun_unseen ? use->resident.first : 0);
      }
    }
    party.description = "had up to " + size_words(peak);
    if (grown > 0) party.description += ", grew by " + size_words(grown);
  }
  return parties;
}

std::string memory_words(const Evidence& evidence, double bytes) {
  return size_words(bytes) + " (" +
         percent_words(100 * bytes / std::max(evidence.memory_total(), 1.0)) + ")";
}

}  // namespace

void find_oom_kills(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kOom, true)) {
    Finding finding = found(rule, Severity::kCritical, *episode, "exits");
    std::vector<const Death*> killed;
    // Within a sample the counter is read before, or after, what has ended.
    const Seconds around{std::llround(episode->interval) + 1};
    for (const Death& death : evidence.deaths()) {
      if (death.signal == kSigKill && death.time >= episode->from - around &&
          death.time <= episode->to + around) {
        killed.push_back(&death);
      }
    }
    std::ranges::stable_sort(
        killed, [](const Death* a, const Death* b) { return a->resident > b->resident; });
    const auto kills = static_cast<std::size_t>(std::clamp(episode->deaths + 0.5, 1.0, 1e6));
    if (killed.size() > kills) killed.resize(kills);
    finding.victims.clear();
    std::string cgroup;
    for (const Death* death : killed) {
      constexpr std::size_t kMost = 3;
      if (finding.victims.size() == kMost) break;
      Party party = death->party;
      party.description = "killed; it had up to " + size_words(death->resident);
      finding.victims.push_back(std::move(party));
      if (cgroup.empty()) cgroup = death->party.cgroup;
    }
    const WatchedCgroup* group = limit_of(evidence, cgroup);
    // What was killed had most; who else grew in the same place is named behind it.
    finding.culprits = finding.victims;
    auto others = growing(evidence, group ? std::string_view(group->path) : std::string_view());
    remove(finding.culprits, others);
    for (Party& party : others) {
      constexpr std::size_t kMost = 3;
      if (finding.culprits.size() < kMost) finding.culprits.push_back(std::move(party));
    }
    finding.sentence = formatted("The kernel killed {} for want of memory",
                                 count_words(episode->deaths, "process", "processes"));
    if (!finding.victims.empty()) {
      finding.sentence += ": " + name_of(finding.victims.front()) + ", which had up to " +
                          size_words(killed.front()->resident);
      const std::string& container = finding.victims.front().container;
      if (!container.empty()) finding.sentence += ", in container " + container;
    }
    if (group) {
      finding.sentence +=
          formatted("; cgroup {} may have {}", group->path, size_words(group->memory_max));
      finding.evidence.push_back(proof_of("cgroup_memory_max_bytes", group->memory_max, "bytes"));
      finding.evidence.push_back(proof_of("cgroup_memory_peak_bytes", group->memory_peak, "bytes"));
    } else {
      const double least = (*episode)[Measure::kMemoryAvailable].peak;
      finding.sentence += formatted("; {} of the host's memory was available at the least",
                                    memory_words(evidence, least));
      constexpr double kPlenty = 0.2;
      if (least > kPlenty * evidence.memory_total()) {
        finding.sentence += ": it was a limit of a cgroup that was reached";
      }
    }
    finding.sentence += '.';
    finding.evidence.push_back(proof_of("oom_kills", episode->deaths, "count"));
    finding.evidence.push_back(proof_of(evidence, *episode, Measure::kMemoryAvailable));
    findings.push_back(std::move(finding));
  }
}

void find_short_memory(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kMemory)) {
    const double full = (*episode)[Measure::kPressureMemoryFull].mean;
    Severity severity = *by_duration(evidence, episode->seconds);
    if (severity == Severity::kWarning && full >= rule.limits[4]) severity = Severity::kCritical;
    Finding finding = found(rule, severity, *episode, "memory");
    finding.culprits = growing(evidence, {});
    finding.sentence =
        formatted("Memory was short: {} were available at the least",
                  memory_words(evidence, (*episode)[Measure::kMemoryAvailable].peak));
    const double some = (*episode)[Measure::kPressureMemorySome].mean;
    if (!std::isnan(some)) {
      finding.sentence +=
          ", and tasks waited for memory for " + percent_words(some) + " of the time";
    }
    if (!finding.culprits.empty()) {
      const Party& first = finding.culprits.front();
      finding.sentence += "; " + name_of(first) + ' ' + first.description;
    }
    finding.sentence += '.';
    for (const Measure measure :
         {Measure::kMemoryAvailable, Measure::kPressureMemorySome, Measure::kPressureMemoryFull,
          Measure::kAllocationStalls, Measure::kPagesScanned, Measure::kSwapIn}) {
      if (!std::isnan((*episode)[measure].mean)) {
        finding.evidence.push_back(proof_of(evidence, *episode, measure));
      }
    }
    findings.push_back(std::move(finding));
  }
}

void find_swapping(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kSwap)) {
    const double in = used((*episode)[Measure::kSwapIn].mean);
    const double out = used((*episode)[Measure::kSwapOut].mean);
    Severity severity = *by_duration(evidence, episode->seconds);
    if (severity == Severity::kWarning && std::min(in, out) >= rule.limits[2]) {
      severity = Severity::kCritical;
    }
    Finding finding = found(rule, severity, *episode, "memory");
    finding.culprits = growing(evidence, {});
    finding.sentence = formatted(
        "{}/s were read from swap and {}/s written to it; {} of {} of swap were used",
        size_words(in), size_words(out), size_words(used((*episode)[Measure::kSwapUsed].peak)),
        size_words(evidence.swap_total()));
    if (!finding.culprits.empty()) {
      const Party& first = finding.culprits.front();
      finding.sentence += "; " + name_of(first) + ' ' + first.description;
    }
    finding.sentence += '.';
    for (const Measure measure : {Measure::kSwapIn, Measure::kSwapOut, Measure::kSwapUsed,
                                  Measure::kMemoryAvailable, Measure::kMajorFaults}) {
      finding.evidence.push_back(proof_of(evidence, *episode, measure));
    }
    findings.push_back(std::move(finding));
  }
}

void find_full_cgroups(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const auto& [path, use] : evidence.cgroups()) {
    if (use.near_limit <= 0) continue;
    const double waited = 100 * use.memory_waited / use.near_limit;
    if (waited < rule.limits[1] || !by_duration(evidence, use.near_limit)) continue;
    Finding finding = found(rule, Severity::kWarning, use.memory_from, use.memory_to);
    finding.culprits = growing(evidence, path);
    finding.victims = finding.culprits;
    finding.sentence = formatted(
        "Cgroup {} is at its memory limit: it had up to {} of {}, and its tasks waited for memory "
        "for {} of the time.",
        path, size_words(use.memory_peak), size_words(use.memory_max), percent_words(waited));
    finding.evidence = {proof_of("cgroup_memory_peak_bytes", use.memory_peak, "bytes"),
                        proof_of("cgroup_memory_max_bytes", use.memory_max, "bytes"),
                        proof_of("cgroup_memory_pressure_some_percent", waited, "percent")};
    finding.see = "cgroups";
    findings.push_back(std::move(finding));
  }
}

void find_leaks(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  constexpr std::size_t kLeastSamples = 10;
  constexpr double kQuarter = 0.25, kFifth = 0.2, kHalf = 0.5, kMinute = 60, kHour = 3600;
  const double whole_period = evidence.period().seconds();
  const double available = used(evidence.period_of(Measure::kMemoryAvailable));
  struct Leak {
    const Growth* growth;
    const TaskUse* use;
  };
  std::vector<Leak> leaks;
  for (const Growth& growth : evidence.growths()) {
    const double grown = growth.last - growth.first;
    const double seconds = static_cast<double>((growth.to - growth.from).value);
    if (growth.count < kLeastSamples || seconds < kHalf * whole_period) continue;
    if (grown < rule.limits[1] || grown < kQuarter * growth.first) continue;
    if (growth.fallen > kFifth * grown || growth.straightness() < rule.limits[0] / 100) continue;
    const TaskUse* use = evidence.process(growth.pid);
    // What has ended leaks no more, unless it was killed for it, which has a finding.
    if (!use || use->is_gone || growth.to < evidence.to()) continue;
    leaks.push_back({&growth, use});
  }
  std::ranges::sort(leaks, [](const Leak& a, const Leak& b) {
    const double grown_a = a.growth->last - a.growth->first;
    const double grown_b = b.growth->last - b.growth->first;
    return grown_a != grown_b ? grown_a > grown_b : a.growth->pid < b.growth->pid;
  });
  constexpr std::size_t kMost = 3;
  if (leaks.size() > kMost) leaks.resize(kMost);
  for (const auto& [each, process] : leaks) {
    const Growth& growth = *each;
    const TaskUse* use = process;
    const double grown = growth.last - growth.first;
    const double seconds = static_cast<double>((growth.to - growth.from).value);
    const WatchedCgroup* group = limit_of(evidence, use->cgroup);
    const bool is_group = group && group->memory_max < evidence.memory_total();
    const double whole = is_group ? group->memory_max : evidence.memory_total();
    const double left =
        is_group ? std::max(group->memory_max - group->memory_peak, 0.0) : available;
    if (grown < rule.limits[2] / 100 * whole) continue;
    const double speed = growth.per_second();
    const double hours = speed > 0 ? left / speed / kHour : 1e9;
    const bool matters = 100 * grown / std::max(whole, 1.0) >= rule.limits[3] ||
                         (seconds >= kMinute && hours <= rule.limits[4] && grown >= rule.limits[5]);
    Finding finding =
        found(rule, matters ? Severity::kWarning : Severity::kNote, growth.from, growth.to);
    finding.weight += grown / std::max(whole, grown) / 10;  // the largest first
    Party party = party_of(*use);
    party.description = "grew by " + size_words(grown);
    finding.sentence = formatted(
        "{} grew steadily from {} to {} in {}: {} an hour. At this speed the {} that {} left last "
        "for {}.",
        name_of(party), size_words(growth.first), size_words(growth.last), seconds_words(seconds),
        size_words(speed * kHour), size_words(left),
        is_group ? "its cgroup " + group->path + " has" : "the host has",
        seconds_words(hours * kHour));
    finding.culprits = {std::move(party)};
    finding.evidence = {proof_of("resident_bytes", growth.last, "bytes", growth.first),
                        proof_of("growth_bytes_per_second", speed, "bytes_per_second"),
                        proof_of("straightness", growth.straightness(), "fraction")};
    finding.see = "process " + std::to_string(growth.pid);
    findings.push_back(std::move(finding));
  }
}

}  // namespace proctape
