// SPDX-License-Identifier: Apache-2.0
//
// What `proctape plot` draws: a plot sees samples, one after another, as a topic of `show` does
// (query/topic/topic.h), and makes a picture of them. A new one is a file here and a row in
// plots.cc.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/units.h"
#include "report/picture/picture.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

struct PlotOptions {
  double width = 1200;
  double height = 800;
  bool dark = false;
  bool threads = false;  // where the log has them
  // The name of a user; empty where it is not known.
  std::function<std::string(Count uid)> user_name;
};

class Plot {
 public:
  virtual ~Plot() = default;

  // The next sample of one host, in the order of time: it begins, then come its tasks, one after
  // another, and it ends. Not `is_meant` are tasks that the filters leave out.
  virtual void begin(const Host& host, const Sample& sample) = 0;
  virtual void take(const Task& task, bool is_meant) = 0;
  virtual void end() = 0;

  // After at least one sample.
  virtual Picture picture() const = 0;

 protected:
  Plot() = default;
  Plot(const Plot&) = default;
  Plot& operator=(const Plot&) = default;
};

struct PlotRow {
  std::string_view name;
  std::string_view meaning;  // of a help
  std::unique_ptr<Plot> (*make)(const PlotOptions& options);
  // It shows the last sample; those before it tell what changes.
  bool is_of_a_moment;
};

// All of `proctape plot`, in the order of a help.
std::span<const PlotRow> plots();

}  // namespace proctape
