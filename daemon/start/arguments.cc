// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/arguments.h"

#include <charconv>
#include <filesystem>
#include <iterator>
#include <span>

#include "base/text/format.h"
#include "base/text/output.h"
#include "config/load.h"
#include "daemon/start/command_line.h"
#include "rawlog/layout/version.h"

namespace proctape {
namespace {

constexpr char kDescription[] =
    "proctaped - records system and process activity in atop's log format\n\n"
    "Samples /proc every interval and appends to DIR/atop_YYYYMMDD, which `atop -r`,\n"
    "`atopsar -r` and other readers of atop logs open. Runs in the foreground until SIGTERM,\n"
    "SIGINT or SIGUSR2 (a last sample, then the end). SIGUSR1: a sample now. SIGHUP: the\n"
    "configuration is read anew.\n"
    "Usage: proctaped [OPTIONS]\n\n"
    "Options:\n";
constexpr char kFooter[] =
    "\n\nDurations are whole numbers with a unit: 500ms, 10s, 5m, 1h.\n"
    "The command line beats the configuration file, which beats the defaults.\n\n"
    "Exit codes: 0 done; 1 wrong configuration, or nothing can be recorded; 2 wrong usage.\n\n"
    "Examples:\n"
    "  proctaped --interval 1s --samples 5 --log-dir /tmp/tape\n"
    "  proctaped --check-config --config /etc/proctape/proctape.toml\n";

std::string take_count(std::string_view text, std::uint64_t& into) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, into);
  if (parsed.ec == std::errc() && parsed.ptr == end) return {};
  return formatted("expected a whole number, found \"{}\"", text);
}

}  // namespace

std::optional<Arguments> parse_arguments(int argc, const char* const* argv, int& exit_code) {
  Arguments arguments;
  bool help = false;
  bool version = false;
  const auto flag = [](bool& into) {
    return [&into](std::string_view) {
      into = true;
      return std::string();
    };
  };
  // What the table of the configuration's keys takes.
  const auto setting = [&arguments](const char* key, const char* option, bool is_path = false) {
    return [&arguments, key, option, is_path](std::string_view value) {
      arguments.settings.push_back({key, std::string(value), option, is_path});
      return std::string();
    };
  };
  const std::string config_value = std::string("FILE=") + kConfigFile;
  const CommandLineOption options[] = {
      {"--help", "", "Print this help message and exit", flag(help), "-h"},
      {"--version", "", "Display program version information and exit", flag(version)},
      {"--config", config_value, "Configuration file; this one must exist",
       [&](std::string_view value) {
         arguments.config_file = value;
         arguments.config_given = true;
         return std::string();
       }},
      {"--last-good", "FILE",
       "Keep the configuration that is in force there, and start with it if the other is broken",
       [&](std::string_view value) {
         arguments.last_good = value;
         return std::string();
       }},
      {"--check-config", "", "Check configuration and command line, say what is wrong, and exit",
       flag(arguments.check_config)},
      {"--list-sources", "",
       "Show what is read from the kernel and whether this host has it, and exit",
       flag(arguments.list_sources)},
      {"--samples", "N", "Exit after N records",
       [&](std::string_view value) { return take_count(value, arguments.samples); }},
      {"--interval", "DURATION", "Time between samples [10s]", setting("interval", "--interval")},
      {"--log-dir", "DIR", "Where the daily logs go [/var/log/atop]",
       setting("log.directory", "--log-dir", true)},
      {"--format", "VERSION|auto",
       "Version of atop whose log format is written; auto: that of the atop on this host, "
       "else 2.12 [auto]",
       setting("log.format", "--format")},
      {"--root", "DIR", "Directory that holds the proc/ and sys/ to read [/]",
       setting("root", "--root", true)},
  };
  const auto read = read_command_line(
      options, std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0));
  if (help) {
    print(std::string(kDescription) + help_of(options) + kFooter);
  } else if (!read) {
    print_error_line(read.error().message);
    print_error("Run with --help for more information.\n");
    exit_code = kExitUsage;
    return std::nullopt;
  } else if (version) {
    print("proctaped " PROCTAPE_VERSION "\n");
  } else {
    return arguments;
  }
  exit_code = kExitOk;
  return std::nullopt;
}

Result<Config> effective_config(const Arguments& arguments) {
  const auto formats = version_names();
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
