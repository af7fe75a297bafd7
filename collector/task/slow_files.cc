// SPDX-License-Identifier: Apache-2.0
#include "collector/task/slow_files.h"

#include <cctype>
#include <ctime>
#include <functional>

#include "collector/kernel/task_cmdline.h"
#include "collector/task/task_directory.h"
#include "collector/task/task_io.h"
#include "collector/task/task_smaps.h"

namespace proctape {
namespace {

std::chrono::nanoseconds thread_cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// "NAME=..."
bool begins_like_a_variable(std::string_view text) {
  const auto end = text.find('=');
  if (end == text.npos || end == 0 || std::isdigit(static_cast<unsigned char>(text[0]))) {
    return false;
  }
  return std::ranges::all_of(text.substr(0, end),
                             [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

}  // namespace

std::string_view without_environment(std::string_view arguments, Bytes length) {
  const auto end = static_cast<std::size_t>(length.value);
  if (length.value <= 0 || end >= arguments.size() || arguments[end - 1] == '\0') return arguments;
  return begins_like_a_variable(arguments.substr(end)) ? arguments.substr(0, end) : arguments;
}

void SlowFiles::run(std::size_t step, FileBuffer& buffer, StepProgress& progress) {
  SlowReading& reading = readings[step];
  std::optional<TaskDirectory> directory;
  if (reading.tid == 0) {
    directory.emplace(reading.pid);
  } else {
    directory.emplace(reading.pid, reading.tid);
  }
  if (reading.wants_io) {
    if (!progress.enter(SlowReading::kIo)) return;
    const auto text = read_once(proc_->get(), *directory / "io", buffer);
    TaskDisk disk;
    const auto parsed = text ? parse_task_io(*text, disk) : Result<>(text.error());
    reading.io = parsed ? Result<TaskDisk>(disk) : Result<TaskDisk>(parsed.error());
  }
  if (reading.living_thread != 0) directory.emplace(reading.pid, reading.living_thread);
  if (reading.wants_command_line) {
    if (!progress.enter(SlowReading::kCommandLine)) return;
    reading.command_line = read_command_line(*directory / "cmdline", reading, buffer);
  }
  if (reading.wants_pss && reading.cost.count() <= pss_budget) {
    if (!progress.enter(SlowReading::kPss)) return;
    auto pss = read_pss(*directory / "smaps_rollup", buffer);
    if (pss) pss_budget -= pss->cpu_time.count();
    reading.pss = std::move(pss);
  }
}

Result<SlowReading::CommandLine> SlowFiles::read_command_line(const char* path,
                                                              const SlowReading& reading,
                                                              FileBuffer& buffer) const {
  const auto bytes = read_once(proc_->get(), path, buffer, Redaction::kWantedBytes);
  if (!bytes) return bytes.error();
  const std::string_view arguments = without_environment(*bytes, reading.arguments);
  const bool cut = arguments.size() == Redaction::kWantedBytes;
  SlowReading::CommandLine found;
  found.digest = std::hash<std::string_view>()(arguments) | 1U;  // never 0
  if (found.digest == reading.digest) return found;
  if (!redaction_) {
    found.line = parse_task_cmdline(arguments);
  } else if (const auto line = redaction_->command_line(arguments, cut)) {
    found.line = line;
  } else {
    found.line = InlineText<255>(Redaction::kHidden);
    found.digest = 0;
  }
  return found;
}

Result<SlowReading::Pss> SlowFiles::read_pss(const char* path, FileBuffer& buffer) const {
  const auto begin = thread_cpu_time();
  const auto text = read_once(proc_->get(), path, buffer);
  const auto pss = text ? parse_task_smaps(*text) : Result<Bytes>(text.error());
  if (!pss) return pss.error();
  return SlowReading::Pss{*pss, thread_cpu_time() - begin};
}

}  // namespace proctape
