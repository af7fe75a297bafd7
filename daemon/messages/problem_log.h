// SPDX-License-Identifier: Apache-2.0
//
// Says what sources could not tell, each as often as it is news.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>

#include "base/clock.h"
#include "collector/collector.h"
#include "sample/sink/left_out.h"

namespace proctape {

class ProblemLog {
 public:
  static constexpr std::chrono::hours kRepeatAfter{1};

  // Logs those of `problems` that are news: what this host has not, once, all in one line of
  // information; a refused source once as a warning, and so what is there but not recorded;
  // anything else as a warning at most every kRepeatAfter.
  void report(std::span<const SourceProblem> problems, SinceBoot now);

  // Tells once for each kind of element and version (LogState's) that a log has no room for all
  // of it.
  void report(std::span<const LeftOut> left_out, const std::string& version, SinceBoot now);

  // Whether a problem of this kind with this source is to be told now; remembers it.
  bool is_news(std::string_view source, Error::Kind kind, SinceBoot now);

 private:
  std::map<std::pair<std::string, Error::Kind>, SinceBoot> told_;
};

}  // namespace proctape
