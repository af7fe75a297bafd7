// SPDX-License-Identifier: Apache-2.0
//
// A task as one sample shows it.
#pragma once

#include <string>

#include "base/text/inline_text.h"
#include "base/text/shared_text.h"
#include "base/units.h"
#include "report/plot/plot.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

struct Shot {
  static constexpr Count kKernel = -1;

  Count pid = 0;
  Count tgid = 0;
  Seconds started;
  InlineText<15> name;
  Count uid = 0;  // effective; kKernel: a thread of the kernel
  bool is_process = true;
  bool ended = false;
  double cpu = 0;           // percent of one CPU
  double read = 0;          // bytes a second
  double written = 0;       //
  double resident = 0;      // bytes
  double virtual_size = 0;  //
  double growth = 0;        // of the resident memory in the interval, bytes; may be negative
  SharedText<255> command_line;
};

// Rates of a sample since boot are not known, and 0.
Shot shot_of(const Host& host, const Sample& sample, const Task& task);

// "root", "uid 1000", "kernel".
std::string user_text(Count uid, const PlotOptions& options);
// Of the name; of the kernel grey.
Color color_of_user(Count uid, const PlotOptions& options);

// All that is known of it, for who points at it.
std::string hint_of(const Shot& shot, const PlotOptions& options);

// "cc1plus 4711".
std::string label_of(const Shot& shot);

}  // namespace proctape
