// SPDX-License-Identifier: Apache-2.0
//
// The manual pages tell the options that the programs tell, no more and no fewer, and the keys
// that config/proctape.toml holds: their part of proctape.toml.5 is made of that file. To make it
// anew after a change there:
//   PROCTAPE_RENEW_MAN=1 ctest --preset release -R ManPages
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "rawlog/layout/version.h"
#include "tests/support/run.h"

namespace proctape {
namespace {

using Options = std::set<std::string>;

std::string page_path(const std::string& name) {
  return std::string(SOURCE_DIR) + "/docs/man/" + name;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// ---- Options ----

// "-o" and "--output" of each line of options.
Options options_in_help(std::vector<std::string> command) {
  command.emplace_back("--help");
  const Finished help = run(command);
  EXPECT_EQ(help.exit_code, 0) << help.err;
  const std::regex option("^ +(-[A-Za-z])?,?(--[a-z-]+)");
  Options options;
  std::istringstream lines(help.out);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, option)) continue;
    if (match[1].matched) options.insert(match[1]);
    options.insert(match[2]);
  }
  return options;
}

// The same of the page, in the part that begins with the line `from` and ends with the next
// that begins with one of `until`.
Options options_in_page(const std::string& page, const std::string& from,
                        const std::vector<std::string>& until) {
  const std::regex option(R"(\bFl (-?[A-Za-z-]+))");
  Options options;
  bool inside = false;
  for (const std::string& line : lines_of(page_path(page))) {
    const bool ends = std::ranges::any_of(
        until, [&](const std::string& start) { return line.starts_with(start); });
    inside = line == from || (inside && !ends);
    if (!inside || !line.starts_with(".It Fl ")) continue;
    for (auto match = std::sregex_iterator(line.begin(), line.end(), option);
         match != std::sregex_iterator(); ++match) {
      options.insert("-" + (*match)[1].str());
    }
  }
  return options;
}

TEST(ManPages, TellTheOptionsOfTheDaemon) {
  EXPECT_EQ(options_in_page("proctaped.8", ".Sh DESCRIPTION", {".Sh"}),
            options_in_help({PROCTAPED}));
}

TEST(ManPages, TellTheOptionsOfTheProgram) {
  EXPECT_EQ(options_in_page("proctape.1", ".Sh DESCRIPTION", {".Sh", ".Ss"}),
            options_in_help({PROCTAPE}));
}

TEST(ManPages, TellTheSubcommandsAndTheirOptions) {
  const Finished help = run({PROCTAPE, "--help"});
  std::istringstream lines(help.out.substr(help.out.find("Subcommands:")));
  std::string line;
  std::getline(lines, line);
  std::vector<std::string> commands;
  while (std::getline(lines, line) && !line.empty()) {
    commands.push_back(line.substr(2, line.find(' ', 2) - 2));
    Options options = options_in_help({PROCTAPE, commands.back()});
    // Told once, for all.
    options.erase("-h");
    options.erase("--help");
    EXPECT_EQ(options_in_page("proctape.1", ".Ss " + commands.back(), {".Sh", ".Ss"}), options)
        << commands.back();
  }
  std::vector<std::string> sections;
  for (const std::string& text : lines_of(page_path("proctape.1"))) {
    if (text.starts_with(".Ss ")) sections.push_back(text.substr(4));
  }
  std::ranges::sort(sections);
  std::ranges::sort(commands);
  EXPECT_EQ(sections, commands);
}

// ---- Keys ----

// Text is not taken for a macro, nor a backslash for an escape.
std::string escaped(const std::string& text) {
  std::string result = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text) result += c == '\\' ? std::string("\\e") : std::string(1, c);
  return result;
}

// As mdoc wants it, each sentence on a line of its own.
std::string sentences(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\. (?=[A-Z]))"), ".\n");
}

// A comment: paragraphs, and lines set in further, which stay as they are.
std::string paragraphs(const std::vector<std::string>& comment) {
  std::string result;
  bool literal = false;
  const auto set_literal = [&](bool now) {
    if (now != literal) result += now ? ".Bd -literal -compact\n" : ".Ed\n";
    literal = now;
  };
  for (const std::string& line : comment) {
    set_literal(line.starts_with("  "));
    const std::string text = escaped(line);
    result += line.empty() ? ".Pp\n" : (literal ? text : sentences(text)) + '\n';
  }
  set_literal(false);
  return result;
}

// config/proctape.toml without its head, as mdoc: a list of keys for each section.
std::string keys_as_mdoc() {
  std::string result;
  std::vector<std::string> comment;
  bool in_list = false;
  const auto set_list = [&](bool now) {
    if (now != in_list) result += now ? ".Bl -tag -width Ds\n" : ".El\n";
    in_list = now;
  };
  bool in_head = true;
  for (const std::string& line : lines_of(std::string(SOURCE_DIR) + "/config/proctape.toml")) {
    if (in_head) {
      in_head = !line.empty();
    } else if (line.starts_with('#')) {
      comment.push_back(line.size() > 2 ? line.substr(2) : "");
    } else if (line.starts_with('[')) {
      set_list(false);
      result += ".Ss Section " + line + '\n' + paragraphs(std::exchange(comment, {}));
    } else if (!line.empty()) {
      set_list(true);
      std::string quotes = std::regex_replace(escaped(line), std::regex("\""), "\\(dq");
      // Else a line of one bracket were punctuation to mdoc, and `Li` empty.
      if (quotes.size() == 1) quotes.insert(0, "\\&");
      result += ".It Li \"" + quotes + "\"\n" + paragraphs(std::exchange(comment, {}));
    } else if (!comment.empty()) {
      set_list(false);
      result += ".Pp\n" + paragraphs(std::exchange(comment, {}));
    }
  }
  set_list(false);
  return result;
}

TEST(ManPages, TellTheKeysOfTheConfiguration) {
  const std::string path = page_path("proctape.toml.5");
  std::string before;
  std::string keys;
  std::string after;
  std::string* part = &before;
  for (const std::string& line : lines_of(path)) {
    if (line == ".Sh FILES") part = &after;
    *part += line + '\n';
    if (line.starts_with(".\\\" From here to the end of the section:")) part = &keys;
  }
  ASSERT_FALSE(after.empty());
  const std::string expected = keys_as_mdoc();
  if (::getenv("PROCTAPE_RENEW_MAN")) {
    std::ofstream(path) << before << expected << after;
    return;
  }
  EXPECT_EQ(keys, expected) << "to renew it: see above in this file";
}

// rawlog/layout/version.h has the one list of them.
TEST(Texts, NameTheVersionsThatThereAre) {
  const std::string versions = supported_versions();
  const std::regex span(R"x((2\.\d+)"? to "?(\d\.\d+))x");
  for (const char* file :
       {"README.md", "dev", "config/proctape.toml", "docs/man/proctape.1", "docs/man/proctaped.8",
        "docs/man/proctape.toml.5", "packaging/debian/control"}) {
    bool found = false;
    for (const std::string& line : lines_of(std::string(SOURCE_DIR) + '/' + file)) {
      for (std::sregex_iterator match(line.begin(), line.end(), span);
           match != std::sregex_iterator(); ++match) {
        const std::string told = (*match)[1].str() + " to " + (*match)[2].str();
        // Of part of them other texts may tell.
        if (!told.starts_with(to_string(kOldestVersion) + ' ')) continue;
        EXPECT_EQ(told, versions) << file;
        found = true;
      }
    }
    EXPECT_TRUE(found) << file;
  }
}

}  // namespace
}  // namespace proctape
