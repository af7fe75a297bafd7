// SPDX-License-Identifier: Apache-2.0
#include "cli/migration/shell_assignments.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace proctape {
namespace {

bool separates(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  ShellAssignments parse() {
    while (!rest_.empty()) statement();
    return std::move(found_);
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c;
  }

  // Up to the end of the line, which is left.
  void skip_line() { rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size())); }

  void problem(int line, const std::string& text) {
    found_.problems.push_back("line " + std::to_string(line) + ": " + text);
  }

  bool at_end_of_word() const {
    return rest_.empty() || separates(rest_.front()) || rest_.front() == '\n' ||
           rest_.front() == ';';
  }

  void statement() {
    if (separates(rest_.front()) || rest_.front() == '\n' || rest_.front() == ';') {
      take();
      return;
    }
    if (rest_.front() == '#') return skip_line();
    const auto* const name_end = std::ranges::find_if_not(rest_, is_name_character);
    const std::string name(rest_.begin(), name_end);
    const std::string_view behind = rest_.substr(name.size());
    if (name == "export" && !behind.empty() && separates(behind.front())) {
      rest_ = behind;
      return;
    }
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) ||
        !behind.starts_with('=')) {
      const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t\r\n;"));
      problem(line_, "expected NAME=value, found '" + std::string(word) + "'");
      return skip_line();
    }
    rest_ = behind.substr(1);
    value(name);
  }

  void value(const std::string& name) {
    const int line = line_;
    std::string text;
    while (!at_end_of_word()) {
      const char c = take();
      if (c == '\'' || c == '"') {
        if (!quoted(c, text)) return problem(line, name + ": the quotes are not closed");
      } else if (c == '\\') {
        escaped(text);
      } else {
        needs_shell_ |= c == '$' || c == '`';
        text += c;
      }
    }
    if (std::exchange(needs_shell_, false)) {
      return problem(line, name + ": only a shell can tell what " + text + " is");
    }
    found_.values[name] = text;
  }

  // Adds what stands up to the closing quote.
  bool quoted(char quote, std::string& text) {
    while (!rest_.empty()) {
      const char c = take();
      if (c == quote) return true;
      if (c == '\\' && quote == '"' && !rest_.empty() &&
          std::string_view("\\\"$`\n").find(rest_.front()) != std::string_view::npos) {
        escaped(text);
        continue;
      }
      needs_shell_ |= quote == '"' && (c == '$' || c == '`');
      text += c;
    }
    return false;
  }

  // What follows a backslash: a newline continues the line, all else is itself.
  void escaped(std::string& text) {
    if (rest_.empty()) return;
    if (const char c = take(); c != '\n') text += c;
  }

  std::string_view rest_;
  int line_ = 1;
  bool needs_shell_ = false;  // the value being read
  ShellAssignments found_;
};

}  // namespace

ShellAssignments parse_shell_assignments(std::string_view text) { return Parser(text).parse(); }

}  // namespace proctape
