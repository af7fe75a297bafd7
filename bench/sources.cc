// SPDX-License-Identifier: Apache-2.0
//
// What each source of the system costs, for the benchmark.
//
//   proctape_sources [ROUNDS [PAUSE_MS [ROOT]]]
//
// Reads all of them ROUNDS times (20), with a pause in between that lets caches grow cold as
// between two samples (200 ms), and prints a line for each: microseconds of CPU time, median
// and largest, and the source. What the first round costs, when everything is asked, is left out.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "collector/host_info.h"
#include "collector/sources.h"
#include "sample/deviation.h"

namespace {

using namespace proctape;

double cpu_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void print(const std::vector<double>& times, std::string_view name) {
  std::printf("%8.1f %8.1f  %.*s\n", median(times), std::ranges::max(times),
              static_cast<int>(name.size()), name.data());
}

int run(int rounds, std::chrono::milliseconds pause, const std::string& root) {
  auto fs = KernelFs::open(root);
  if (!fs) {
    std::fprintf(stderr, "proctape_sources: %s\n", fs.error().message.c_str());
    return 1;
  }
  const Host host = read_host(*fs);
  const SystemClock clock;
  FileBuffer buffer;
  Caches caches;
  Snapshot previous;
  Snapshot current;
  const auto sources = system_sources();
  std::vector<std::vector<double>> times(sources.size());
  std::vector<double> totals;
  for (int round = 0; round <= rounds; ++round) {
    current.since_boot = clock.since_boot();
    clear(current.system);
    Reading reading{*fs, buffer, host, previous, current.since_boot, caches};
    double total = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (sources[i].option) continue;
      const double begun = cpu_microseconds();
      static_cast<void>(sources[i].read(reading, current));
      const double taken = cpu_microseconds() - begun;
      total += taken;
      if (round > 0) times[i].push_back(taken);
    }
    if (round > 0) totals.push_back(total);
    std::swap(previous, current);
    std::this_thread::sleep_for(pause);
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (!sources[i].option) print(times[i], sources[i].name);
  }
  print(totals, "all");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
  const int pause = argc > 2 ? std::atoi(argv[2]) : 200;
  if (rounds < 1 || pause < 0) {
    std::fprintf(stderr, "usage: %s [ROUNDS [PAUSE_MS [ROOT]]]\n", argv[0]);
    return 2;
  }
  return run(rounds, std::chrono::milliseconds(pause), argc > 3 ? argv[3] : "/");
}
