// SPDX-License-Identifier: Apache-2.0
#include "cli/command/info.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/text/json.h"
#include "base/text/visible_text.h"
#include "cli/input/input_log.h"
#include "cli/input/log_names.h"
#include "cli/output/exit_code.h"
#include "cli/output/human.h"
#include "cli/output/output.h"
#include "rawlog/file/reader.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

// Lines of each list; the rest is counted.
constexpr std::size_t kMostLines = 20;

struct Gap {
  Seconds begin;
  Seconds end;
};

// What is worth knowing of all records, by their headers; of features and unpacked sizes by some of
// them: unpacking a day takes seconds, and is what `proctape check` is for.
struct Facts {
  Count samples = 0;
  Count since_boot = 0;
  Seconds first;
  Seconds last;
  std::map<Count, Count> intervals;  // seconds -> samples; without those since boot
  std::vector<Gap> gaps;             // the first kMostLines of them
  Count gaps_count = 0;
  std::uint64_t fewest_tasks = UINT64_MAX;
  std::uint64_t most_tasks = 0;
  std::uint64_t all_tasks = 0;
  std::uint64_t smallest_record = UINT64_MAX;
  std::uint64_t biggest_record = 0;
  Count looked_into = 0;
  std::uint64_t unpacked = 0;           // of these
  std::set<std::string_view> features;  // that any of these has

  double unpacked_each() const {
    return static_cast<double>(unpacked) / static_cast<double>(std::max<Count>(looked_into, 1));
  }

  void add(const RecordHeader& header);
  // The record that `reader` is at, of which `sample` is all but the tasks.
  void look_into(const Sample& sample, Reader& reader);

 private:
  void add_gap(const RecordHeader& header, bool is_since_boot);
  void add_features(const Sample& sample, Reader& reader);
};

// The first ones, and then one now and then.
bool is_looked_into(Count number) {
  constexpr Count kFirst = 16;
  constexpr Count kEach = 512;
  return number <= kFirst || number % kEach == 0;
}

void Facts::add_features(const Sample& sample, Reader& reader) {
  const auto add = [&](bool has, std::string_view name) {
    if (has) features.insert(name);
  };
  add(sample.task_io, "task I/O");
  add(sample.accounting, "exited processes");
  add(sample.cgroup_v2, "cgroups");
  add(sample.containers, "containers");
  add(sample.gpu, "GPU");
  add(sample.netatop, "task network");
  add(sample.system.pressure.present, "pressure");
  reader.visit_tasks([&](const Task& task) {
    add(!task.identity.is_process, "threads");
    add(task.memory.proportional.value > 0, "PSS");
    add(!task.cpu.wait_channel.empty(), "wait channels");
  });
}

void Facts::add_gap(const RecordHeader& header, bool is_since_boot) {
  // Before since-boot samples nothing was recorded, however long their interval is. Times of
  // a damaged log may be anything.
  Count begin = header.time.value;
  if (!is_since_boot && __builtin_sub_overflow(begin, Count{header.interval}, &begin)) return;
  Count length = 0;
  if (__builtin_sub_overflow(begin, last.value, &length)) return;
  // A second may be due to rounding; a restart within an interval loses nothing.
  const Count usual = intervals.empty() ? 1 : intervals.rbegin()->first;
  if (length <= (is_since_boot ? usual : 1)) return;
  if (gaps.size() < kMostLines) gaps.push_back({last, {begin}});
  ++gaps_count;
}

void Facts::add(const RecordHeader& header) {
  const bool is_since_boot = (header.flags & flag::kSinceBoot) != 0;
  if (samples == 0) first = header.time;
  if (samples > 0) add_gap(header, is_since_boot);
  last = header.time;
  ++samples;
  if (is_since_boot) {
    ++since_boot;
  } else {
    ++intervals[std::max<Count>(header.interval, 1)];
  }
  fewest_tasks = std::min<std::uint64_t>(fewest_tasks, header.entries);
  most_tasks = std::max<std::uint64_t>(most_tasks, header.entries);
  all_tasks += header.entries;
  const std::uint64_t size = kRecordHeaderSize + header.blocks_length();
  smallest_record = std::min(smallest_record, size);
  biggest_record = std::max(biggest_record, size);
}

void Facts::look_into(const Sample& sample, Reader& reader) {
  const RawRecord& record = reader.record();
  add_features(sample, reader);
  ++looked_into;
  unpacked +=
      record.system.size() + record.tasks_size + record.cgroups.size() + record.cgroup_pids.size();
}

// The most frequent one, and which others there are.
std::string interval_text(const std::map<Count, Count>& intervals) {
  if (intervals.empty()) return "none but since boot";
  const auto usual =
      std::ranges::max_element(intervals, {}, [](const auto& i) { return i.second; });
  std::string text = duration_text(usual->first);
  if (intervals.size() > 1) {
    text += fmt::format(" mostly, {} to {}", duration_text(intervals.begin()->first),
                        duration_text(intervals.rbegin()->first));
  }
  return text;
}

std::string gaps_text(const Facts& facts) {
  if (facts.gaps_count == 0) return "none";
  std::string text = std::to_string(facts.gaps_count);
  for (const Gap& gap : facts.gaps) {
    text += fmt::format("\n            {} to {}, {}", time_text(gap.begin, kDateAndTime),
                        time_text(gap.end, kDateAndTime),
                        duration_text(gap.end.value - gap.begin.value));
  }
  return text;
}

std::string facts_text(const Facts& facts) {
  if (facts.samples == 0) return "  samples   none\n";
  const auto samples = static_cast<std::uint64_t>(facts.samples);
  std::string text;
  text += fmt::format("  period    {} to {}\n", time_text(facts.first, kDateAndTime),
                      time_text(facts.last, "%Y-%m-%d %H:%M:%S %Z"));
  text += fmt::format("  interval  {}\n", interval_text(facts.intervals));
  text += fmt::format("  samples   {}, {} of them since boot\n", facts.samples, facts.since_boot);
  text += fmt::format("  gaps      {}\n", gaps_text(facts));
  text += fmt::format("  features  {}\n", facts.features.empty()
                                              ? "none"
                                              : fmt::to_string(fmt::join(facts.features, ", ")));
  text += fmt::format("  tasks     {} to {}, {} on average\n", facts.fewest_tasks, facts.most_tasks,
                      facts.all_tasks / samples);
  text += fmt::format("  records   {} to {} bytes, {} unpacked on average\n", facts.smallest_record,
                      facts.biggest_record, size_text(facts.unpacked_each()));
  return text;
}

std::string host_text(const Reader& reader) {
  const Host& host = reader.host();
  std::string text;
  text += fmt::format("  version   {}\n", to_string(reader.version()));
  text += fmt::format("  host      {}, {}, pages of {} bytes, {} ticks per second\n",
                      printable(host.node_name, 64), printable(host.machine, 64), host.page_size,
                      host.ticks_per_second);
  text += fmt::format("  kernel    {} {} {}\n", printable(host.system_name, 64),
                      printable(host.kernel_release, 64), printable(host.kernel_version, 64));
  return text;
}

struct Problems {
  std::size_t count = 0;
  std::vector<std::string> first;  // kMostLines of them
};

std::string info_text(const std::string& path, const Reader& reader, const Facts& facts,
                      const Problems& problems) {
  std::string text = fmt::format("{}\n", visible(path)) + host_text(reader) + facts_text(facts);
  text += fmt::format("  size      {} bytes{}\n", reader.offset(),
                      reader.packing().empty()
                          ? ""
                          : fmt::format(" unpacked, it is packed by {}", reader.packing()));
  text += fmt::format("  problems  {}\n",
                      problems.count == 0 ? "none" : std::to_string(problems.count));
  for (const std::string& problem : problems.first)
    text += fmt::format("            {}\n", visible(problem));
  return text;
}

std::string info_json(const std::string& path, const Reader& reader, const Facts& facts,
                      const Problems& problems) {
  const Host& host = reader.host();
  Json json;
  {
    const JsonObject log(json);
    log.add("file", path);
    log.add("version", to_string(reader.version()));
    log.add("host", host.node_name);
    log.add("machine", host.machine);
    log.add("kernel", host.kernel_release);
    log.add("page_size", host.page_size);
    log.add("ticks_per_second", host.ticks_per_second);
    log.add("samples", facts.samples);
    log.add("since_boot", facts.since_boot);
    if (facts.samples > 0) {
      log.add("begin", facts.first.value);
      log.add("end", facts.last.value);
      log.add("fewest_tasks", facts.fewest_tasks);
      log.add("most_tasks", facts.most_tasks);
      log.add("smallest_record", facts.smallest_record);
      log.add("biggest_record", facts.biggest_record);
      log.add("unpacked_each", static_cast<Count>(facts.unpacked_each()));
    }
    {
      const JsonObject intervals(log, "intervals");  // seconds: how many samples have it
      for (const auto& [seconds, samples] : facts.intervals) {
        intervals.add(std::to_string(seconds), samples);
      }
    }
    log.add("gaps", facts.gaps_count);
    {
      const JsonArray gaps(log, "first_gaps");
      for (const Gap& gap : facts.gaps) {
        const JsonObject object(gaps);
        object.add("begin", gap.begin.value);
        object.add("end", gap.end.value);
      }
    }
    {
      const JsonArray features(log, "features");
      for (const std::string_view feature : facts.features) features.add(feature);
    }
    log.add("size", reader.offset());
    log.add("packed", !reader.packing().empty());
    log.add("problems", problems.count);
    const JsonArray first(log, "first_problems");
    for (const std::string& problem : problems.first) first.add(problem);
  }
  return std::string(json.text()) + '\n';
}

int inform(const std::string& path, bool as_json) {
  Problems problems;
  const auto report = [&](const Damage& damage) {
    if (++problems.count <= kMostLines) problems.first.push_back(to_string(damage));
  };
  auto reader = open_log(path, report);
  if (!reader) {
    complain(reader.error().message);
    return kExitUnreadable;
  }
  Facts facts;
  Sample sample;
  const auto wanted = [&](const RecordHeader& header) {
    facts.add(header);
    return is_looked_into(facts.samples);
  };
  auto more = reader->next(wanted);
  for (; more && *more; more = reader->next(wanted)) {
    reader->decode_without_tasks(sample);
    facts.look_into(sample, *reader);
  }

  print((as_json ? info_json : info_text)(path, *reader, facts, problems));
  if (!more) {
    complain(more.error().message);
    return kExitUnreadable;
  }
  return problems.count == 0 ? kExitFine : kExitProblems;
}

}  // namespace

void add_info(CLI::App& app, int& exit_code) {
  const auto paths = std::make_shared<std::vector<std::string>>();
  CLI::App* info = app.add_subcommand("info", "Say what logs are, and whether they are whole");
  info->add_option("FILE", *paths, std::string(kLogNamesHelp) + " [today]")->type_name("");
  const auto as_json = std::make_shared<bool>(false);
  info->add_flag("--json", *as_json, "one JSON object per log, on a line of its own");
  info->footer(
      "A gap is a time between the first and the last sample that no interval covers. Features "
      "and\n"
      "unpacked sizes are those of some records; `proctape check` unpacks all.\n"
      "Offsets of problems are in bytes; of packed logs, as they are unpacked.\n"
      "\n"
      "Examples:\n"
      "  proctape info /var/log/atop\n"
      "  proctape info atop_20261121.gz || echo damaged\n"
      "  proctape info --json atop_20261121 | jq .features");
  info->callback([paths, as_json, &exit_code] {
    for (const std::string& log : named_logs(*paths, exit_code)) {
      exit_code = std::max(exit_code, inform(log, *as_json));
    }
  });
}

}  // namespace proctape
