// SPDX-License-Identifier: Apache-2.0
//
// Parsing alone: the files of a process, as this kernel hands them out for the benchmark itself.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collector/kernel/kernel_fs.h"
#include "collector/kernel/task_cmdline.h"
#include "collector/task/task_io.h"
#include "collector/task/task_schedstat.h"
#include "collector/task/task_stat.h"
#include "collector/task/task_status.h"

namespace proctape {
namespace {

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "proctape_parse_benchmark: %s\n", message.c_str());
  std::exit(1);
}

std::string own(const std::string& file) {
  const auto fs = KernelFs::open("/");
  if (!fs) die(fs.error().message);
  FileBuffer buffer;
  const auto text = fs->read("proc/self/" + file, buffer);
  if (!text) die(text.error().message);
  return std::string(*text);
}

void require(const Result<>& parsed) {
  if (!parsed) die(parsed.error().message);
}

struct Stat {
  static constexpr const char* kFile = "stat";
  static void parse(std::string_view text, TaskReading& into) {
    require(parse_task_stat(text, 4096, into));
  }
};

struct Status {
  static constexpr const char* kFile = "status";
  static void parse(std::string_view text, TaskReading& into) {
    require(parse_task_status(text, into));
  }
};

struct Io {
  static constexpr const char* kFile = "io";
  static void parse(std::string_view text, TaskReading& into) {
    require(parse_task_io(text, into.disk));
  }
};

struct Schedstat {
  static constexpr const char* kFile = "schedstat";
  static void parse(std::string_view text, TaskReading& into) {
    require(parse_task_schedstat(text, into));
  }
};

struct Cmdline {
  static constexpr const char* kFile = "cmdline";
  static void parse(std::string_view text, TaskReading&) {
    benchmark::DoNotOptimize(parse_task_cmdline(text));
  }
};

// All of `Files`, one after the other, as a process is read that ran since the last sample.
template <typename... Files>
void parse(benchmark::State& state) {
  const std::string texts[] = {own(Files::kFile)...};
  TaskReading task;
  for (auto _ : state) {
    const std::string* text = texts;
    (Files::parse(*text++, task), ...);
    benchmark::DoNotOptimize(task);
    benchmark::ClobberMemory();
  }
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(parse<Stat>)->Name("stat");
BENCHMARK(parse<Status>)->Name("status");
BENCHMARK(parse<Io>)->Name("io");
BENCHMARK(parse<Schedstat>)->Name("schedstat");
BENCHMARK(parse<Cmdline>)->Name("cmdline");
BENCHMARK(parse<Stat, Status, Io, Schedstat, Cmdline>)->Name("all of a process");

}  // namespace
}  // namespace proctape

BENCHMARK_MAIN();
