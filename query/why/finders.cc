// SPDX-License-Identifier: Apache-2.0
#include "query/why/finders.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text/format.h"
#include "query/why/words.h"

namespace proctape {

std::optional<Severity> by_duration(const Evidence& evidence, double seconds) {
  constexpr double kNote = 30;
  if (evidence.is_long(seconds)) return Severity::kWarning;
  if (seconds >= kNote) return Severity::kNote;
  return std::nullopt;
}

Finding found(const Rule& rule, Severity severity, Seconds from, Seconds to) {
  Finding finding;
  finding.rule = rule.id;
  finding.resource = rule.resource;
  finding.severity = severity;
  finding.weight = rule.weight;
  finding.from = from;
  finding.to = to;
  return finding;
}

Finding found(const Rule& rule, Severity severity, const Episode& episode, std::string see) {
  Finding finding = found(rule, severity, episode.from, episode.to);
  // Of several of one rule the longest is the first.
  constexpr double kLess = 1e-7;
  finding.weight += std::min(episode.seconds, 1e6) * kLess;
  finding.culprits = episode.culprits;
  finding.victims = episode.victims;
  finding.see = std::move(see);
  finding.evidence.push_back(proof_of("seconds", episode.seconds, "seconds"));
  return finding;
}

Proof proof_of(const Evidence& evidence, const Episode& episode, Measure measure) {
  const Column& row = row_of(measure);
  const auto unit = [&]() -> std::string_view {
    switch (row.unit) {
      case ColumnUnit::kPercent:
        return "percent";
      case ColumnUnit::kBytes:
        return "bytes";
      case ColumnUnit::kBytesPerSecond:
        return "bytes_per_second";
      case ColumnUnit::kPerSecond:
        return "per_second";
      case ColumnUnit::kMilliseconds:
        return "milliseconds";
      default:
        return "number";
    }
  };
  return {full_name(row), episode[measure].mean, evidence.baseline_of(measure), unit()};
}

Proof proof_of(std::string member, double value, std::string_view unit, double baseline) {
  return {std::move(member), value, baseline, unit};
}

std::vector<const Episode*> worst_of(const Evidence& evidence, Shortage shortage,
                                     bool however_short) {
  constexpr std::size_t kMost = 3;
  std::vector<const Episode*> worst;
  for (const Episode& episode : evidence.episodes(shortage)) {
    if (however_short || by_duration(evidence, episode.seconds)) worst.push_back(&episode);
  }
  std::ranges::stable_sort(
      worst, [](const Episode* a, const Episode* b) { return a->seconds > b->seconds; });
  if (worst.size() > kMost) worst.resize(kMost);
  return worst;
}

bool lies_in(std::string_view path, std::string_view above) {
  if (above == "/") return !path.empty();
  return path.starts_with(above) && (path.size() == above.size() || path[above.size()] == '/');
}

std::string before_words(const Evidence& evidence, Measure measure) {
  const double before = evidence.baseline_of(measure);
  if (std::isnan(before)) return {};
  return " (" + percent_words(before) + " before)";
}

}  // namespace proctape
