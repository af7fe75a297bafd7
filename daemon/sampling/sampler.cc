// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/sampler.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "base/text/format.h"
#include "daemon/messages/log.h"

namespace proctape {
namespace {

const Snapshot& nothing() {
  static const Snapshot snapshot;
  return snapshot;
}

Seconds whole_seconds(WallTime time) {
  return Seconds{std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()};
}

}  // namespace

Sampler::Sampler(Collector collector, Logs logs, const SamplerOptions& options)
    : collector_(std::move(collector)),
      options_(options),
      previous_(std::make_shared<Snapshot>()),
      current_(std::make_shared<Snapshot>()) {
  for (auto& log : logs) {
    recordings_.push_back({.log = std::move(log), .recorded_at = collector_.clock().since_boot()});
  }
}

std::vector<const Log*> Sampler::logs() const {
  std::vector<const Log*> logs;
  for (const Recording& recording : recordings_) logs.push_back(recording.log.get());
  return logs;
}

Thinning::Level Sampler::thinning() const {
  auto level = Thinning::Level::kNone;
  for (const Recording& recording : recordings_) {
    level = std::max(level, recording.thinning.level());
  }
  return level;
}

// Tells when the amount that is recorded changes with the disk space there is.
void Sampler::follow_space(Recording& recording) const {
  const Log& log = *recording.log;
  if (!recording.thinning.update(log.short_of_space())) return;
  const std::string_view recorded = to_string(recording.thinning.level());
  if (recording.thinning.level() == Thinning::Level::kNone) {
    log_info("{}: there is disk space again: {}", log.directory(), recorded);
  } else {
    log_warning("{}: less disk space is free than min_free promises: {}", log.directory(),
                recorded);
  }
}

DeviationOptions Sampler::deviation_options(const Recording& recording) const {
  DeviationOptions options = options_.deviation;
  if (recording.thinning.level() >= Thinning::Level::kNoThreads) {
    options.threads = {ThreadSelection::Mode::kNone, {}};
  }
  options.idle_processes = recording.thinning.level() < Thinning::Level::kNoIdleTasks;
  return options;
}

Result<Sampler::Taken> Sampler::take() {
  const Seconds now = whole_seconds(collector_.clock().wall());
  const SinceBoot since_boot = collector_.clock().since_boot();
  bool records = false;
  for (Recording& recording : recordings_) {
    follow_space(recording);
    recording.due = recording.thinning.records();
    records = records || recording.due;
    if (!recording.due) continue;
    // The host may have got its name only after this process began.
    if (recording.log->begins_file(now)) collector_.update_node_name();
    const Log::Moment moment{.wall = now,
                             .since_last = since_boot - recording.recorded_at,
                             .is_first = !recording.previous};
    recording.due = recording.log->has_room_at(moment, collector_.host());
  }
  if (std::ranges::none_of(recordings_, &Recording::due)) {
    return records ? Taken::kTooSoon : Taken::kNone;
  }

  Stopwatch watch;
  if (auto collected = collector_.collect(*previous_, *current_, problems_); !collected) {
    return std::move(collected.error());
  }
  statistics_.collect.add(watch.lap());
  statistics_.stuck_tasks += static_cast<Count>(collector_.stuck_tasks());
  problem_log_.report(problems_, current_->since_boot);

  if (options_.skip_first && previous_->taken_at == WallTime{}) {
    for (Recording& recording : recordings_) recording.due = true;
    adopt_current();
    return Taken::kNone;
  }
  deviation_from_ = nullptr;
  std::optional<Error> failure;
  for (Recording& recording : recordings_) {
    if (!recording.due) continue;
    auto appended = append(recording);
    if (appended) continue;
    ++statistics_.failures;
    failure = std::move(appended.error());
    recording.due = false;
  }
  // What no log took belongs to the next record.
  const bool taken = std::ranges::any_of(recordings_, &Recording::due);
  if (taken) {
    statistics_.exits_lost += current_->exits_lost;
    adopt_current();
  } else {
    collector_.take_back_exits(*current_);
  }
  if (!failure) return Taken::kRecord;
  // While one log goes on, what is wrong with another is no reason to end.
  if (taken) failure->kind = Error::Kind::kIo;
  return std::move(*failure);
}

// The logs that took the snapshot go on from it. What was the previous one, if no other log does so
// from that, becomes the next one's memory.
void Sampler::adopt_current() {
  for (Recording& recording : recordings_) {
    if (!recording.due) miss_current(recording);
  }
  std::swap(previous_, current_);
  for (Recording& recording : recordings_) {
    if (!recording.due) continue;
    recording.previous = previous_;
    recording.recorded_at = previous_->since_boot;
  }
  if (current_.use_count() > 1) current_ = std::make_shared<Snapshot>();
}

// The exits of the snapshot will be part of the next record, whose other differences are those to
// the last snapshot of its own log.
void Sampler::miss_current(Recording& recording) const {
  constexpr std::size_t kMostMissed = 4096;
  const auto& exits = current_->exits;
  auto& missed = recording.missed_exits;
  const std::size_t kept =
      std::min(exits.size(), kMostMissed - std::min(kMostMissed, missed.size()));
  missed.insert(missed.end(), exits.begin(), exits.begin() + static_cast<std::ptrdiff_t>(kept));
  recording.missed_exits_lost += current_->exits_lost + static_cast<Count>(exits.size() - kept);
}

Result<> Sampler::append(Recording& recording) {
  const Snapshot& previous = recording.previous ? *recording.previous : nothing();
  if (deviation_from_ != &previous) {
    Stopwatch watch;
    deviation_without_tasks(previous, *current_, sample_);
    deviation_from_ = &previous;
    statistics_.deviation.add(watch.lap());
  }
  // Those that this log missed come before those of the snapshot.
  auto& exits = current_->exits;
  const auto missed = static_cast<std::ptrdiff_t>(recording.missed_exits.size());
  exits.insert(exits.begin(), recording.missed_exits.begin(), recording.missed_exits.end());
  sample_.exits_lost = current_->exits_lost + recording.missed_exits_lost;
  auto done = give(recording);
  exits.erase(exits.begin(), exits.begin() + missed);
  if (done) {
    recording.missed_exits = {};
    recording.missed_exits_lost = 0;
  }
  for (const std::string& notice : recording.log->take_notices()) log_warning("{}", notice);
  return done;
}

Result<> Sampler::give(Recording& recording) {
  const Snapshot& previous = *deviation_from_;
  const DeviationOptions options = deviation_options(recording);
  const auto tasks = [&](TaskVisitor visit) { visit_tasks(previous, *current_, options, visit); };
  Log& log = *recording.log;
  auto done = log.take({collector_.host(), sample_, tasks});
  const Log::Cost& cost = log.cost();
  if (cost.encode.count() > 0) {
    statistics_.encode.add(cost.encode);
    statistics_.append.add(cost.append);
  }
  if (done) {
    ++statistics_.records;
    statistics_.written += cost.written;
  }
  if (const auto left_out = log.left_out(); !left_out.empty()) {
    problem_log_.report(left_out, log.state().version, current_->since_boot);
  }
  return done;
}

void Sampler::reconfigure(Logs logs, const TaskOptions& tasks, const SystemOptions& system,
                          const SamplerOptions& options) {
  collector_.set_task_options(tasks);
  collector_.set_system_options(system);
  const bool has_begun = previous_->taken_at != WallTime{};
  std::vector<Recording> recordings;
  for (auto& log : logs) {
    const auto old = std::ranges::find_if(recordings_, [&](const Recording& other) {
      return other.log && other.log->directory() == log->directory();
    });
    if (old == recordings_.end()) {
      recordings.push_back({.log = std::move(log),
                            .previous = has_begun ? previous_ : nullptr,
                            .recorded_at = collector_.clock().since_boot()});
      continue;
    }
    if (!log->go_on_from(*old->log)) finish(*old->log);
    old->log = std::move(log);
    recordings.push_back(std::move(*old));
  }
  for (const Recording& dropped : recordings_) {
    if (dropped.log) finish(*dropped.log);
  }
  recordings_ = std::move(recordings);
  options_ = options;
}

void Sampler::finish(Log& log) {
  if (auto finished = log.finish(); !finished) {
    log_warning("{}: {}", log.directory(), finished.error().message);
  }
}

void Sampler::finish() {
  for (const Recording& recording : recordings_) finish(*recording.log);
}

std::string Sampler::status() const {
  std::string text = "no sample yet";
  if (previous_->taken_at != WallTime{}) {
    const std::time_t time =
        std::chrono::floor<std::chrono::seconds>(previous_->taken_at).time_since_epoch().count();
    // Not by fmt/chrono.h, which brings all of C++'s locales into the static build.
    std::tm local{};
    ::localtime_r(&time, &local);
    text = formatted("last sample {:02}:{:02}:{:02}, {} tasks", local.tm_hour, local.tm_min,
                     local.tm_sec, previous_->tasks.size());
  }
  for (const Recording& recording : recordings_) {
    const LogState state = recording.log->state();
    text += formatted(", {} ({} bytes)", state.file, state.size.value);
  }
  return text;
}

}  // namespace proctape
