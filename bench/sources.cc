// SPDX-License-Identifier: Apache-2.0
//
// What each source of the system costs, for the benchmark.
//
//   proctape_sources [ROUNDS [PAUSE_MS [ROOT]]]
//
// Reads all of them ROUNDS times (20), with a pause in between that lets caches grow cold as
// between two samples (200 ms), and prints a line for each: microseconds of CPU time, median
// and largest, and the source. What the first round costs, when everything is asked, is left out.
#include "collector/sources.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "bench/cpu_time.h"
#include "collector/host_info.h"
#include "sample/clear.h"
#include "sample/deviation/deviation.h"

namespace {

using namespace proctape;

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
  Memo memo;
  Snapshot previous;
  Snapshot current;
  const auto sources = system_sources();
  std::vector<std::vector<double>> times(sources.size());
  std::vector<double> totals;
  std::vector<bool> absent(sources.size());
  for (int round = 0; round <= rounds; ++round) {
    current.since_boot = clock.since_boot();
    clear(current.system);
    Reading reading{*fs, buffer, host, previous, current.since_boot, memo};
    double total = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      // The collector asks what is not on this host once a minute.
      if (sources[i].option || absent[i]) continue;
      const double begun = cpu_microseconds();
      const auto read = sources[i].read(reading, current);
      const double taken = cpu_microseconds() - begun;
      absent[i] = !read && read.error().kind == Error::Kind::kMissing;
      total += taken;
      if (round > 0) times[i].push_back(taken);
    }
    if (round > 0) totals.push_back(total);
    std::swap(previous, current);
    std::this_thread::sleep_for(pause);
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (!times[i].empty()) print(times[i], sources[i].name);
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
