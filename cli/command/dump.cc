// SPDX-License-Identifier: Apache-2.0
#include "cli/command/dump.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/input/filter_options.h"
#include "cli/input/log_series.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/view/record_dump.h"
#include "query/measure/cgroup_paths.h"
#include "rawlog/layout/version.h"

namespace proctape {
namespace {

enum class Format { kLines, kJson, kCsv };

struct DumpArguments {
  LogSeries logs;
  FilterOptions tasks;
  std::string fields;  // patterns, commas between
  bool json = false;
  bool csv = false;
};

std::vector<std::string> split(std::string_view patterns) {
  std::vector<std::string> list;
  while (!patterns.empty()) {
    const auto comma = patterns.find(',');
    list.emplace_back(patterns.substr(0, comma));
    patterns.remove_prefix(comma == patterns.npos ? patterns.size() : comma + 1);
  }
  return list;
}

// What patterns select in all versions.
struct Selection {
  std::vector<std::string> unknown;  // those that name nothing
  bool headers_only = false;
};
Selection selection_of(const std::vector<std::string>& patterns) {
  if (patterns.empty()) return {};
  FieldFilter filter(patterns);
  bool needs_blocks = false;
  for (const Version version : kVersions) {
    needs_blocks = RecordDump(version, filter).needs_blocks() || needs_blocks;
  }
  return {filter.unused(), !needs_blocks};
}

int dump(DumpArguments& arguments) {
  constexpr std::size_t kEnough = std::size_t{1} << 16U;  // to be written
  const auto patterns = split(arguments.fields);
  const Selection selection = selection_of(patterns);
  for (const std::string& pattern : selection.unknown) {
    complain("no member of any version is named " + pattern);
    return kExitUsage;
  }
  const auto tasks = arguments.tasks.filter();
  if (!tasks) {
    complain(tasks.error().message);
    return kExitUsage;
  }
  Sample sample;
  CgroupPaths cgroups;
  const auto cgroup_of = [&](const TaskIdentity& task) { return cgroups.of(task); };
  FieldFilter filter(patterns);
  std::optional<RecordDump> dump;
  std::string text;
  const auto drain = [](std::string& out) {
    if (out.size() < kEnough) return;
    print(out);
    out.clear();
  };
  std::string versions;
  const auto open = [&](Reader& reader) {
    if (arguments.csv && !dump) text = RecordDump::kCsvHeading;
    dump.emplace(reader.version(), filter);
    if (!tasks->is_all()) {
      dump->choose_tasks(
          [&](const Task& task) { return tasks->accepts(task.identity, cgroup_of); });
    }
    const std::string version = to_string(reader.version());
    if (!versions.ends_with(version)) versions += (versions.empty() ? "" : ", ") + version;
    return true;
  };
  Count number = 0;
  const int exit_code = arguments.logs.read(
      open,
      [&](Reader& reader) {
        ++number;
        if (arguments.json) {
          dump->append_json(reader, text, drain);
        } else if (arguments.csv) {
          dump->append_csv(reader, number, text, drain);
        } else {
          dump->append_lines(reader, text, drain);
        }
        return std::ferror(stdout) == 0;
      },
      selection.headers_only);
  print(text);
  if (!dump) return exit_code;
  for (const std::string& pattern : filter.unused()) {
    complain("no member of version " + versions + " is named " + pattern);
    return std::max<int>(exit_code, kExitUsage);
  }
  return exit_code;
}

}  // namespace

void add_dump(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<DumpArguments>();
  CLI::App* dump_app = app.add_subcommand("dump", "Print every value of a log with its name");
  arguments->logs.add_to(*dump_app);
  arguments->tasks.add_to(*dump_app);
  dump_app->add_option("--fields", arguments->fields, "only these members")
      ->type_name("GLOB[,GLOB...]");
  CLI::Option* json =
      dump_app->add_flag("--json", arguments->json, "one JSON object per sample, on its own line");
  dump_app->add_flag("--csv", arguments->csv, "rows of time,record,path,unit,value")
      ->excludes(json);
  dump_app->footer(
      "Values are what the log stores, under atop's own names; lines are `path unit value`.\n"
      "GLOB is a pattern as in a shell for a member's path without array indexes, or for the\n"
      "path of what holds it: sstat.cpu.lavg*, tasks.gen.pid, sstat.mem. The record's time is\n"
      "always there.\n"
      "\n" +
      std::string(kTimeHelp) +
      "\n"
      "Examples:\n"
      "  proctape dump atop_20261121 | less\n"
      "  proctape dump --at 03:17 yesterday\n"
      "  proctape dump --json atop_20261121 | jq '.tasks[] | select(.gen.name == \"sshd\")'\n"
      "  proctape dump --csv --fields 'sstat.mem.*,sstat.cpu.lavg1' atop_20261121 > mem.csv");
  dump_app->callback([arguments, &exit_code] { exit_code = dump(*arguments); });
}

}  // namespace proctape
