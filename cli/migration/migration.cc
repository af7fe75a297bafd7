// SPDX-License-Identifier: Apache-2.0
#include "cli/migration/migration.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text/visible_text.h"
#include "cli/migration/shell_assignments.h"
#include "config/config.h"
#include "config/duration.h"

namespace proctape {
namespace {

// The variables of the file, with what atop's service takes when they are not set.
constexpr std::string_view kOptions = "LOGOPTS";
constexpr std::string_view kInterval = "LOGINTERVAL";
constexpr std::string_view kGenerations = "LOGGENERATIONS";
constexpr std::string_view kPath = "LOGPATH";
constexpr std::string_view kDefaultPath = "/var/log/atop";
constexpr std::uint64_t kDefaultInterval = 600;    // s
constexpr std::uint64_t kDefaultGenerations = 28;  // days

// Options of atop that matter to a recording, or take an argument. The others choose what is shown.
struct Option {
  char letter;
  bool has_argument;
  std::string_view note;  // empty: it has an equivalent
};
constexpr Option kAtopOptions[] = {
    {'R', false, ""},
    {'W', false, ""},
    {'a', false, "not needed: all processes are always recorded"},
    {'S', false, "not needed: a new file begins at midnight by itself"},
    {'k', false, "no equivalent: atopgpud is not asked"},
    {'K', false, "no equivalent: netatop is not asked"},
    {'z', true, "no equivalent: the environment of processes is not recorded"},
    {'w', true, "not for a recorder: it writes to the log directory"},
    {'r', true, "not for a recorder: it reads logs"},
    {'b', true, "not for a recorder: it reads logs"},
    {'e', true, "not for a recorder: it reads logs"},
    {'P', true, "not for a recorder: it prints"},
    {'J', true, "not for a recorder: it prints"},
    {'L', true, "not for a recorder: it prints"},
};
constexpr Option kDisplayOption = {0, false, "not for a recorder: it chooses what is shown"};

const Option& option_of(char letter) {
  const auto* const found = std::ranges::find(kAtopOptions, letter, &Option::letter);
  return found == std::end(kAtopOptions) ? kDisplayOption : *found;
}

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n";
  std::vector<std::string_view> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) return words;
    words.push_back(text.substr(0, text.find_first_of(kBlanks)));
    text.remove_prefix(words.back().size());
  }
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return number;
}

// A TOML string; control characters, which make no sense in what is written here, are dropped.
std::string toml_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) result += c;
  }
  return result + '"';
}

class Migrator {
 public:
  Migrator(std::string_view text, std::string_view name)
      : name_(visible(name)), settings_(parse_shell_assignments(text)) {}

  Migration migrate() {
    for (const std::string& problem : settings_.problems) note(problem + "; left out");
    for (const auto& [variable, value] : settings_.values) {
      if (!is_known(variable)) note(variable + ": not a setting of atop's recorder; left out");
    }
    const std::string interval = to_string(interval_of(number(kInterval, kDefaultInterval)));
    const std::string directory = log_directory();
    const std::uint64_t days = generations();
    read_options();

    std::string toml = fmt::format("# Made by `proctape migrate` of {}.\n", name_);
    toml += "# All keys, with their meanings and defaults: proctape.toml(5).\n";
    for (const std::string& text : notes_) toml += "# " + text + '\n';
    toml += fmt::format("\ninterval = \"{}\"\n\n[log]\ndirectory = {}\nmax_age = \"{}d\"\n",
                        interval, toml_text(directory), days);
    if (pss_ || wait_channel_) toml += "\n[tasks]\n";
    if (pss_) toml += "pss = \"always\"\n";
    if (wait_channel_) toml += "wait_channel = true\n";
    return {std::move(toml), std::move(notes_)};
  }

 private:
  // Notes become comments, of one line.
  void note(const std::string& text) { notes_.push_back(visible(text)); }

  static bool is_known(std::string_view variable) {
    return variable == kOptions || variable == kInterval || variable == kGenerations ||
           variable == kPath;
  }

  std::optional<std::string_view> value(std::string_view variable) const {
    const auto found = settings_.values.find(variable);
    if (found == settings_.values.end()) return std::nullopt;
    return found->second;
  }

  std::uint64_t number(std::string_view variable, std::uint64_t otherwise) {
    const auto text = value(variable);
    if (!text) return otherwise;
    const auto parsed = number_of(*text);
    if (!parsed) {
      note(fmt::format("{}: '{}' is no number, and atop's service would not start; {} instead",
                       variable, *text, otherwise));
    }
    return parsed.value_or(otherwise);
  }

  std::chrono::nanoseconds interval_of(std::uint64_t seconds) {
    constexpr auto kLongest = static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::seconds>(kLongestInterval).count());
    if (seconds == 0) {
      note(fmt::format(
          "{}: samples on signals only have no equivalent; the longest interval instead",
          kInterval));
      return kLongestInterval;
    }
    if (seconds > kLongest) {
      note(fmt::format("{}: longer than the longest interval, which is taken instead", kInterval));
      return kLongestInterval;
    }
    return std::chrono::seconds(seconds);
  }

  // Days; atop deletes what is older when it starts, proctaped all the time.
  std::uint64_t generations() {
    constexpr std::uint64_t kMostDays = 36500;
    return std::clamp<std::uint64_t>(number(kGenerations, kDefaultGenerations), 1, kMostDays);
  }

  std::string log_directory() {
    std::string_view path = value(kPath).value_or(kDefaultPath);
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    if (!path.starts_with('/')) {
      note(fmt::format("{}: '{}' is no absolute path; {} instead", kPath, path, kDefaultPath));
      return std::string(kDefaultPath);
    }
    if (path != kDefaultPath) {
      note(
          fmt::format("{}: the service may write there after `systemctl edit proctaped` with "
                      "[Service] ReadWritePaths={}, and the user proctape must own it",
                      kPath, path));
    }
    return std::string(path);
  }

  // Letters may stand together (-RW), and an argument directly behind its letter (-PCPU).
  void read_options() {
    const auto words = words_of(value(kOptions).value_or(""));
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!words[i].starts_with('-') || words[i].size() == 1) {
        note(fmt::format("{}: {}: not an option; left out", kOptions, words[i]));
        continue;
      }
      for (std::size_t at = 1; at < words[i].size(); ++at) {
        const Option& option = option_of(words[i][at]);
        read_option(words[i][at], option);
        if (!option.has_argument) continue;
        if (at + 1 == words[i].size()) ++i;  // the next word
        break;
      }
    }
  }

  void read_option(char letter, const Option& option) {
    if (letter == 'R') pss_ = true;
    if (letter == 'W') wait_channel_ = true;
    if (!option.note.empty()) note(fmt::format("{}: -{}: {}", kOptions, letter, option.note));
  }

  std::string name_;
  ShellAssignments settings_;
  bool pss_ = false;
  bool wait_channel_ = false;
  std::vector<std::string> notes_;
};

}  // namespace

Migration migrate(std::string_view text, std::string_view name) {
  return Migrator(text, name).migrate();
}

}  // namespace proctape
