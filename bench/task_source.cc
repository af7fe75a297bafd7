// SPDX-License-Identifier: Apache-2.0
//
// What a source of tasks costs by itself, without PSS, for the benchmark.
//
//   proctape_task_source proc|bpf ROUNDS PAUSE_MS
//
// Prints a line for each snapshot but the first, which reads everything of everybody: microseconds
// of CPU time, those of all threads, and the number of tasks.
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "collector/host_info.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/task/tasks.h"

namespace proctape {
namespace {

double process_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

int failed(const std::string& message) {
  std::fprintf(stderr, "proctape_task_source: %s\n", message.c_str());
  return 1;
}

int run(TaskChoice choice, int rounds, std::chrono::milliseconds pause) {
  auto fs = KernelFs::open("/");
  if (!fs) return failed(fs.error().message);
  const SystemClock clock;
  auto tasks = Tasks::open(*fs, read_host(*fs), {});
  if (!tasks) return failed(tasks.error().message);
  tasks->choose(choice, *fs);
  if (!tasks->refusal().empty()) return failed(tasks->refusal());
  Snapshot previous;
  Snapshot current;
  for (int round = 0; round <= rounds; ++round) {
    current.since_boot = clock.since_boot();
    const double begun = process_microseconds();
    if (auto read = tasks->read(previous, current, [] {}); !read) {
      return failed(read.error().message);
    }
    const double taken = process_microseconds() - begun;
    if (tasks->failure()) return failed(tasks->failure()->message);
    if (round > 0) std::printf("%.1f %zu\n", taken, current.tasks.size());
    std::swap(previous, current);
    std::this_thread::sleep_for(pause);
  }
  return 0;
}

}  // namespace
}  // namespace proctape

int main(int argc, char** argv) {
  const std::string what = argc == 4 ? argv[1] : "";
  const int rounds = argc == 4 ? std::atoi(argv[2]) : 0;
  if ((what != "proc" && what != "bpf") || rounds < 1) {
    std::fprintf(stderr, "usage: %s proc|bpf ROUNDS PAUSE_MS\n", argv[0]);
    return 2;
  }
  return proctape::run(what == "bpf" ? proctape::TaskChoice::kBpf : proctape::TaskChoice::kProc,
                       rounds, std::chrono::milliseconds(std::atoi(argv[3])));
}
