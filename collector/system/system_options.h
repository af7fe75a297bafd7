// SPDX-License-Identifier: Apache-2.0
//
// Which of the sources of the system that cost something of their own are read.
#pragma once

#include <string>

namespace proctape {

struct SystemOptions {
  bool perf_counters = false;
  bool gpu = false;

  // Where NVIDIA's library is looked for, as by dlopen(3).
  std::string gpu_library = "libnvidia-ml.so.1";

  friend bool operator==(const SystemOptions&, const SystemOptions&) = default;
};

}  // namespace proctape
