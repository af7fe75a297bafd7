// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text/format.h"
#include "query/measure/elapsed.h"
#include "query/why/finders.h"
#include "query/why/words.h"

namespace proctape {
namespace {

// "gcc (pid 7) used 80 % of the CPU time", of the first culprit.
std::string first_of(const std::vector<Party>& culprits, std::string_view did) {
  if (culprits.empty()) return {};
  const Party& first = culprits.front();
  std::string text = name_of(first);
  if (!first.container.empty() && first.container != first.name) {
    text += " of container " + first.container;
  }
  return text + std::string(did) + first.description;
}

}  // namespace

void find_cpu_saturation(const Evidence& evidence, const Rule& rule,
                         std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kCpu)) {
    const double busy = (*episode)[Measure::kCpuBusy].mean;
    const double running = (*episode)[Measure::kRunning].mean;
    const double waits = (*episode)[Measure::kPressureCpuSome].mean;
    Severity severity = *by_duration(evidence, episode->seconds);
    if (severity == Severity::kWarning && running >= rule.limits[3] * evidence.cpus()) {
      severity = Severity::kCritical;
    }
    Finding finding = found(rule, severity, *episode, "programs");
    finding.sentence = formatted("All {} were busy for {} of the time{}",
                                 count_words(evidence.cpus(), "CPU", "CPUs"), percent_words(busy),
                                 before_words(evidence, Measure::kCpuBusy));
    if (!std::isnan(waits)) {
      finding.sentence += ", and tasks waited for one for " + percent_words(waits) + " of it";
    }
    const std::string first = first_of(episode->culprits, " took ");
    if (!first.empty()) finding.sentence += ": " + first;
    finding.sentence += '.';
    for (const Measure measure : {Measure::kCpuBusy, Measure::kPressureCpuSome, Measure::kRunning,
                                  Measure::kLoad1, Measure::kCpuSystem, Measure::kCpuSteal}) {
      if (!std::isnan((*episode)[measure].mean)) {
        finding.evidence.push_back(proof_of(evidence, *episode, measure));
      }
    }
    findings.push_back(std::move(finding));
  }
}

void find_stolen_cpu(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kSteal)) {
    const double stolen = (*episode)[Measure::kCpuSteal].mean;
    Severity severity = *by_duration(evidence, episode->seconds);
    if (severity == Severity::kWarning && stolen >= rule.limits[1]) severity = Severity::kCritical;
    Finding finding = found(rule, severity, *episode, "cpus");
    finding.sentence = formatted(
        "The hypervisor gave {} of this machine's CPU time to others{}: whatever ran here was "
        "slower by that.",
        percent_words(stolen), before_words(evidence, Measure::kCpuSteal));
    finding.evidence.push_back(proof_of(evidence, *episode, Measure::kCpuSteal));
    finding.evidence.push_back(proof_of(evidence, *episode, Measure::kCpuBusy));
    findings.push_back(std::move(finding));
  }
}

void find_quotas(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const auto& entry : evidence.cgroups()) {
    const std::string& path = entry.first;
    const WatchedCgroup& use = entry.second;
    if (use.cpu_max <= 0 || use.at_quota < rule.limits[1]) continue;
    const double waited = 100 * use.cpu_waited / use.at_quota;
    if (waited < rule.limits[2]) continue;
    // The innermost group is the one whose quota it is.
    const bool is_outer = std::ranges::any_of(evidence.cgroups(), [&](const auto& other) {
      return other.first != path && lies_in(other.first, path) &&
             other.second.at_quota >= rule.limits[1] && other.second.cpu_max <= use.cpu_max;
    });
    if (is_outer) continue;
    Finding finding = found(rule, Severity::kWarning, use.quota_from, use.quota_to);
    const double used_percent = 100 * use.cpu_seconds / use.at_quota;
    const double host = evidence.period_of(Measure::kCpuBusy);
    finding.sentence = formatted(
        "Cgroup {} is throttled: it used {} of the {} of a CPU that its cpu.max allows, and its "
        "tasks waited for {} of the time, while the CPUs of the host were busy for {}.",
        path, percent_words(used_percent), percent_words(use.cpu_max), percent_words(waited),
        percent_words(host));
    Blame blame;
    blame.use = [&path](const TaskUse& task) {
      return lies_in(task.cgroup, path) ? task.cpu() : 0;
    };
    blame.description = [](double, double share) {
      return percent_words(share) + " of what the group used";
    };
    finding.culprits = blamed(evidence.processes(), evidence.programs(), blame);
    if (finding.culprits.empty()) {
      Party party;
      party.name = path.substr(path.rfind('/') + 1);
      party.cgroup = path;
      finding.culprits.push_back(std::move(party));
    }
    finding.victims = finding.culprits;
    finding.evidence = {proof_of("cgroup_cpu_percent", used_percent, "percent"),
                        proof_of("cgroup_cpu_max_percent", use.cpu_max, "percent"),
                        proof_of("cgroup_cpu_pressure_some_percent", waited, "percent"),
                        proof_of("seconds", use.at_quota, "seconds")};
    finding.see = "cgroups";
    findings.push_back(std::move(finding));
  }
}

void find_waits_while_idle(const Evidence& evidence, const Rule& rule,
                           std::vector<Finding>& findings) {
  std::vector<const IdleWait*> waits;
  for (const IdleWait& wait : evidence.idle_waits()) {
    if (wait.seconds >= rule.limits[3] && evidence.is_long(wait.seconds)) waits.push_back(&wait);
  }
  std::ranges::sort(waits,
                    [](const IdleWait* a, const IdleWait* b) { return a->waited > b->waited; });
  if (waits.empty()) return;
  // What has a finding of its own, by the limit of its cgroup.
  const bool is_known = std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.rule == rule_of(RuleId::kCpuQuota).id &&
           std::ranges::any_of(finding.culprits, [&](const Party& party) {
             return party.name == waits.front()->party.name;
           });
  });
  if (is_known) return;
  const IdleWait& first = *waits.front();
  Finding finding = found(rule, Severity::kWarning, first.from, first.to);
  const double waited = 100 * first.waited / first.seconds;
  finding.sentence = formatted(
      "{} waited for a CPU for {} of the time and ran for {}, though the CPUs of the host were "
      "busy for {} only: a CPU quota or an affinity holds it back.",
      name_of(first.party), percent_words(waited), percent_words(100 * first.cpu / first.seconds),
      percent_words(evidence.period_of(Measure::kCpuBusy)));
  constexpr std::size_t kMost = 3;
  constexpr double kMuch = 0.3;
  for (const IdleWait* wait : waits) {
    if (finding.culprits.size() == kMost || wait->waited < kMuch * first.waited) break;
    Party party = wait->party;
    party.description = "waited " + seconds_words(wait->waited) + " for a CPU";
    finding.culprits.push_back(std::move(party));
  }
  finding.victims = finding.culprits;
  finding.evidence = {proof_of("run_delay_percent", waited, "percent"),
                      proof_of("cpu_percent", evidence.period_of(Measure::kCpuBusy), "percent",
                               evidence.baseline_of(Measure::kCpuBusy))};
  finding.see = "cgroups";
  findings.push_back(std::move(finding));
}

void find_hogs(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  constexpr double kHalf = 0.5;
  const double whole = evidence.period().seconds();
  const double before = evidence.baseline().seconds();
  for (const TaskUse* use : evidence.processes().all()) {
    if (use->seconds < kHalf * whole || !evidence.is_long(use->seconds)) continue;
    const double percent = 100 * use->cpu() / use->seconds;
    if (percent < rule.limits[0]) continue;
    const TaskUse* same = evidence.program_before(use->name);
    const double percent_before = before > 0 ? (same ? 100 * same->cpu() / before : 0) : kNotKnown;
    if (percent_before >= percent * kHalf) continue;
    const double of_all = percent / evidence.cpus();
    // Already told where all CPUs are busy.
    const bool is_told = std::ranges::any_of(findings, [&](const Finding& finding) {
      return finding.rule == rule_of(RuleId::kCpuSaturated).id && is_among(finding.culprits, *use);
    });
    if (is_told) continue;
    const auto severity = of_all >= rule.limits[1] ? Severity::kWarning : Severity::kNote;
    Finding finding = found(rule, severity, use->seen_first, use->seen_last);
    Party party = party_of(*use);
    party.description = percent_words(percent) + " of one CPU";
    finding.sentence = formatted(
        "{} used {} of one CPU for {}: {} of all {}{}.", name_of(party), percent_words(percent),
        seconds_words(use->seconds), percent_words(of_all),
        count_words(evidence.cpus(), "CPU", "CPUs"),
        std::isnan(percent_before) ? "" : ", " + percent_words(percent_before) + " before");
    finding.culprits = {std::move(party)};
    finding.weight += of_all / 1000;
    finding.evidence = {proof_of("process_cpu_percent", percent, "percent", percent_before)};
    finding.see = "process " + std::to_string(use->pid);
    findings.push_back(std::move(finding));
  }
}

void find_fork_storms(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const Episode* episode : worst_of(evidence, Shortage::kForks)) {
    const double forks = (*episode)[Measure::kForks].mean;
    const double before = evidence.baseline_of(Measure::kForks);
    if (forks < rule.limits[1] * used(std::isnan(before) ? 0 : before)) continue;
    Finding finding = found(rule, *by_duration(evidence, episode->seconds), *episode, "programs");
    finding.sentence =
        formatted("{} processes and threads were made each second{}", number_words(forks),
                  std::isnan(before) ? "" : " (" + number_words(before) + " before)");
    if (!episode->culprits.empty()) {
      finding.sentence += ", most of them " + name_of(episode->culprits.front());
    }
    finding.sentence += '.';
    for (const Measure measure : {Measure::kForks, Measure::kExits, Measure::kCpuBusy,
                                  Measure::kCpuSystem, Measure::kContextSwitches}) {
      if (!std::isnan((*episode)[measure].mean)) {
        finding.evidence.push_back(proof_of(evidence, *episode, measure));
      }
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace proctape
