// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/state_text.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string_view>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "daemon/messages/source_states.h"

namespace proctape {
namespace {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

// An object, and its members.
class Object {
 public:
  explicit Object(JsonWriter& writer) : writer_(&writer) { writer_->StartObject(); }
  Object(JsonWriter& writer, std::string_view name) : writer_(&writer) {
    key(name);
    writer_->StartObject();
  }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() { writer_->EndObject(); }

  void add(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void add(std::string_view name, const char* text) { add(name, std::string_view(text)); }
  void add(std::string_view name, bool value) {
    key(name);
    writer_->Bool(value);
  }
  void add(std::string_view name, Count value) {
    key(name);
    writer_->Int64(value);
  }
  void add(std::string_view name, double value) {
    key(name);
    // More digits say nothing, and take time.
    constexpr int kDigits = 6;
    writer_->SetMaxDecimalPlaces(kDigits);
    writer_->Double(value);
  }
  void add(std::string_view name, Bytes value) { add(name, value.value); }
  // In seconds, here and below.
  void add(std::string_view name, std::chrono::nanoseconds value) {
    add(name, std::chrono::duration<double>(value).count());
  }
  void add(std::string_view name, WallTime value) { add(name, value.time_since_epoch()); }
  void add_timing(const Timing& timing) {
    add("last", timing.last());
    add("average", timing.average());
    add("longest", timing.longest());
  }

 private:
  void key(std::string_view name) {
    writer_->Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void string(std::string_view foreign) {
    const std::string text = valid_utf8(foreign);
    writer_->String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }

  JsonWriter* writer_;
};

class Array {
 public:
  Array(JsonWriter& writer, std::string_view name) : writer_(&writer) {
    writer_->Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    writer_->StartArray();
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  ~Array() { writer_->EndArray(); }

 private:
  JsonWriter* writer_;
};

void add_sources(JsonWriter& writer, const Sampler& sampler, const Timing& telling) {
  const Array array(writer, "sources");
  const auto add = [&](std::string_view name, SourceState state, const Timing& timing) {
    Object object(writer);
    object.add("name", name);
    object.add("state", to_string(state));
    object.add_timing(timing);
  };
  for (const SourceReport& report : source_reports(sampler.collector(), sampler.problems())) {
    if (report.timing) add(report.name, report.state, *report.timing);
  }
  // What the daemon does with it.
  const SamplerStatistics& statistics = sampler.statistics();
  add("deviation", SourceState::kOk, statistics.deviation);
  add("encode", SourceState::kOk, statistics.encode);
  add("append", SourceState::kOk, statistics.append);
  add("status", SourceState::kOk, telling);
}

void add_log(JsonWriter& writer, const LogState& log) {
  Object object(writer);
  object.add("directory", log.directory);
  object.add("version", log.version);
  object.add("file", log.file);
  object.add("size", log.size);
  object.add("all_files", log.all_files);
  object.add("max_age_days", log.max_age_days);
  object.add("max_size", log.max_size);
  object.add("min_free_percent", log.min_free_percent);
  object.add("short_of_space", log.short_of_space);
  struct statvfs space {};
  if (::statvfs(log.directory.c_str(), &space) != 0) return;
  const auto block = static_cast<Count>(space.f_frsize);
  object.add("disk_free", static_cast<Count>(space.f_bavail) * block);
  object.add("disk_size", static_cast<Count>(space.f_blocks) * block);
}

// What is wrong now. What a host lacks, or what may not be read of it, is no problem.
void add_problems(JsonWriter& writer, const DaemonState& state) {
  const Array array(writer, "problems");
  const auto add = [&](std::string_view what, std::string_view message) {
    Object object(writer);
    object.add("what", what);
    object.add("message", message);
  };
  if (state.failure) add("record", state.failure->message);
  if (const auto level = state.sampler.thinning(); level != Thinning::Level::kNone) {
    add("disk space", to_string(level));
  }
  for (const SourceProblem& problem : state.sampler.problems()) {
    using enum Error::Kind;
    const Error::Kind kind = problem.error.kind;
    if (kind == kMissing || kind == kDenied || kind == kLeftOut) continue;
    add(problem.source, problem.error.message);
  }
}

void add_restrictions(JsonWriter& writer, std::span<const SourceProblem> problems) {
  const Array array(writer, "restrictions");
  for (const SourceProblem& problem : problems) {
    using enum Error::Kind;
    if (problem.error.kind != kDenied && problem.error.kind != kLeftOut) continue;
    Object object(writer);
    object.add("what", problem.source);
    object.add("message", problem.error.message);
  }
}

void add_cost(JsonWriter& writer, const OwnCost& cost, const Timing& collect) {
  Object object(writer, "cost");
  object.add("cpu_user", cost.user());
  object.add("cpu_system", cost.system());
  object.add("cpu_last_sample", cost.last());
  object.add("cpu_share", cost.share());
  object.add("cpu_share_last", cost.last_share());
  object.add("resident", cost.resident());
  object.add("most_resident", cost.most_resident());
  object.add("collect_last", collect.last());
  object.add("collect_longest", collect.longest());
}

void add_samples(JsonWriter& writer, const DaemonState& state) {
  const SamplerStatistics& statistics = state.sampler.statistics();
  const Snapshot& last = state.sampler.last_snapshot();
  {
    Object object(writer, "samples");
    object.add("last", last.taken_at);
    object.add("next", state.next);
    object.add("next_since_boot", state.next_since_boot);
    object.add("tasks", static_cast<Count>(last.tasks.size()));
    object.add("records", statistics.records);
    object.add("bytes", statistics.written);
    object.add("not_written", statistics.failures);
    object.add("skipped", state.lateness.skipped());
    object.add("recorded", to_string(state.sampler.thinning()));
  }
  {
    Object object(writer, "lateness");
    object.add_timing(state.lateness.begins());
  }
  {
    Object object(writer, "extra_samples");
    object.add("on", state.extra.on());
    object.add("active", state.extra.burst().active());
    object.add("bursts", state.extra.burst().bursts());
    object.add("samples", state.extra.samples());
    object.add("ignored", state.extra.burst().ignored());
  }
  {
    Object object(writer, "clock");
    object.add("suspends", state.clocks.suspends());
    object.add("slept", state.clocks.slept());
    object.add("steps", state.clocks.steps());
    object.add("last_step", state.clocks.last_step());
  }
  Object object(writer, "losses");
  object.add("exits", statistics.exits_lost);
  object.add("stuck_tasks", statistics.stuck_tasks);
}

}  // namespace

std::string state_text(const DaemonState& state) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  {
    Object object(writer);
    object.add("program", "proctaped");
    object.add("version", PROCTAPE_VERSION);
    object.add("pid", static_cast<Count>(::getpid()));
    object.add("configuration", state.configuration);
    object.add("started", state.started);
    object.add("written", state.now);
    object.add("written_since_boot", state.since_boot);
    object.add("interval", state.interval);
    object.add("interval_now", state.interval_now);
    object.add("exits", state.sampler.exits().name());
    add_samples(writer, state);
    add_cost(writer, state.cost, state.sampler.statistics().collect);
    {
      const Array logs(writer, "logs");
      for (const Log* log : state.sampler.logs()) add_log(writer, log->state());
    }
    add_sources(writer, state.sampler, state.telling);
    add_restrictions(writer, state.sampler.problems());
    add_problems(writer, state);
  }
  // Some look at it without proctape status.
  return visible({buffer.GetString(), buffer.GetSize()}, Lines::kMany) + '\n';
}

}  // namespace proctape
