// SPDX-License-Identifier: Apache-2.0
//
// Which folder may include which, who may include a library's headers, and that every source
// says under which licence it stands. A new rule, or an exception, is a row here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace proctape {
namespace {

namespace fs = std::filesystem;

// Besides itself. Tests may include the helpers in tests/support, too.
struct Folder {
  std::string name;
  std::set<std::string> may_include;
};
const Folder kFolders[] = {
    {"base", {}},
    {"sample", {"base"}},
    {"collector", {"sample", "base"}},
    {"rawlog", {"sample", "base"}},
    {"config", {"base"}},
    {"systemd", {"base"}},
    {"daemon", {"collector", "rawlog", "sample", "config", "systemd", "base"}},
    {"cli", {"rawlog", "sample", "config", "base"}},
};

// Headers that begin with `header` are for the files whose paths match `files` only.
struct Library {
  std::string header;
  std::regex files;
};
const Library kLibraries[] = {
    {"libdeflate.h", std::regex("rawlog/(compress|inflate|.*_test)\\.cc")},
    {"zlib.h", std::regex("rawlog/(inflate|.*_test)\\.cc")},
    // Not for the daemon.
    {"lzma.h", std::regex("cli/unpack\\.cc")},
    {"zstd", std::regex("cli/unpack\\.cc")},
    {"bzlib.h", std::regex("cli/unpack\\.cc")},
    {"rapidjson/",
     std::regex("(cli/.*|collector/containers/runtime_state\\.cc|daemon/state_text\\.cc)")},
    {"toml++/", std::regex("config/load\\.cc")},
    {"systemd/sd-", std::regex("daemon/sd_event_loop\\.cc")},
    {"spdlog/", std::regex("(daemon|cli)/.*")},
    // C++'s locales, which these bring, are a quarter of the minimal build.
    {"fstream>", std::regex("cli/.*|.*_test\\.cc")},
    {"iostream>", std::regex("cli/.*|.*_test\\.cc")},
    {"sstream>", std::regex("cli/.*|.*_test\\.cc")},
    {"fmt/chrono.h>", std::regex("cli/.*|.*_test\\.cc")},
};

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// Paths below the source directory, of all files in `folder`.
std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_DIR) / folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), SOURCE_DIR));
  }
  return files;
}

bool is_cpp(const std::string& path) { return path.ends_with(".cc") || path.ends_with(".h"); }

TEST(Layering, FoldersIncludeOnlyWhatIsBelowThem) {
  const std::regex include("#include \"([^/\"]+)/.*");
  std::size_t seen = 0;
  for (const Folder& folder : kFolders) {
    for (const std::string& path : files_in(folder.name)) {
      if (!is_cpp(path)) continue;
      for (const std::string& line : lines_of(fs::path(SOURCE_DIR) / path)) {
        if (!line.starts_with("#include \"")) continue;
        ++seen;
        std::smatch match;
        ASSERT_TRUE(std::regex_match(line, match, include))
            << path << " includes without a folder: " << line;
        const std::string target = match[1];
        const bool helper = target == "tests" && path.ends_with("_test.cc");
        EXPECT_TRUE(target == folder.name || folder.may_include.contains(target) || helper)
            << path << " may not have " << line;
      }
    }
  }
  EXPECT_GT(seen, 50U) << "the sources were not found";
}

TEST(Layering, LibrariesAreKeptBehindTheirWrappers) {
  for (const Folder& folder : kFolders) {
    for (const std::string& path : files_in(folder.name)) {
      if (!is_cpp(path)) continue;
      for (const std::string& line : lines_of(fs::path(SOURCE_DIR) / path)) {
        for (const Library& library : kLibraries) {
          if (!line.starts_with("#include <" + library.header)) continue;
          EXPECT_TRUE(std::regex_match(path, library.files)) << path << " may not have " << line;
        }
      }
    }
  }
}

// What reaches a person goes through visible() (base/visible_text.h): none of these passes it by.
TEST(Layering, OnlyTheBorderWritesForPeople) {
  const std::regex writes(
      R"(.*\b(stdout|stderr|f?puts|perror|putchar|cout|cerr|syslog)\b.*|.*\bv?f?printf\(.*|)"
      R"(.*fmt::print.*|.*write\(STD(OUT|ERR)_FILENO.*|.*(set_default_logger|sinks/).*)");
  const std::set<std::string> border = {
      "base/output.cc",
      "cli/progress.cc",     // a bar, of nobody's text
      "cli/main.cc",         // looks whether all was written
      "cli/dump.cc",         // likewise
      "cli/output_file.cc",  // logs
      "daemon/log.cc",      "daemon/sd_journal_sink.cc", "daemon/stderr_journal_sink.cc",
  };
  for (const Folder& folder : kFolders) {
    for (const std::string& path : files_in(folder.name)) {
      if (!is_cpp(path) || path.ends_with("_test.cc") || border.contains(path)) continue;
      for (const std::string& line : lines_of(fs::path(SOURCE_DIR) / path)) {
        if (line.find("//") != line.npos) continue;
        EXPECT_FALSE(std::regex_match(line, writes))
            << path << " passes base/output.h by: " << line;
      }
    }
  }
}

TEST(Layering, EverySourceSaysItsLicence) {
  const std::regex source(
      R"((.*\.(cc|h|c|cmake|sh|py|toml|in)|(.*/)?CMakeLists\.txt|dev|\.ci/run))");
  std::vector<std::string> files = {"CMakeLists.txt", "dev", ".ci/run"};
  for (const char* folder : {"base", "sample", "collector", "rawlog", "config", "systemd", "daemon",
                             "cli", "tests", "bench", "packaging"}) {
    for (std::string& path : files_in(folder)) {
      // What was recorded from a kernel is nobody's work.
      if (path.starts_with("tests/fixtures/") || path.starts_with("tests/golden/")) continue;
      // Every character of these counts.
      if (path.starts_with("tests/broken_configurations/")) continue;
      if (std::regex_match(path, source)) files.push_back(std::move(path));
    }
  }
  for (const std::string& path : files) {
    const auto lines = lines_of(fs::path(SOURCE_DIR) / path);
    const bool script = !lines.empty() && lines[0].starts_with("#!");
    const std::size_t place = script ? 1 : 0;
    ASSERT_GT(lines.size(), place) << path;
    // What runs in the kernel is under its licence, too.
    EXPECT_TRUE(lines[place].ends_with("SPDX-License-Identifier: Apache-2.0") ||
                (path.starts_with("collector/bpf/") &&
                 lines[place].ends_with("SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)")))
        << path << " lacks its SPDX line";
  }
}

}  // namespace
}  // namespace proctape
