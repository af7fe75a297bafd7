// SPDX-License-Identifier: Apache-2.0
//
// Has the kernel tell when tasks wait for CPU, memory or I/O (PSI triggers, Linux 5.2; without
// CAP_SYS_RESOURCE from 6.5 on), and where it does not, looks itself, as for processes that the
// kernel killed for memory.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file/fd.h"
#include "base/result.h"
#include "base/units.h"
#include "collector/kernel/kernel_fs.h"

namespace proctape {

struct PressureLimits {
  // The part of the time, in percent, that some task waited for it; 0: not watched.
  Count cpu = 0;
  Count memory = 0;
  Count io = 0;
  bool oom_kills = false;

  friend bool operator==(const PressureLimits&, const PressureLimits&) = default;
};

// What the kernel is asked for by a write: "some 300000 2000000", microseconds of waiting and of
// the window.
std::string pressure_trigger(Count percent);

class PressureWatch {
 public:
  // In which the limit must be exceeded. The only one that needs no privilege.
  static constexpr std::chrono::seconds kWindow{2};

  struct Trigger {
    std::string_view resource;  // "cpu", "memory", "io"
    Count limit;
    Fd file;  // has an event (EPOLLPRI) at most once in a window
  };

  // Without a trigger: whoever has this asks now and then.
  struct Counter {
    std::string_view resource;
    Count limit;
    std::array<Count, 2> waited;  // us since boot, when last asked and before
    std::array<SinceBoot, 2> at;
  };

  // Watches what `limits` says of the host below `root`, whose counters are read at `now`. What is
  // refused is told in `problems`, and the rest is watched. Writes to nothing but files of procfs.
  static PressureWatch open(const std::string& root, const PressureLimits& limits, SinceBoot now,
                            std::vector<Error>& problems);

  const std::vector<Trigger>& triggers() const { return triggers_; }
  // Whether there is something to look for: once a second, by the two below.
  bool has_to_look() const { return oom_kills_.has_value() || !counters_.empty(); }
  // How many processes were killed since this was last asked.
  Count take_oom_kills();
  // Those without triggers whose limit was exceeded since the last time but one.
  std::vector<const Counter*> look(SinceBoot now);

 private:
  std::optional<KernelFs> fs_;
  FileBuffer buffer_;
  std::vector<Trigger> triggers_;
  std::vector<Counter> counters_;
  std::optional<Count> oom_kills_;
};

}  // namespace proctape
