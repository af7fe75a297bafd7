// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/command_line.h"

#include <algorithm>
#include <vector>

namespace proctape {
namespace {

constexpr std::size_t kColumn = 30;  // where the help of an option begins

Error wrong(std::string_view subject, std::string_view what) {
  return {Error::Kind::kInvalid, std::string(subject) + ": " + std::string(what)};
}

}  // namespace

Result<> read_command_line(std::span<const CommandLineOption> options,
                           std::span<const char* const> words) {
  std::vector<const CommandLineOption*> given;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const std::size_t equals = word.starts_with("--") ? word.find('=') : word.npos;
    const std::string_view name = word.substr(0, equals);
    const auto option = std::ranges::find_if(options, [&](const CommandLineOption& each) {
      return name == each.name || (!each.short_name.empty() && name == each.short_name);
    });
    if (option == options.end()) {
      return Error{Error::Kind::kInvalid,
                   "The following argument was not expected: " + std::string(word)};
    }
    std::string_view value;
    if (option->value.empty()) {
      if (equals != word.npos) return wrong(name, "takes no value");
    } else {
      if (std::ranges::find(given, &*option) != given.end()) return wrong(name, "given twice");
      given.push_back(&*option);
      if (equals != word.npos) {
        value = word.substr(equals + 1);
      } else if (i + 1 < words.size() && !std::string_view(words[i + 1]).starts_with("--")) {
        value = words[++i];
      }
      if (value.empty()) return wrong(name, std::string(option->value) + " is missing");
    }
    if (const std::string problem = option->take(value); !problem.empty()) {
      return wrong(name, problem);
    }
  }
  return {};
}

std::string help_of(std::span<const CommandLineOption> options) {
  std::string help;
  for (const CommandLineOption& option : options) {
    std::string left = "  ";
    if (!option.short_name.empty()) left += std::string(option.short_name) + ",";
    left += option.name;
    if (!option.value.empty()) left += " " + std::string(option.value);
    help += left;
    if (left.size() >= kColumn) {
      help += '\n';
      left.clear();
    }
    help += std::string(kColumn - left.size(), ' ') + std::string(option.help) + '\n';
  }
  return help;
}

}  // namespace proctape
