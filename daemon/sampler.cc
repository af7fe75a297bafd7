// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampler.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "rawlog/rotation.h"

namespace proctape {

Sampler::Sampler(Collector collector, std::vector<Log> logs, const SamplerOptions& options)
    : collector_(std::move(collector)), logs_(std::move(logs)), options_(options) {}

// Tells when the amount that is recorded changes with the disk space there is.
void Sampler::follow_space() {
  const bool is_short =
      std::ranges::any_of(logs_, [](const Log& log) { return log.directory.short_of_space(); });
  if (!thinning_.update(is_short)) return;
  if (thinning_.level() == Thinning::Level::kNone) {
    spdlog::info("there is disk space again: {}", to_string(thinning_.level()));
  } else {
    spdlog::warn("less disk space is free than min_free promises: {}",
                 to_string(thinning_.level()));
  }
}

DeviationOptions Sampler::deviation_options() const {
  DeviationOptions options = options_.deviation;
  if (thinning_.level() >= Thinning::Level::kNoThreads) {
    options.threads = {ThreadSelection::Mode::kNone, {}};
  }
  options.idle_processes = thinning_.level() < Thinning::Level::kNoIdleTasks;
  return options;
}

Result<bool> Sampler::take() {
  follow_space();
  if (!thinning_.records()) return false;
  Stopwatch watch;
  if (auto collected = collector_.collect(previous_, current_, problems_); !collected) {
    return std::move(collected.error());
  }
  statistics_.collect.add(watch.lap());
  statistics_.stuck_tasks += static_cast<Count>(collector_.stuck_tasks());
  problem_log_.report(problems_, current_.since_boot);

  const bool first = previous_.taken_at == WallTime{};
  if (first && options_.skip_first) {
    std::swap(previous_, current_);
    return false;
  }
  watch.lap();
  deviation_without_tasks(previous_, current_, sample_);
  statistics_.deviation.add(watch.lap());

  std::optional<Error> failure;
  bool taken = false;
  for (Log& log : logs_) {
    if (auto appended = append(log); !appended) {
      ++statistics_.failures;
      failure = std::move(appended.error());
    } else {
      taken = true;
    }
  }
  // What no log took belongs to the next record.
  if (taken) {
    statistics_.exits_lost += current_.exits_lost;
    std::swap(previous_, current_);
  } else {
    collector_.take_back_exits(current_);
  }
  if (!failure) return true;
  // While one log goes on, what is wrong with another is no reason to end.
  if (taken) failure->kind = Error::Kind::kIo;
  return std::move(*failure);
}

// Readers need times that rise, whatever happened to the clock: that of the record to be
// appended, for which `directory` is made ready. A little behind now it may lie on the next date,
// whose file has a last record of its own when the clock was set back across midnight.
Result<Seconds> Sampler::rising_time(LogDirectory& directory, std::span<const std::byte> header,
                                     Seconds now) const {
  const Seconds step{options_.least_step};
  Seconds time = now;
  for (;;) {
    const auto last = directory.last_time();
    if (last && *last <= time + kLargestStepBack) time = std::max(time, *last + step);
    if (auto prepared = directory.prepare(header, time); !prepared) return prepared.error();
    const auto found = directory.last_time();
    if (!found || *found + step <= time) return time;
  }
}

Result<> Sampler::append(Log& log) {
  const auto header = log.encoder.file_header();
  const Seconds now = sample_.time;
  Result<> done;
  if (const auto time = rising_time(log.directory, header, now); !time) {
    done = time.error();
  } else {
    sample_.time = *time;
    const DeviationOptions options = deviation_options();
    Stopwatch watch;
    const auto record = log.encoder.encode(
        sample_, [&](TaskVisitor visit) { visit_tasks(previous_, current_, options, visit); });
    statistics_.encode.add(watch.lap());
    done = log.directory.append(header, record, sample_.time);
    statistics_.append.add(watch.lap());
    if (done) {
      ++statistics_.records;
      statistics_.written += Bytes{static_cast<Count>(record.size())};
    }
    sample_.time = now;
    problem_log_.report(log.encoder.left_out(), log.encoder.version(), current_.since_boot);
  }
  for (const std::string& notice : log.directory.take_notices()) spdlog::warn("{}", notice);
  return done;
}

void Sampler::reconfigure(std::vector<Log> logs, const TaskOptions& tasks,
                          const SystemOptions& system, const SamplerOptions& options) {
  collector_.set_task_options(tasks);
  collector_.set_system_options(system);
  logs_ = std::move(logs);
  options_ = options;
}

std::string Sampler::status() const {
  const std::time_t time =
      std::chrono::floor<std::chrono::seconds>(previous_.taken_at).time_since_epoch().count();
  // Not by fmt/chrono.h, which brings all of C++'s locales into the static build.
  std::tm local{};
  ::localtime_r(&time, &local);
  std::string text = fmt::format("last sample {:02}:{:02}:{:02}, {} tasks", local.tm_hour,
                                 local.tm_min, local.tm_sec, previous_.tasks.size());
  for (const Log& log : logs_) {
    text += fmt::format(", {} ({} bytes)", log.directory.current_path(),
                        log.directory.current_size().value);
  }
  return text;
}

}  // namespace proctape
