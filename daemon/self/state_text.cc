// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/state_text.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <string_view>

#include "base/text/json.h"
#include "base/text/visible_text.h"
#include "daemon/messages/source_states.h"

namespace proctape {
namespace {

void add_timing(const JsonObject& object, const Timing& timing) {
  object.add("last", timing.last());
  object.add("average", timing.average());
  object.add("longest", timing.longest());
}

void add_sources(const JsonObject& parent, const Sampler& sampler, const Timing& telling) {
  const JsonArray sources(parent, "sources");
  const auto add = [&](std::string_view name, SourceState state, const Timing& timing) {
    const JsonObject object(sources);
    object.add("name", name);
    object.add("state", to_string(state));
    add_timing(object, timing);
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

void add_log(const JsonArray& logs, const LogState& log) {
  const JsonObject object(logs);
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
void add_problems(const JsonObject& parent, const DaemonState& state) {
  const JsonArray problems(parent, "problems");
  const auto add = [&](std::string_view what, std::string_view message) {
    const JsonObject object(problems);
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

void add_restrictions(const JsonObject& parent, std::span<const SourceProblem> problems) {
  const JsonArray restrictions(parent, "restrictions");
  for (const SourceProblem& problem : problems) {
    using enum Error::Kind;
    if (problem.error.kind != kDenied && problem.error.kind != kLeftOut) continue;
    const JsonObject object(restrictions);
    object.add("what", problem.source);
    object.add("message", problem.error.message);
  }
}

void add_cost(const JsonObject& parent, const OwnCost& cost, const Timing& collect) {
  const JsonObject object(parent, "cost");
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

void add_samples(const JsonObject& parent, const DaemonState& state) {
  const SamplerStatistics& statistics = state.sampler.statistics();
  const Snapshot& last = state.sampler.last_snapshot();
  {
    const JsonObject object(parent, "samples");
    object.add("last", last.taken_at);
    object.add("next", state.next);
    object.add("next_since_boot", state.next_since_boot);
    object.add("tasks", last.tasks.size());
    object.add("records", statistics.records);
    object.add("bytes", statistics.written);
    object.add("not_written", statistics.failures);
    object.add("skipped", state.lateness.skipped());
    object.add("recorded", to_string(state.sampler.thinning()));
  }
  {
    const JsonObject object(parent, "lateness");
    add_timing(object, state.lateness.begins());
  }
  {
    const JsonObject object(parent, "extra_samples");
    object.add("on", state.extra.on());
    object.add("active", state.extra.burst().active());
    object.add("bursts", state.extra.burst().bursts());
    object.add("samples", state.extra.samples());
    object.add("ignored", state.extra.burst().ignored());
  }
  {
    const JsonObject object(parent, "clock");
    object.add("suspends", state.clocks.suspends());
    object.add("slept", state.clocks.slept());
    object.add("steps", state.clocks.steps());
    object.add("last_step", state.clocks.last_step());
  }
  const JsonObject object(parent, "losses");
  object.add("exits", statistics.exits_lost);
  object.add("stuck_tasks", statistics.stuck_tasks);
}

}  // namespace

std::string state_text(const DaemonState& state) {
  Json json;
  {
    const JsonObject object(json);
    object.add("program", "proctaped");
    object.add("version", PROCTAPE_VERSION);
    object.add("pid", ::getpid());
    object.add("configuration", state.configuration);
    object.add("started", state.started);
    object.add("written", state.now);
    object.add("written_since_boot", state.since_boot);
    object.add("interval", state.interval);
    object.add("interval_now", state.interval_now);
    object.add("exits", state.sampler.exits().name());
    add_samples(object, state);
    add_cost(object, state.cost, state.sampler.statistics().collect);
    {
      const JsonArray logs(object, "logs");
      for (const Log* log : state.sampler.logs()) add_log(logs, log->state());
    }
    add_sources(object, state.sampler, state.telling);
    add_restrictions(object, state.sampler.problems());
    add_problems(object, state);
  }
  // Some look at it without proctape status.
  return visible(json.text(), Lines::kMany) + '\n';
}

}  // namespace proctape
