// SPDX-License-Identifier: Apache-2.0
//
// What happened to the host or its log, and what is different from the baseline.
#include <algorithm>
#include <cmath>

#include "base/text/duration_text.h"
#include "base/text/format.h"
#include "query/measure/elapsed.h"
#include "query/why/finders.h"
#include "query/why/words.h"

namespace proctape {
namespace {

// A second, as times are whole ones.
constexpr Count kClockRounding = 2;

struct Change {
  Measure measure;
  std::string_view what;
  UseOf use;
  std::string_view see;
};

}  // namespace

void find_reboots(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  const SystemPoint* last = nullptr;
  for (const SystemPoint& point : evidence.period().points()) {
    const bool is_boot = point.since_boot && last &&
                         point.time.value - point.uptime.value > last->time.value - kClockRounding;
    if (is_boot) {
      const Seconds boot{point.time.value - point.uptime.value};
      Finding finding = found(rule, Severity::kWarning, boot, point.time);
      finding.sentence = formatted("The machine booted; nothing was recorded for {} before.",
                                   duration_text(point.time.value - last->time.value));
      Party party;
      party.name = "the machine";
      party.description = "booted";
      finding.culprits.push_back(std::move(party));
      finding.evidence = {proof_of("seconds_without_samples",
                                   static_cast<double>(point.time.value - last->time.value),
                                   "seconds")};
      finding.see = "events";
      findings.push_back(std::move(finding));
    }
    last = &point;
  }
}

void find_gaps(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  const SystemPoint* last = nullptr;
  const SystemPoint* worst = nullptr;
  std::size_t gaps = 0;
  for (const SystemPoint& point : evidence.period().points()) {
    const bool is_boot = point.since_boot && last &&
                         point.time.value - point.uptime.value > last->time.value - kClockRounding;
    if (last && !is_boot && static_cast<double>(point.gap.value) >= rule.limits[0]) {
      ++gaps;
      if (!worst || point.gap > worst->gap) worst = &point;
    }
    last = &point;
  }
  if (!worst) return;
  Finding finding = found(rule, Severity::kNote, worst->time - worst->gap, worst->time);
  finding.sentence = "Nothing was recorded for " + duration_text(worst->gap.value);
  if (gaps > 1) finding.sentence += formatted(", and {} more times for less", gaps - 1);
  finding.sentence += ": no rule sees what was then.";
  finding.evidence = {
      proof_of("seconds_without_samples", static_cast<double>(worst->gap.value), "seconds")};
  finding.see = "events";
  findings.push_back(std::move(finding));
}

void find_changes(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  if (!evidence.has_baseline()) return;
  const Change changes[] = {
      {Measure::kCpuBusy, "CPU use", [](const TaskUse& use) { return use.cpu(); }, "programs"},
      {Measure::kDiskRead, "Reading from disks", [](const TaskUse& use) { return use.read; },
       "disks"},
      {Measure::kDiskWritten, "Writing to disks", [](const TaskUse& use) { return use.written; },
       "disks"},
      {Measure::kNetReceived, "Received traffic", [](const TaskUse& use) { return use.received; },
       "network"},
      {Measure::kNetSent, "Sent traffic", [](const TaskUse& use) { return use.sent; }, "network"},
      {Measure::kMemoryUsed, "Memory in use", [](const TaskUse& use) { return use.resident.last; },
       "memory"},
  };
  const double seconds = std::max(evidence.period().seconds(), 1e-3);
  const double seconds_before = std::max(evidence.baseline().seconds(), 1e-3);
  for (const Change& change : changes) {
    const double now = evidence.period_of(change.measure);
    const double was = evidence.baseline_of(change.measure);
    if (!(now >= rule.limits[0] * was)) continue;
    const bool is_memory = change.measure == Measure::kMemoryUsed;
    const bool is_cpu = change.measure == Measure::kCpuBusy;
    const double least = is_cpu      ? rule.limits[1]
                         : is_memory ? rule.limits[3] / 100 * evidence.memory_total()
                                     : rule.limits[2];
    if (now - was < least) continue;
    Finding finding = found(rule, Severity::kNote, evidence.from(), evidence.to());
    const auto words = [&](double value) {
      return is_cpu ? percent_words(value) : size_words(value) + (is_memory ? "" : "/s");
    };
    Blame blame;
    blame.use = [&](const TaskUse& use) {
      const TaskUse* same = evidence.program_before(use.name);
      // Rates, as the two may differ in length; of processes those of their program.
      const double rate = is_memory ? 1 : 1 / seconds,
                   rate_before = is_memory ? 1 : 1 / seconds_before;
      const double had = same ? change.use(*same) * rate_before : 0;
      return std::max(change.use(use) * rate - had, 0.0);
    };
    finding.culprits = blamed(evidence.processes(), evidence.programs(), blame);
    finding.sentence = formatted("{} rose from {} to {}", change.what, words(was), words(now));
    if (!finding.culprits.empty()) {
      finding.sentence += ", most of it by " + name_of(finding.culprits.front());
    }
    finding.sentence += '.';
    finding.evidence = {proof_of(full_name(row_of(change.measure)), now,
                                 is_cpu      ? "percent"
                                 : is_memory ? "bytes"
                                             : "bytes_per_second",
                                 was)};
    finding.see = change.see;
    findings.push_back(std::move(finding));
  }
}

void find_new_programs(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) {
  if (!evidence.has_baseline()) return;
  const double cpu = std::max(evidence.period().seconds() * evidence.cpus(), 1e-3);
  std::vector<std::pair<double, const TaskUse*>> all;
  for (const TaskUse* use : evidence.programs().all()) {
    if (evidence.program_before(use->name)) continue;
    const double of_cpu = 100 * use->cpu() / cpu;
    const double of_memory = 100 * use->resident.peak / std::max(evidence.memory_total(), 1.0);
    if (of_cpu < rule.limits[0] && of_memory < rule.limits[1]) continue;
    all.emplace_back(std::max(of_cpu, of_memory), use);
  }
  if (all.empty()) return;
  std::ranges::sort(all, [](const auto& a, const auto& b) { return a.first > b.first; });
  Finding finding = found(rule, Severity::kNote, evidence.from(), evidence.to());
  constexpr std::size_t kMost = 5;
  for (const auto& [most, use] : all) {
    if (finding.culprits.size() == kMost) break;
    Party party = party_of(*use);
    if (use->begun > 1 || use->processes.peak > 1) {
      party.pid = 0;
      party.processes =
          std::max(static_cast<Count>(use->begun), static_cast<Count>(use->processes.peak));
    }
    party.description =
        percent_words(100 * use->cpu() / cpu) + " of the CPUs, " + size_words(use->resident.peak);
    finding.culprits.push_back(std::move(party));
    finding.evidence.push_back(
        proof_of("program_cpu_percent", 100 * use->cpu() / cpu, "percent", 0));
  }
  finding.sentence = "New against the baseline, and not small: " + names_of(finding.culprits) + '.';
  finding.see = "programs";
  findings.push_back(std::move(finding));
}

void find_gone_programs(const Evidence& evidence, const Rule& rule,
                        std::vector<Finding>& findings) {
  if (!evidence.has_baseline()) return;
  const double baseline = evidence.baseline().seconds();
  Finding finding = found(rule, Severity::kNote, evidence.from(), evidence.to());
  constexpr std::size_t kMost = 5;
  constexpr Count kThreadd = 2;
  std::vector<const TaskUse*> gone;
  for (const TaskUse* use : evidence.programs_before().all()) {
    if (use->ppid == kThreadd || use->seconds < rule.limits[1] ||
        100 * use->seconds < rule.limits[0] * baseline) {
      continue;
    }
    // Short lives that are always there come and go.
    if (use->begun > 0 && use->ended > 0) continue;
    const TaskUse* now = evidence.program(use->name);
    if (now && now->processes.last > 0) continue;
    gone.push_back(use);
  }
  if (gone.empty()) return;
  std::ranges::sort(gone, [](const TaskUse* a, const TaskUse* b) { return a->name < b->name; });
  for (const TaskUse* use : gone) {
    if (finding.culprits.size() == kMost) break;
    Party party = party_of(*use);
    party.description = "is gone";
    finding.culprits.push_back(std::move(party));
  }
  finding.sentence = "No longer there at the end of the period: " + names_of(finding.culprits);
  if (gone.size() > kMost) finding.sentence += formatted(" and {} more", gone.size() - kMost);
  finding.sentence += '.';
  finding.evidence = {proof_of("programs_gone", static_cast<double>(gone.size()), "count", 0)};
  finding.see = "exits";
  findings.push_back(std::move(finding));
}

}  // namespace proctape
