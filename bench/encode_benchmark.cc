// SPDX-License-Identifier: Apache-2.0
//
// Encoding, and compressing alone, without reading anything: samples of plausible processes.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "rawlog/compress.h"
#include "rawlog/encoder.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

// Of an idle host: most processes show nothing but what they are.
Sample sample_of(Count processes) {
  Sample sample = plausible_sample(Seconds{1'700'000'000});
  sample.tasks.clear();
  for (Count pid = 1; pid <= processes; ++pid) {
    Task task = plausible_process(300 + pid * 3, "worker-" + std::to_string(pid));
    const bool busy = pid % 10 == 0;
    task.cpu.user = Ticks{busy ? pid % 7 : 0};
    task.cpu.system = Ticks{busy ? pid % 5 : 0};
    task.memory.resident = kibibytes(1000 + pid * 7919 % 50'000);
    sample.tasks.push_back(task);
  }
  return sample;
}

void encode(benchmark::State& state, Version version) {
  const Sample sample = sample_of(state.range(0));
  Encoder encoder(version, plausible_host());
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto record = encoder.encode(sample);
    bytes = record.size();
    benchmark::DoNotOptimize(record.data());
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK_CAPTURE(encode, v2_8, v2_8)->Arg(200)->Arg(5000);
BENCHMARK_CAPTURE(encode, v2_13, v2_13)->Arg(200)->Arg(5000);

void compress(benchmark::State& state, const std::vector<std::byte>& plain,
              std::size_t record_size) {
  Compressor compressor;
  std::vector<std::byte> packed;
  std::size_t bytes = 0;
  for (auto _ : state) {
    packed.clear();
    compressor.begin(packed, record_size);
    compressor.add(plain);
    bytes = compressor.finish();
    benchmark::DoNotOptimize(packed.data());
  }
  state.counters["bytes"] = static_cast<double>(bytes);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * plain.size()));
}

constexpr std::size_t kEntrySize = 800;

// Entries alike, as those of idle processes are: numbers, a name, a command line, zeros.
std::vector<std::byte> entries(std::size_t count) {
  std::vector<std::byte> bytes(count * kEntrySize);
  for (std::size_t i = 0; i < count; ++i) {
    std::byte* const entry = &bytes[i * kEntrySize];
    const std::uint64_t numbers[] = {i * 3 + 300, 1, i * 7919 % 50'000, 1'700'000'000 + i, 120};
    std::memcpy(entry, numbers, sizeof numbers);
    const std::string line = "/usr/lib/service-" + std::to_string(i) +
                             "/worker --id=" + std::to_string(i) +
                             " -c/etc/service.d/settings.conf";
    std::memcpy(entry + 100, line.data(), line.size());
  }
  return bytes;
}

void compress_entries(benchmark::State& state) {
  compress(state, entries(static_cast<std::size_t>(state.range(0))), kEntrySize);
}
BENCHMARK(compress_entries)->Arg(200)->Arg(5000);

void compress_zeros(benchmark::State& state) {
  std::vector<std::byte> block(static_cast<std::size_t>(state.range(0)));
  const auto used = entries(20);
  std::ranges::copy(used, block.begin());
  compress(state, block, 0);
}
BENCHMARK(compress_zeros)->Arg(1'400'000);

}  // namespace
}  // namespace proctape

BENCHMARK_MAIN();
