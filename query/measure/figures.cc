// SPDX-License-Identifier: Apache-2.0
#include "query/measure/figures.h"

#include "query/measure/elapsed.h"

namespace proctape {

void Figures::add(const Sample& sample) {
  const double seconds = seconds_of(sample);
  const Seconds time = bounded(sample.time);
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    const Figure& figure = figures_[i];
    if (sample.since_boot && !figure.is_level) continue;
    const double value = figure.value(sample);
    if (!(value >= 0)) continue;
    uses_[i].add(figure.is_level ? value : value / seconds, sample.since_boot ? 0 : seconds, time);
  }
}

}  // namespace proctape
