// SPDX-License-Identifier: Apache-2.0
//
// Shows samples to a plot (report/plot/plot.h), and counts what it sees.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "cli/input/period.h"
#include "cli/input/sample_series.h"
#include "cli/input/users.h"
#include "report/plot/plot.h"

namespace proctape {

class Drawing : public SampleTaker {
 public:
  using MakePlot = std::unique_ptr<Plot> (*)(const PlotOptions& options);

  Drawing(MakePlot make, PlotOptions options) : make_(make), options_(std::move(options)) {
    options_.user_name = [this](Count uid) { return users_.name_of(uid); };
  }
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

  // Samples that do not touch it only tell what came before.
  void set_period(const Period& period) { period_ = period; }

  void open(const Host& host, Version version) override;
  void begin(const Sample& sample) override;
  void take(const Task& task, bool is_meant) override { plot_->take(task, is_meant); }
  bool end() override {
    plot_->end();
    return true;
  }

  // None if no sample was of the period.
  std::optional<Picture> picture() const;

 private:
  MakePlot make_;
  PlotOptions options_;
  Period period_;
  Users users_;
  std::optional<Host> host_;
  std::unique_ptr<Plot> plot_;
  bool has_seen_period_ = false;
};

}  // namespace proctape
