// SPDX-License-Identifier: Apache-2.0
//
// Processes that end, multiply, or are not waited for.
#include <algorithm>
#include <cmath>

#include "base/text/format.h"
#include "query/measure/exit_status.h"
#include "query/why/finders.h"
#include "query/why/words.h"

namespace proctape {
namespace {

// Those after which the kernel dumps core: signal(7).
bool dumps_core(int signal) {
  constexpr std::array<int, 10> kCore = {3, 4, 5, 6, 7, 8, 11, 24, 25, 31};
  return std::ranges::find(kCore, signal) != kCore.end();
}

bool is_restart_loop(const Rule& rule, const Restarts& restarts) {
  const auto failed = static_cast<double>(restarts.failed);
  if (failed < rule.limits[0]) return false;
  if (100 * failed < rule.limits[1] * static_cast<double>(restarts.ended)) return false;
  // Begun again each time; the first may have been there before, the last may still be to come.
  if (restarts.begun + 2 < restarts.failed) return false;
  // Not one of many that work side by side.
  return static_cast<double>(restarts.at_once) <= rule.limits[2];
}

double mean_life(const Restarts& restarts) {
  return restarts.lived / static_cast<double>(std::max<Count>(restarts.ended, 1));
}

// As commands of scripts end that say no: test, grep, systemctl is-active.
bool ends_as_commands_do(const Restarts& restarts, double longest) {
  return restarts.by_signal == 0 && restarts.ppid != 1 && mean_life(restarts) < longest;
}

}  // namespace

void find_restart_loops(const Evidence& evidence, const Rule& rule,
                        std::vector<Finding>& findings) {
  std::vector<const Restarts*> loops;
  for (const auto& [key, restarts] : evidence.restarts()) {
    if (!is_restart_loop(rule, restarts)) continue;
    const bool is_service =
        !restarts.party.container.empty() || restarts.party.cgroup.ends_with(".service");
    const bool says_no = restarts.last_code == 1 && !is_service;
    if (says_no && ends_as_commands_do(restarts, rule.limits[4])) continue;
    loops.push_back(&restarts);
  }
  const auto is_script = [&](const Restarts& restarts) {
    return ends_as_commands_do(restarts, rule.limits[3]);
  };
  std::ranges::sort(loops, [&](const Restarts* a, const Restarts* b) {
    if (is_script(*a) != is_script(*b)) return is_script(*b);
    return a->failed != b->failed ? a->failed > b->failed : a->party.pid < b->party.pid;
  });
  constexpr std::size_t kMost = 3;
  if (loops.size() > kMost) loops.resize(kMost);
  for (const Restarts* loop : loops) {
    Finding finding =
        found(rule, is_script(*loop) ? Severity::kNote : Severity::kWarning, loop->from, loop->to);
    if (is_script(*loop)) finding.weight = 1;
    const std::string how = loop->by_signal > 0
                                ? "by " + signal_name(loop->last_signal)
                                : "with exit code " + std::to_string(loop->last_code);
    Party party = loop->party;
    finding.sentence = formatted(
        "{} ended {} times, {} of them with failure (the last {}), and was started again; it lived "
        "for {} on average.",
        party.name, loop->ended, loop->failed, how, seconds_words(mean_life(*loop)));
    party.processes = loop->ended;
    party.description = formatted("failed {} times", loop->failed);
    finding.culprits.push_back(std::move(party));
    if (const TaskUse* parent = evidence.process(loop->ppid); parent && parent->pid > 1) {
      Party by = party_of(*parent);
      by.description = "started it";
      finding.culprits.push_back(std::move(by));
    }
    finding.evidence = {
        proof_of("failures", static_cast<double>(loop->failed), "count"),
        proof_of("starts", static_cast<double>(loop->begun), "count"),
        proof_of("lived_seconds", mean_life(*loop), "seconds"),
        loop->by_signal > 0
            ? proof_of("signal", static_cast<double>(loop->last_signal), "number")
            : proof_of("exit_code", static_cast<double>(loop->last_code), "number")};
    finding.see = "exits";
    findings.push_back(std::move(finding));
  }
}

void find_crashes(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  struct Crash {
    const Death* death;
    std::size_t times;
  };
  std::vector<Crash> crashes;
  for (const Death& death : evidence.deaths()) {
    if (!dumps_core(death.signal) && death.signal != kSigKill) continue;
    const bool is_told = std::ranges::any_of(findings, [&](const Finding& finding) {
      const auto is_it = [&](const Party& party) { return party.pid == death.party.pid; };
      if (finding.rule == rule_of(RuleId::kOomKill).id) {
        return std::ranges::any_of(finding.victims, is_it);
      }
      return finding.rule == rule_of(RuleId::kRestartLoop).id &&
             finding.culprits.front().name == death.party.name;
    });
    if (is_told) continue;
    const auto same = std::ranges::find_if(crashes, [&](const Crash& crash) {
      return crash.death->party.name == death.party.name && crash.death->signal == death.signal;
    });
    constexpr std::size_t kMostKinds = 200;  // a crafted log has any number
    if (same == crashes.end()) {
      if (crashes.size() < kMostKinds) crashes.push_back({&death, 1});
    } else {
      ++same->times;
      if (death.lived > same->death->lived) same->death = &death;
    }
  }
  std::ranges::stable_sort(crashes, [](const Crash& a, const Crash& b) {
    const bool a_core = dumps_core(a.death->signal), b_core = dumps_core(b.death->signal);
    return a_core != b_core ? a_core : a.death->lived > b.death->lived;
  });
  constexpr std::size_t kMost = 5;
  if (crashes.size() > kMost) crashes.resize(kMost);
  for (const Crash& crash : crashes) {
    const Death& death = *crash.death;
    const bool is_bad = dumps_core(death.signal) && death.lived >= rule.limits[0];
    Finding finding =
        found(rule, is_bad ? Severity::kWarning : Severity::kNote, death.time, death.time);
    if (!is_bad) finding.weight = 12;
    Party party = death.party;
    party.description = "ended by " + signal_name(death.signal);
    finding.sentence = formatted("{} was ended by {} after {}", name_of(party),
                                 signal_name(death.signal), seconds_words(death.lived));
    if (crash.times > 1) finding.sentence += formatted(", and {} more like it", crash.times - 1);
    finding.sentence += '.';
    finding.culprits.push_back(std::move(party));
    finding.evidence = {proof_of("signal", static_cast<double>(death.signal), "number"),
                        proof_of("deaths", static_cast<double>(crash.times), "count")};
    finding.see = "exits";
    findings.push_back(std::move(finding));
  }
}

void find_zombies(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  for (const auto& [parent, zombies] : evidence.zombies()) {
    const auto peak = static_cast<double>(zombies.peak);
    if (peak < rule.limits[0]) continue;
    const auto before = evidence.zombies_before().find(parent);
    const double had = before != evidence.zombies_before().end()
                           ? static_cast<double>(before->second.last)
                           : (evidence.has_baseline() ? 0 : kNotKnown);
    // Those that a parent had all the time are no news; without a baseline that is not known.
    constexpr double kAsBefore = 0.8;
    const bool as_before = had >= kAsBefore * peak;
    Finding finding =
        found(rule, peak >= rule.limits[1] && !as_before ? Severity::kWarning : Severity::kNote,
              zombies.from, zombies.to);
    if (as_before) finding.weight = 5;
    Party party;
    if (const TaskUse* use = evidence.process(parent)) {
      party = party_of(*use);
    } else {
      party.name = "a process that is not in the log";
      party.pid = parent;
    }
    party.description = "does not wait for its children";
    finding.sentence =
        formatted("{} has {} that it does not wait for{}: {}.", name_of(party),
                  count_words(peak, "ended child", "ended children"),
                  std::isnan(had) ? "" : " (" + number_words(had) + " before)", zombies.child);
    finding.culprits.push_back(std::move(party));
    finding.evidence = {proof_of("zombies", peak, "count", had)};
    finding.see = "processes";
    findings.push_back(std::move(finding));
  }
}

void find_threads(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  constexpr double kHalf = 0.5;
  for (const TaskUse* use : evidence.processes().all()) {
    const double threads = use->threads.peak;
    if (threads < rule.limits[0]) continue;
    const TaskUse* program = evidence.program_before(use->name);
    const double before = program ? program->threads.peak : kNotKnown;
    const bool is_new = std::isnan(before) ? true : before < kHalf * threads;
    Finding finding =
        found(rule, is_new ? Severity::kWarning : Severity::kNote, use->seen_first, use->seen_last);
    if (!is_new) finding.weight = 6;
    Party party = party_of(*use);
    party.description = number_words(threads) + " threads";
    finding.sentence =
        formatted("{} has up to {} threads; it had {} when it was seen first{}.", name_of(party),
                  number_words(threads), number_words(use->threads.first),
                  std::isnan(before) ? "" : ", and " + number_words(before) + " in the baseline");
    finding.culprits.push_back(std::move(party));
    finding.evidence = {proof_of("threads", threads, "count", before)};
    finding.see = "process " + std::to_string(use->pid);
    findings.push_back(std::move(finding));
  }
}

void find_processes(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  constexpr double kTwice = 2;
  constexpr Count kThreadd = 2;
  for (const TaskUse* use : evidence.programs().all()) {
    const double processes = use->processes.peak;
    if (processes < rule.limits[0] || use->ppid == kThreadd) continue;
    // Without a baseline, those of the first sample were there before.
    double before =
        evidence.has_baseline() || use->begun_unseen == false ? 0 : use->processes.first;
    if (const TaskUse* program = evidence.program_before(use->name)) {
      before = program->processes.peak;
    }
    if (processes < kTwice * before) continue;
    Finding finding = found(rule, Severity::kWarning, use->seen_first, use->seen_last);
    Party party = party_of(*use);
    party.pid = 0;
    party.processes = static_cast<Count>(processes);
    party.description = "up to " + number_words(processes) + " at a time";
    finding.sentence = formatted("There were up to {} processes {} at a time, {} before.",
                                 number_words(processes), party.name, number_words(before));
    finding.culprits.push_back(std::move(party));
    if (const TaskUse* parent = evidence.process(use->ppid);
        parent && parent->pid > 1 && parent->name != use->name) {
      Party by = party_of(*parent);
      by.description = "their parent";
      finding.culprits.push_back(std::move(by));
    }
    finding.evidence = {proof_of("processes", processes, "count", before)};
    finding.see = "programs";
    findings.push_back(std::move(finding));
  }
}

}  // namespace proctape
