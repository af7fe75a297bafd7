// SPDX-License-Identifier: Apache-2.0
//
// day_log FILE [SAMPLES [TASKS [VERSION]]]: a log as a host writes it in a day: 8,640 samples of
// 1,000 processes, a third of them active, some of which end and begin. For what reading costs.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "rawlog/file/encoder.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

constexpr Count kInterval = 10;
constexpr Count kActivePercent = 30;
constexpr int kEndOf = 5000;  // one in so many ends in an interval

void do_something(std::mt19937& random, Task& task) {
  const auto up_to = [&](unsigned most) { return static_cast<Count>(random() % most); };
  const bool is_active = up_to(100) < kActivePercent;
  task.identity.inactive = !is_active;
  task.cpu.user = {is_active ? up_to(40) : 0};
  task.cpu.system = {is_active ? up_to(10) : 0};
  task.cpu.voluntary_switches = is_active ? up_to(500) : 0;
  task.disk.written = {is_active ? up_to(64) : 0};
  if (is_active) task.memory.resident = kibibytes(1000 + up_to(100'000));
}

int write_log(const char* path, Count samples, std::size_t tasks, Version version) {
  std::FILE* file = std::fopen(path, "wb");
  if (!file) return 1;
  Encoder encoder(version, plausible_host());
  std::fwrite(encoder.file_header().data(), 1, encoder.file_header().size(), file);
  constexpr Seconds kMidnight{1'795'219'200};  // of 2026-11-21 in UTC
  Sample sample = plausible_sample(kMidnight);
  sample.interval = {kInterval};
  sample.tasks.clear();
  std::mt19937 random(1);
  Count pid = 300;
  const auto begin = [&](Task& task) {
    const std::string name = "program" + std::to_string(random() % 50);
    task = plausible_process(++pid, name);
    task.identity.command_line = "/usr/bin/" + name + " --number " + std::to_string(pid);
    task.identity.started = sample.time;
    task.identity.euid = task.identity.ruid = static_cast<Count>(random() % 5) * 1000;
  };
  sample.tasks.resize(tasks);
  for (Task& task : sample.tasks) begin(task);
  for (Count i = 0; i < samples; ++i) {
    sample.time = sample.time + Seconds{kInterval};
    for (Task& task : sample.tasks) {
      task.identity.exit_code = 0;
      if (random() % kEndOf == 0) {
        begin(task);
        task.identity.exit_code = TaskIdentity::kNewBit;
      }
      do_something(random, task);
    }
    const auto record = encoder.encode(sample);
    std::fwrite(record.data(), 1, record.size(), file);
  }
  return std::fclose(file) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace proctape

int main(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') {
    std::fputs("usage: day_log FILE [SAMPLES [TASKS [VERSION]]]\n", stderr);
    return 2;
  }
  const auto number = [&](int at, long otherwise) {
    return argc > at ? std::strtol(argv[at], nullptr, 10) : otherwise;
  };
  const auto version = proctape::parse_version(argc > 4 ? argv[4] : "2.13");
  if (!version) return 2;
  return proctape::write_log(argv[1], number(2, 8640), static_cast<std::size_t>(number(3, 1000)),
                             *version);
}
