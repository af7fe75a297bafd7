// SPDX-License-Identifier: Apache-2.0
#include "cli/command/status.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/view/reported_state.h"
#include "cli/view/state_view.h"
#include "cli/view/status_text.h"
#include "config/config.h"

namespace proctape {
namespace {

// What the daemon wrote, and what only a look from outside can tell.
std::string as_json(ReportedState& state) {
  auto& allocator = state.content.GetAllocator();
  state.content.AddMember("running", state.running, allocator);
  state.content.AddMember("overdue", state.overdue.count(), allocator);
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  state.content.Accept(writer);
  return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

int tell(const std::string& path, bool json) {
  auto state = read_reported_state(path);
  if (!state) {
    complain(state.error().kind == Error::Kind::kMissing ? "no proctaped tells of itself in " + path
                                                         : state.error().message);
    return kExitUnreadable;
  }
  bool problems = state->overdue.count() > 0;
  StateView(state->content)["problems"].each([&](const StateView&) { problems = true; });
  print(json ? as_json(*state) : status_text(*state));
  if (!state->running) return kExitUnreadable;
  return problems ? kExitProblems : kExitFine;
}

}  // namespace

void add_status(CLI::App& app, int& exit_code) {
  const auto paths = std::make_shared<std::vector<std::string>>();
  const auto json = std::make_shared<bool>(false);
  CLI::App* status = app.add_subcommand("status", "Ask the running proctaped how it is doing");
  status->add_option("FILE", *paths, "state files of daemons [/run/proctape/status.json]")
      ->type_name("");
  status->add_flag("--json", *json, "one JSON object per daemon, on a line of its own");
  status->footer(
      "Reads what the daemon wrote there with its last sample (state_file in proctape.toml).\n"
      "Times are in real time; CPU is CPU time.\n"
      "\n"
      "Exit status: 0 running, and all is well; 1 running, with problems; 3 not running.\n"
      "\n"
      "Examples:\n"
      "  proctape status\n"
      "  proctape status --json | jq .cost.cpu_share");
  status->callback([paths, json, &exit_code] {
    if (paths->empty()) paths->emplace_back(kStateFile);
    for (const std::string& path : *paths) exit_code = std::max(exit_code, tell(path, *json));
  });
}

}  // namespace proctape
