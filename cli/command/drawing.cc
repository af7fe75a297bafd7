// SPDX-License-Identifier: Apache-2.0
#include "cli/command/drawing.h"

namespace proctape {

void Drawing::open(const Host& host, Version /*version*/) {
  host_ = host;
  users_.use_for(host.node_name);
  plot_ = make_(options_);
}

void Drawing::begin(const Sample& sample) {
  has_seen_period_ = has_seen_period_ || period_.touches(sample);
  plot_->begin(*host_, sample);
}

std::optional<Picture> Drawing::picture() const {
  if (!has_seen_period_) return std::nullopt;
  return plot_->picture();
}

}  // namespace proctape
