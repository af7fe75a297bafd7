// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampler.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

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
  if (auto collected = collector_.collect(previous_, current_, problems_); !collected) {
    return std::move(collected.error());
  }
  problem_log_.report(problems_, current_.since_boot);

  const bool first = previous_.taken_at == WallTime{};
  if (first && options_.skip_first) {
    std::swap(previous_, current_);
    return false;
  }
  deviation(previous_, current_, deviation_options(), sample_);

  std::optional<Error> failure;
  bool taken = false;
  for (Log& log : logs_) {
    if (auto appended = append(log); !appended) {
      failure = std::move(appended.error());
    } else {
      taken = true;
    }
  }
  // What no log took belongs to the next record.
  if (taken) {
    std::swap(previous_, current_);
  } else {
    collector_.take_back_exits(current_);
  }
  if (failure) return std::move(*failure);
  return true;
}

Result<> Sampler::append(Log& log) {
  const auto header = log.encoder.file_header();
  const Seconds now = sample_.time;
  auto done = log.directory.prepare(header, now);
  if (done) {
    // Readers need times that rise, whatever happened to the clock.
    if (const auto last = log.directory.last_time()) {
      sample_.time = std::max(now, *last + Seconds{options_.least_step});
    }
    done = log.directory.append(header, log.encoder.encode(sample_), sample_.time);
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
