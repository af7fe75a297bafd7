// SPDX-License-Identifier: Apache-2.0
//
// Numbers of samples over a period, of which only mean, worst and total are asked: counters of
// protocols, parts of memory. What is asked sample by sample is a Measure (system_measures.h).
#pragma once

#include <span>
#include <vector>

#include "query/measure/over_time.h"
#include "query/table/table.h"
#include "sample/sample.h"

namespace proctape {

struct Figure : Column {
  // How much in the interval, or, of a level, how much at its end. Below 0: not known.
  double (*value)(const Sample& sample) = nullptr;
  bool is_level = false;
};

class Figures {
 public:
  // They must last.
  explicit Figures(std::span<const Figure> figures) : figures_(figures), uses_(figures.size()) {}

  void add(const Sample& sample);

  std::span<const Figure> figures() const { return figures_; }
  // In their order: rates of what is no level.
  const std::vector<OverTime>& uses() const { return uses_; }

 private:
  std::span<const Figure> figures_;
  std::vector<OverTime> uses_;
};

}  // namespace proctape
