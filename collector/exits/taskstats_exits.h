// SPDX-License-Identifier: Apache-2.0
//
// Exits by the taskstats listener: a netlink message for each thread that ends, for kernels from
// 5.19 on, with CAP_NET_ADMIN, in the initial pid, user and network namespaces. Second best:
// - I/O is rounded down to KiB, and the arguments are not told;
// - of a process that was running before, threads that had ended by then are not counted;
// - a process is told of when it ends, not when it is reaped: it may stay on as a zombie.
// Kernel document: Documentation/accounting/taskstats.rst; struct: linux/taskstats.h.
#pragma once

#include <linux/taskstats.h>

#include <memory>
#include <optional>
#include <unordered_map>

#include "base/file/fd.h"
#include "base/result.h"
#include "collector/exits/exit_source.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/task/process_time.h"
#include "sample/host.h"

namespace proctape {

// Adds the messages of threads up to processes.
class ExitSums {
 public:
  explicit ExitSums(const Host& host)
      : ticks_per_second_(host.ticks_per_second),
        user_(host.ticks_per_second),
        system_(host.ticks_per_second) {}

  // Takes the message of a thread that ended, received at `now`. Returns the process's exit if it
  // was the last.
  std::optional<Exit> add(const taskstats& thread, SinceBoot now);

 private:
  struct Sums {
    taskstats counters;
    SinceBoot start{};
    bool has_main = false;
  };

  Exit finish(const Sums& sums);

  Count ticks_per_second_;
  WholeTicks user_;
  WholeTicks system_;
  // By tgid: of processes with threads that have ended, the sums of those.
  std::unordered_map<std::uint32_t, Sums> sums_;
};

class TaskstatsExits final : public ExitSource {
 public:
  // Registers for all CPUs; exits are told from then on.
  static Result<std::unique_ptr<ExitSource>> open(const KernelFs& fs, const Host& host,
                                                  const Clock& clock);

  // Knows no command lines.
  void drain(std::size_t limit, const Redaction& redaction, std::vector<Exit>& into) override;
  Count take_lost() override;
  int fd() const override { return socket_.get(); }
  // At 1280 bytes a message the buffer holds what 100,000 exits/s make meanwhile.
  std::chrono::milliseconds rest() const override { return std::chrono::milliseconds(100); }

 private:
  TaskstatsExits(Fd socket, ExitSums sums, const Clock& clock);

  Fd socket_;
  ExitSums sums_;
  const Clock* clock_;
  std::vector<std::byte> bytes_;
  std::uint32_t lost_before_ = 0;
};

}  // namespace proctape
