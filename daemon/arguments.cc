// SPDX-License-Identifier: Apache-2.0
#include "daemon/arguments.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "config/load.h"
#include "rawlog/version.h"

namespace proctape {
namespace {

constexpr char kDescription[] =
    "proctaped - records system and process activity in atop's log format\n\n"
    "Samples /proc every interval and appends to DIR/atop_YYYYMMDD, which `atop -r`,\n"
    "`atopsar -r` and other readers of atop logs open. Runs in the foreground until SIGTERM,\n"
    "SIGINT or SIGUSR2 (a last sample, then the end). SIGUSR1: a sample now. SIGHUP: the\n"
    "configuration is read anew.";
constexpr char kFooter[] =
    "\nDurations are whole numbers with a unit: 500ms, 10s, 5m, 1h.\n"
    "The command line beats the configuration file, which beats the defaults.\n\n"
    "Exit codes: 0 done; 1 wrong configuration, or nothing can be recorded; 2 wrong usage.\n\n"
    "Examples:\n"
    "  proctaped --interval 1s --samples 5 --log-dir /tmp/tape\n"
    "  proctaped --check-config --config /etc/proctape/proctape.toml";

}  // namespace

std::optional<Arguments> parse_arguments(int argc, const char* const* argv, int& exit_code) {
  Arguments arguments;
  CLI::App app(kDescription, "proctaped");
  app.footer(kFooter);
  app.set_version_flag("--version", "proctaped " PROCTAPE_VERSION);

  auto* config =
      app.add_option("--config", arguments.config_file, "Configuration file; this one must exist");
  config->type_name("FILE")->capture_default_str();
  app.add_flag("--check-config", arguments.check_config,
               "Check configuration and command line, say what is wrong, and exit");
  app.add_flag("--list-sources", arguments.list_sources,
               "Show what is read from the kernel and whether this host has it, and exit");
  app.add_option("--samples", arguments.samples, "Exit after N records")->type_name("N");

  const auto setting = [&](const char* option, const char* key, const char* type,
                           const char* help) {
    const bool is_path = std::string_view(type) == "DIR";
    app.add_option_function<std::string>(
           option,
           [&arguments, key, option, is_path](const std::string& value) {
             arguments.settings.push_back({key, value, option, is_path});
           },
           help)
        ->type_name(type);
  };
  setting("--interval", "interval", "DURATION", "Time between samples [10s]");
  setting("--log-dir", "log.directory", "DIR", "Where the daily logs go [/var/log/atop]");
  setting("--format", "log.format", "VERSION|auto",
          "Version of atop whose log format is written; auto: that of the atop on this host, "
          "else 2.12 [auto]");
  setting("--root", "root", "DIR", "Directory that holds the proc/ and sys/ to read [/]");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& end) {
    exit_code = app.exit(end, std::cout, std::cerr) == 0 ? kExitOk : kExitUsage;
    return std::nullopt;
  }
  arguments.config_given = config->count() > 0;
  return arguments;
}

std::vector<std::string> log_formats() {
  std::vector<std::string> formats;
  for (const Version version : kVersions) formats.push_back(to_string(version));
  return formats;
}

Result<Config> effective_config(const Arguments& arguments) {
  const auto formats = log_formats();
  auto config = arguments.config_given ? load_config(arguments.config_file, formats)
                                       : load_config_if_present(arguments.config_file, formats);
  if (!config) return config;
  for (const auto& setting : arguments.settings) {
    // A path is meant from where the command is typed; the file's must be absolute.
    const std::string value =
        setting.is_path ? std::filesystem::absolute(setting.value).lexically_normal().string()
                        : setting.value;
    if (auto set = set_config(*config, setting.key, value, formats); !set) {
      return Error{set.error().kind, setting.option + ": " + set.error().message};
    }
  }
  return config;
}

}  // namespace proctape
