// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/sampler.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "rawlog/directory/rotation.h"

namespace proctape {

namespace {

// Records that bear a later time than the clock's, which was set back, are at least so far apart:
// the clock catches up, also where samples are taken each second.
constexpr std::chrono::seconds kBetweenRecordsAhead{2};
// A shorter interval would be stored as a whole second.
constexpr std::chrono::milliseconds kLeastBetweenRecords{500};

const Snapshot& nothing() {
  static const Snapshot snapshot;
  return snapshot;
}

Seconds whole_seconds(WallTime time) {
  return Seconds{std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()};
}

}  // namespace

Sampler::Sampler(Collector collector, std::vector<Log> logs, const SamplerOptions& options)
    : collector_(std::move(collector)),
      logs_(std::move(logs)),
      options_(options),
      previous_(std::make_shared<Snapshot>()),
      current_(std::make_shared<Snapshot>()) {
  for (Log& log : logs_) log.recorded_at = collector_.clock().since_boot();
}

Thinning::Level Sampler::thinning() const {
  auto level = Thinning::Level::kNone;
  for (const Log& log : logs_) level = std::max(level, log.thinning.level());
  return level;
}

// Tells when the amount that is recorded changes with the disk space there is.
void Sampler::follow_space(Log& log) const {
  if (!log.thinning.update(log.directory.short_of_space())) return;
  const std::string_view recorded = to_string(log.thinning.level());
  if (log.thinning.level() == Thinning::Level::kNone) {
    spdlog::info("{}: there is disk space again: {}", log.directory.path(), recorded);
  } else {
    spdlog::warn("{}: less disk space is free than min_free promises: {}", log.directory.path(),
                 recorded);
  }
}

DeviationOptions Sampler::deviation_options(const Log& log) const {
  DeviationOptions options = options_.deviation;
  if (log.thinning.level() >= Thinning::Level::kNoThreads) {
    options.threads = {ThreadSelection::Mode::kNone, {}};
  }
  options.idle_processes = log.thinning.level() < Thinning::Level::kNoIdleTasks;
  return options;
}

// Whether a record may follow the last one of `log`: see Taken::kTooSoon. What is wrong with the
// directory is told by append().
bool Sampler::is_due(Log& log, Seconds now, SinceBoot since_boot) const {
  if (options_.below_a_second) return true;
  static_cast<void>(log.directory.prepare(log.encoder.file_header(), now));
  const auto passed = since_boot - log.recorded_at;
  const auto last = log.directory.last_time();
  const bool is_ahead = last && now <= *last && *last <= now + kLargestStepBack;
  if (is_ahead) return passed >= kBetweenRecordsAhead;
  return !log.previous || passed >= kLeastBetweenRecords;
}

Result<Sampler::Taken> Sampler::take() {
  const Seconds now = whole_seconds(collector_.clock().wall());
  const SinceBoot since_boot = collector_.clock().since_boot();
  bool records = false;
  for (Log& log : logs_) {
    follow_space(log);
    log.due = log.thinning.records();
    records = records || log.due;
    if (!log.due) continue;
    name_new_file(log, now);
    log.due = is_due(log, now, since_boot);
  }
  if (std::ranges::none_of(logs_, &Log::due)) return records ? Taken::kTooSoon : Taken::kNone;

  Stopwatch watch;
  if (auto collected = collector_.collect(*previous_, *current_, problems_); !collected) {
    return std::move(collected.error());
  }
  statistics_.collect.add(watch.lap());
  statistics_.stuck_tasks += static_cast<Count>(collector_.stuck_tasks());
  problem_log_.report(problems_, current_->since_boot);

  if (options_.skip_first && previous_->taken_at == WallTime{}) {
    for (Log& log : logs_) log.due = true;
    adopt_current();
    return Taken::kNone;
  }
  deviation_from_ = nullptr;
  std::optional<Error> failure;
  for (Log& log : logs_) {
    if (!log.due) continue;
    auto appended = append(log);
    if (appended) continue;
    ++statistics_.failures;
    failure = std::move(appended.error());
    log.due = false;
  }
  // What no log took belongs to the next record.
  const bool taken = std::ranges::any_of(logs_, &Log::due);
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
  for (Log& log : logs_) {
    if (!log.due) miss_current(log);
  }
  std::swap(previous_, current_);
  for (Log& log : logs_) {
    if (!log.due) continue;
    log.previous = previous_;
    log.recorded_at = previous_->since_boot;
  }
  if (current_.use_count() > 1) current_ = std::make_shared<Snapshot>();
}

// The exits of the snapshot will be part of the next record of `log`, whose other differences are
// those to its own last snapshot.
void Sampler::miss_current(Log& log) const {
  constexpr std::size_t kMostMissed = 4096;
  const auto& exits = current_->exits;
  const std::size_t kept =
      std::min(exits.size(), kMostMissed - std::min(kMostMissed, log.missed_exits.size()));
  log.missed_exits.insert(log.missed_exits.end(), exits.begin(),
                          exits.begin() + static_cast<std::ptrdiff_t>(kept));
  log.missed_exits_lost += current_->exits_lost + static_cast<Count>(exits.size() - kept);
}

// Readers need times that do not fall, whatever happened to the clock: that of the record to be
// appended, for which `directory` is made ready. A little behind now it may lie on the next date,
// whose file has a last record of its own when the clock was set back across midnight.
Result<Seconds> Sampler::rising_time(LogDirectory& directory, std::span<const std::byte> header,
                                     Seconds now) const {
  const Seconds step{options_.below_a_second ? 0 : 1};
  Seconds time = now;
  for (;;) {
    const auto last = directory.last_time();
    if (last && *last <= time + kLargestStepBack) time = std::max(time, *last + step);
    if (auto prepared = directory.prepare(header, time); !prepared) return prepared.error();
    const auto found = directory.last_time();
    if (!found || *found + step <= time) return time;
  }
}

// The host may have got its name only after this process began.
void Sampler::name_new_file(Log& log, Seconds now) {
  if (log.directory.begins_file(now)) log.encoder.set_node_name(collector_.node_name());
}

Result<> Sampler::append(Log& log) {
  const Snapshot& previous = log.previous ? *log.previous : nothing();
  if (deviation_from_ != &previous) {
    Stopwatch watch;
    deviation_without_tasks(previous, *current_, sample_);
    deviation_from_ = &previous;
    statistics_.deviation.add(watch.lap());
  }
  const Seconds now = sample_.time;
  // Those that this log missed come before those of the snapshot.
  auto& exits = current_->exits;
  const auto missed = static_cast<std::ptrdiff_t>(log.missed_exits.size());
  exits.insert(exits.begin(), log.missed_exits.begin(), log.missed_exits.end());
  sample_.exits_lost = current_->exits_lost + log.missed_exits_lost;
  const auto header = log.encoder.file_header();
  Result<> done;
  if (const auto time = rising_time(log.directory, header, now); !time) {
    done = time.error();
  } else {
    sample_.time = *time;
    done = write(log, header);
    sample_.time = now;
  }
  exits.erase(exits.begin(), exits.begin() + missed);
  if (done) {
    log.missed_exits = {};
    log.missed_exits_lost = 0;
  }
  for (const std::string& notice : log.directory.take_notices()) spdlog::warn("{}", notice);
  return done;
}

Result<> Sampler::write(Log& log, std::span<const std::byte> header) {
  const Snapshot& previous = *deviation_from_;
  const DeviationOptions options = deviation_options(log);
  Stopwatch watch;
  const auto record = log.encoder.encode(
      sample_, [&](TaskVisitor visit) { visit_tasks(previous, *current_, options, visit); });
  statistics_.encode.add(watch.lap());
  auto done = log.directory.append(header, record, sample_.time);
  statistics_.append.add(watch.lap());
  if (done) {
    ++statistics_.records;
    statistics_.written += Bytes{static_cast<Count>(record.size())};
  }
  problem_log_.report(log.encoder.left_out(), log.encoder.version(), current_->since_boot);
  return done;
}

void Sampler::reconfigure(std::vector<Log> logs, const TaskOptions& tasks,
                          const SystemOptions& system, const SamplerOptions& options) {
  collector_.set_task_options(tasks);
  collector_.set_system_options(system);
  const bool has_begun = previous_->taken_at != WallTime{};
  for (Log& log : logs) {
    const auto old = std::ranges::find_if(
        logs_, [&](const Log& other) { return other.directory.path() == log.directory.path(); });
    if (old == logs_.end()) {
      if (has_begun) log.previous = previous_;
      log.recorded_at = collector_.clock().since_boot();
      continue;
    }
    // What it holds is its own: the lock, what it missed, how long the disk has been full.
    const LogDirectoryOptions of_directory = log.directory.options();
    Encoder encoder = std::move(log.encoder);
    log = std::move(*old);
    log.encoder = std::move(encoder);
    log.directory.set_options(of_directory);
  }
  logs_ = std::move(logs);
  options_ = options;
}

std::string Sampler::status() const {
  const std::time_t time =
      std::chrono::floor<std::chrono::seconds>(previous_->taken_at).time_since_epoch().count();
  // Not by fmt/chrono.h, which brings all of C++'s locales into the static build.
  std::tm local{};
  ::localtime_r(&time, &local);
  std::string text = fmt::format("last sample {:02}:{:02}:{:02}, {} tasks", local.tm_hour,
                                 local.tm_min, local.tm_sec, previous_->tasks.size());
  for (const Log& log : logs_) {
    text += fmt::format(", {} ({} bytes)", log.directory.current_path(),
                        log.directory.current_size().value);
  }
  return text;
}

}  // namespace proctape
