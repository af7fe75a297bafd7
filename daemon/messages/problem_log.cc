// SPDX-License-Identifier: Apache-2.0
#include "daemon/messages/problem_log.h"

#include "daemon/messages/log.h"
#include "daemon/messages/source_states.h"

namespace proctape {

bool ProblemLog::is_news(std::string_view source, Error::Kind kind, SinceBoot now) {
  const auto [told, first] = told_.try_emplace({std::string(source), kind}, now);
  if (first) return true;
  using enum Error::Kind;
  if (kind == kMissing || kind == kDenied || kind == kLeftOut) return false;
  if (now - told->second < kRepeatAfter) return false;
  told->second = now;
  return true;
}

void ProblemLog::report(std::span<const SourceProblem> problems, SinceBoot now) {
  std::string absent;
  for (const SourceProblem& problem : problems) {
    const bool left_out = problem.error.kind == Error::Kind::kLeftOut;
    if (left_out && problem.news.empty()) continue;
    // What is made anew under a name that was told is none.
    const std::string what = std::string(problem.source) + problem.news;
    if (!is_news(what, problem.error.kind, now)) continue;
    if (problem.error.kind == Error::Kind::kMissing) {
      absent += (absent.empty() ? "" : ", ") + std::string(problem.source);
    } else if (left_out) {
      log_warning("{}: {}", problem.source, problem.news);  // nothing failed
    } else {
      log_warning("{} {}: {}", problem.source, to_string(state_of(problem.error.kind)),
                  problem.error.message);
    }
  }
  if (!absent.empty()) log_info("absent on this host: {}", absent);
}

void ProblemLog::report(std::span<const LeftOut> left_out, const std::string& version,
                        SinceBoot now) {
  for (const LeftOut& list : left_out) {
    // Like what this host lacks, it is told once and never again.
    if (!is_news(std::string(list.what) + version, Error::Kind::kMissing, now)) continue;
    log_warning("{}: a log of version {} has room for {} of {}; the busiest are recorded",
                list.what, version, list.kept, list.kept + list.left_out);
  }
}

}  // namespace proctape
