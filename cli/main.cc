// SPDX-License-Identifier: Apache-2.0
//
// proctape: looks into the logs that proctaped and atop write, and makes others of them.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>

#include "cli/command/cat.h"
#include "cli/command/check.h"
#include "cli/command/convert.h"
#include "cli/command/cut.h"
#include "cli/command/dump.h"
#include "cli/command/info.h"
#include "cli/command/migrate.h"
#include "cli/command/repair.h"
#include "cli/command/show.h"
#include "cli/command/status.h"
#include "cli/command/why.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "rawlog/layout/version.h"

namespace proctape {
namespace {

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
  app.set_version_flag("--version", "proctape " PROCTAPE_VERSION);
  app.require_subcommand(1);

  int exit_code = kExitFine;
  add_info(app, exit_code);
  add_show(app, exit_code);
  add_why(app, exit_code);
  add_dump(app, exit_code);
  add_check(app, exit_code);
  add_repair(app, exit_code);
  add_convert(app, exit_code);
  add_cat(app, exit_code);
  add_cut(app, exit_code);
  add_migrate(app, exit_code);
  add_status(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream help;
    if (app.exit(error, help, help) == 0) {
      print(help.str());
      return kExitFine;
    }
    // Its words are those of the command line: a shell puts others' file names there.
    print_error_line(error.what());
    print_error("Run with --help for more information.\n");
    return kExitUsage;
  }
  // A full disk behind a redirection must not pass for success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    complain("the output could not be written");
    return kExitUnreadable;
  }
  return exit_code;
}

}  // namespace
}  // namespace proctape

int main(int argc, char** argv) { return proctape::run(argc, argv); }
