// SPDX-License-Identifier: Apache-2.0
//
// Encoding, and compressing alone, without reading anything: samples of plausible processes. Beside
// our own compressor what else there would be: zlib, as in atop, and libdeflate.
#include <benchmark/benchmark.h>
#include <libdeflate.h>
#include <zlib.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rawlog/codec/compress.h"
#include "rawlog/codec/inflate.h"
#include "rawlog/file/encoder.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
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

// Makes a zlib stream of `plain` in `packed`, and returns its length. `record_size`: of the structs
// that it consists of; 0 if they differ.
using Packer = std::function<std::size_t(std::span<const std::byte> plain, std::size_t record_size,
                                         std::vector<std::byte>& packed)>;

Packer ours() {
  return [compressor = std::make_shared<Compressor>()](auto plain, auto record_size, auto& packed) {
    packed.clear();
    compressor->begin(packed, record_size);
    compressor->add(plain);
    return compressor->finish();
  };
}

// As atop does it: with all preparations, each time.
Packer zlib(int level) {
  return [level](auto plain, auto, auto& packed) {
    uLongf size = compressBound(plain.size());
    packed.resize(size);
    compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
              reinterpret_cast<const Bytef*>(plain.data()), plain.size(), level);
    return size;
  };
}

Packer libdeflate(int level) {
  const std::shared_ptr<libdeflate_compressor> compressor(libdeflate_alloc_compressor(level),
                                                          libdeflate_free_compressor);
  return [compressor](auto plain, auto, auto& packed) {
    packed.resize(libdeflate_zlib_compress_bound(compressor.get(), plain.size()));
    return libdeflate_zlib_compress(compressor.get(), plain.data(), plain.size(), packed.data(),
                                    packed.size());
  };
}

// The blocks of one record, unpacked.
struct Blocks {
  std::vector<std::byte> system;
  std::vector<std::byte> tasks;
};

Blocks blocks_of(const Sample& sample, Version version) {
  Encoder encoder(version, plausible_host());
  auto record = encoder.encode(sample);
  RecordHeader header;
  record_of<kRawrecord>(version).decode(record.data(), 0, header);
  record = record.subspan(kRecordHeaderSize);
  Inflater inflater;
  const auto unpacked = [&](std::size_t packed_size, std::size_t size) {
    std::vector<std::byte> plain(size);
    if (!inflater.inflate(record.first(packed_size), plain)) std::abort();
    record = record.subspan(packed_size);
    return plain;
  };
  Blocks blocks;
  blocks.system = unpacked(header.system_length, layout_of<kSstat>(version).size);
  blocks.tasks = unpacked(header.tasks_length, header.tasks * layout_of<kTstat>(version).size);
  return blocks;
}

void compress(benchmark::State& state, const Packer& pack, const std::vector<std::byte>& plain,
              std::size_t record_size) {
  std::vector<std::byte> packed;
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = pack(plain, record_size, packed);
    benchmark::DoNotOptimize(packed.data());
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}

void compress_tasks(benchmark::State& state, const Packer& pack) {
  compress(state, pack, blocks_of(sample_of(state.range(0)), v2_8).tasks,
           layout_of<kTstat>(v2_8).size);
}

// Of a small host: 1.4 MB, of which next to nothing is used.
void compress_system(benchmark::State& state, const Packer& pack) {
  compress(state, pack, blocks_of(sample_of(1), v2_13).system, 0);
}

// atop's is zlib's level 6.
BENCHMARK_CAPTURE(compress_tasks, ours, ours())->Arg(200)->Arg(5000);
BENCHMARK_CAPTURE(compress_tasks, zlib_6, zlib(6))->Arg(200)->Arg(5000);
BENCHMARK_CAPTURE(compress_tasks, libdeflate_1, libdeflate(1))->Arg(200)->Arg(5000);
BENCHMARK_CAPTURE(compress_tasks, libdeflate_3, libdeflate(3))->Arg(200)->Arg(5000);
BENCHMARK_CAPTURE(compress_tasks, libdeflate_6, libdeflate(6))->Arg(200)->Arg(5000);
BENCHMARK_CAPTURE(compress_system, ours, ours());
BENCHMARK_CAPTURE(compress_system, zlib_6, zlib(6));
BENCHMARK_CAPTURE(compress_system, libdeflate_1, libdeflate(1));
BENCHMARK_CAPTURE(compress_system, libdeflate_3, libdeflate(3));
BENCHMARK_CAPTURE(compress_system, libdeflate_6, libdeflate(6));

}  // namespace
}  // namespace proctape

BENCHMARK_MAIN();
