// SPDX-License-Identifier: Apache-2.0
//
// proctape: looks into the logs that proctaped and atop write, and makes others of them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command/cat.h"
#include "cli/command/check.h"
#include "cli/command/convert.h"
#include "cli/command/cut.h"
#include "cli/command/dump.h"
#include "cli/command/info.h"
#include "cli/command/migrate.h"
#include "cli/command/plot.h"
#include "cli/command/procfs.h"
#include "cli/command/repair.h"
#include "cli/command/show.h"
#include "cli/command/status.h"
#include "cli/command/why.h"
#include "cli/output/exit_code.h"
#include "cli/output/nearest.h"
#include "cli/output/output.h"
#include "rawlog/layout/version.h"

namespace proctape {
namespace {

std::vector<std::string> names_of_subcommands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* each : app.get_subcommands({})) names.push_back(each->get_name());
  return names;
}

// `proctape help`, `proctape help show`.
void add_help(CLI::App& app, int& exit_code) {
  const auto name = std::make_shared<std::string>();
  CLI::App* help = app.add_subcommand("help", "Tell what proctape does, or one subcommand");
  help->add_option("SUBCOMMAND", *name, "the one to tell of")->type_name("");
  help->callback([&app, &exit_code, name] {
    // Its own help() would tell of the subcommand that was given: of this one.
    if (name->empty()) {
      return print(
          app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal));
    }
    const auto names = names_of_subcommands(app);
    if (std::ranges::find(names, *name) != names.end()) {
      return print(app.get_subcommand(*name)->help(app.get_name()));
    }
    complain("there is no subcommand " + *name + suggestion(*name, names));
    exit_code = kExitUsage;
  });
}

// Of a word that is none of the subcommands, or of an option that the subcommand has not: which one
// is nearest; else, without a subcommand, which there are.
std::string what_was_meant(const CLI::App& app, const std::vector<std::string>& words) {
  const auto is_option = [](const std::string& word) { return word.starts_with('-'); };
  const auto command = std::ranges::find_if_not(words, is_option);
  const auto names = names_of_subcommands(app);
  if (command == words.end() || std::ranges::find(names, *command) == names.end()) {
    const std::string hint = command == words.end() ? std::string{} : suggestion(*command, names);
    return hint.empty() ? "; there are " + fmt::format("{}", fmt::join(names, ", ")) : hint;
  }
  std::vector<std::string> options;
  for (const CLI::Option* option : app.get_subcommand(*command)->get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (!name.starts_with("--") || std::ranges::find(options, name) != options.end()) continue;
    return suggestion(name, options);
  }
  return {};
}

int run(int argc, char** argv) {
  CLI::App app("Reads, repairs and converts logs of atop " + supported_versions() +
                   ", and of proctaped, which writes the\nsame.",
               "proctape");
  app.footer(
      "Exit status: 0 fine, 1 a log is damaged, 2 wrong usage, 3 a file cannot be read or "
      "written.\n"
      "\n"
      "Examples:\n"
      "  proctape show /var/log/atop/atop_20261121    what happened on that day\n"
      "  proctape info /var/log/atop/atop_*           which logs there are\n"
      "  proctape check /var/log/atop/atop_*          whether they are whole\n"
      "  proctape show --help                         more of one subcommand");
  app.set_version_flag("-V,--version", "proctape " PROCTAPE_VERSION);
  app.require_subcommand(1);

  int exit_code = kExitFine;
  add_info(app, exit_code);
  add_show(app, exit_code);
  add_why(app, exit_code);
  add_plot(app, exit_code);
  add_dump(app, exit_code);
  add_check(app, exit_code);
  add_repair(app, exit_code);
  add_convert(app, exit_code);
  add_cat(app, exit_code);
  add_cut(app, exit_code);
  add_procfs(app, exit_code);
  add_migrate(app, exit_code);
  add_status(app, exit_code);
  add_help(app, exit_code);
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (std::ranges::find(words, "--json") != words.end()) complain_in_json();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream help;
    if (app.exit(error, help, help) == 0) {
      print(help.str());
      return kExitFine;
    }
    // Its words are those of the command line: a shell puts others' file names there.
    complain(error.what() + what_was_meant(app, words) + "; --help tells more");
    return kExitUsage;
  }
  // A full disk behind a redirection must not pass for success.
  if (!flush_output()) {
    complain("the output could not be written");
    return kExitUnreadable;
  }
  return exit_code;
}

}  // namespace
}  // namespace proctape

int main(int argc, char** argv) { return proctape::run(argc, argv); }
