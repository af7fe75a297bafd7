// SPDX-License-Identifier: Apache-2.0
//
// What samples are made for: each sink writes them in a form of its own. Where they come from, from
// the kernel or from a log, plays no part.
#pragma once

#include "base/result.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/sink/needs.h"
#include "sample/task_visitor.h"

namespace proctape {

// One sample, as a sink sees it during a call.
struct SampleView {
  const Host& host;
  const Sample& sample;
  TaskSource tasks;  // instead of sample.tasks; may be asked several times
};

class Sink {
 public:
  virtual ~Sink() = default;

  virtual Needs needs() const = 0;
  // Writes the sample, whole or not at all.
  virtual Result<> take(const SampleView& view) = 0;
  // After the last sample: what was written is complete.
  virtual Result<> finish() = 0;

 protected:
  Sink() = default;
  Sink(const Sink&) = default;
  Sink& operator=(const Sink&) = default;
};

}  // namespace proctape
