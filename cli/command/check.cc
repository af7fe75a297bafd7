// SPDX-License-Identifier: Apache-2.0
#include "cli/command/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/text/json.h"
#include "cli/input/input_log.h"
#include "cli/input/log_names.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"

namespace proctape {
namespace {

// What was found out about one log, to be told at once.
struct Findings {
  std::string path;
  std::string version;  // empty if the log could not be opened
  std::string failure;  // empty if it was read to its end
  Count records = 0;
  std::uint64_t bytes = 0;
  std::vector<Damage> problems;  // kept for JSON only
};

std::string as_json(const Findings& findings) {
  Json json;
  {
    const JsonObject log(json);
    log.add("file", findings.path);
    if (!findings.version.empty()) log.add("version", findings.version);
    log.add("records", findings.records);
    log.add("bytes", findings.bytes);
    {
      const JsonArray problems(log, "problems");
      for (const Damage& damage : findings.problems) {
        const JsonObject problem(problems);
        problem.add("offset", damage.offset);
        problem.add("skipped", damage.skipped);
        problem.add("expected", damage.expected);
        problem.add("found", damage.found);
      }
    }
    if (!findings.failure.empty()) log.add("error", findings.failure);
  }
  return std::string(json.text()) + '\n';
}

std::string plural(Count count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

int check(const std::string& path, bool json) {
  Findings findings{.path = path};
  InputLog log(path, [&](const Damage& damage) {
    if (json) {
      findings.problems.push_back(damage);
    } else {
      print_line(path + ": " + to_string(damage));
    }
  });
  if (log) {
    findings.version = to_string(log.reader().version());
    while (log.next()) ++findings.records;
    findings.bytes = log.reader().offset();
  }
  findings.failure = log.failure();
  if (json) {
    print(as_json(findings));
  } else if (log) {
    print_line(
        fmt::format("{}: {}, {}", path, plural(findings.records, "record"),
                    log.problems() == 0 ? "no problems" : plural(log.problems(), "problem")));
  }
  return log.exit_code();
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  struct Arguments {
    std::vector<std::string> paths;
    bool json = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* check_app = app.add_subcommand("check", "Tell whether logs are whole");
  check_app->add_option("FILE", arguments->paths, std::string(kLogNamesHelp) + " [today]")
      ->type_name("");
  check_app->add_flag("--json", arguments->json, "one JSON object per log, on a line of its own");
  check_app->footer(
      "Every record must be there to its last byte, unpack to what its checksum says, agree\n"
      "with its header, and not lie before the one in front of it. Each problem is a line\n"
      "with its place in the file (in the unpacked log); a log ends with a line that counts.\n"
      "\n"
      "Examples:\n"
      "  proctape check /var/log/atop\n"
      "  proctape check --json atop_20261121 | jq .problems\n"
      "  ssh host cat /var/log/atop/atop_20261121 | proctape check -");
  check_app->callback([arguments, &exit_code] {
    for (const std::string& log : named_logs(arguments->paths, exit_code)) {
      exit_code = std::max(exit_code, check(log, arguments->json));
    }
  });
}

}  // namespace proctape
