// SPDX-License-Identifier: Apache-2.0
//
// Which folder may include which, who may include a library's headers, and that every source
// says under which licence it stands. A new rule, or an exception, is a row here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace proctape {
namespace {

namespace fs = std::filesystem;

// A room may include itself, the rooms named beside it, and what is below a top folder that is
// named there. Each stands behind all that it may include, so that there are no circles. Tests may
// include anything in their own top folder, and the helpers in tests/support.
struct Room {
  std::string name;
  std::set<std::string> may_include;
};
const Room kRooms[] = {
    {"base/text", {}},
    {"base", {"base/text"}},
    {"base/file", {"base", "base/text"}},
    {"sample", {"base"}},
    {"sample/deviation", {"sample", "base"}},
    {"sample/sink", {"sample", "base"}},

    {"collector/kernel", {"base"}},
    {"collector/redaction", {"collector/kernel", "base"}},
    {"collector/bpf", {"collector/kernel", "base"}},
    {"collector/gpu", {"collector/kernel", "sample", "base"}},
    {"collector/system", {"collector/gpu", "collector/kernel", "sample", "base"}},
    {"collector/cgroup",
     {"collector/system", "collector/redaction", "collector/kernel", "sample", "base"}},
    {"collector/containers",
     {"collector/cgroup", "collector/redaction", "collector/kernel", "sample", "base"}},
    {"collector/task",
     {"collector/containers", "collector/bpf", "collector/redaction", "collector/kernel", "sample",
      "base"}},
    {"collector/network",
     {"collector/task", "collector/bpf", "collector/kernel", "sample", "base"}},
    {"collector/exits",
     {"collector/task", "collector/bpf", "collector/redaction", "collector/kernel", "sample",
      "base"}},
    {"collector",
     {"collector/exits", "collector/network", "collector/task", "collector/cgroup",
      "collector/system", "collector/kernel", "sample", "base"}},

    {"rawlog/codec", {"base"}},
    {"rawlog/layout", {"sample", "base"}},
    {"rawlog/file", {"rawlog/layout", "rawlog/codec", "sample", "base"}},
    {"rawlog/directory", {"rawlog/file", "rawlog/layout", "rawlog/codec", "base"}},
    {"rawlog/recorder", {"rawlog/directory", "rawlog/file", "rawlog/layout", "sample", "base"}},

    {"query/table", {}},
    {"query/measure", {"query/table", "sample", "base"}},
    {"query/filter", {"sample", "base"}},
    {"query/events", {"query/measure", "query/table", "sample", "base"}},
    {"query/topic", {"query/events", "query/measure", "query/table", "sample", "base"}},
    {"query/why", {"query/measure", "query/table", "sample", "base"}},

    {"report/picture", {"base"}},
    {"report/plot", {"report/picture", "query", "sample", "base"}},

    {"config", {"base"}},
    {"systemd", {"base"}},

    {"daemon/loop", {"systemd", "base"}},
    {"daemon/messages", {"collector", "config", "sample", "base"}},
    {"daemon/sampling",
     {"daemon/messages", "daemon/loop", "collector", "config", "sample", "base"}},
    {"daemon/self", {"daemon/sampling", "daemon/messages", "sample", "config", "systemd", "base"}},
    {"daemon/start",
     {"daemon/sampling", "daemon/messages", "collector", "rawlog", "config", "sample", "base"}},
    {"daemon",
     {"daemon/start", "daemon/self", "daemon/sampling", "daemon/messages", "daemon/loop",
      "collector/bpf", "config", "systemd", "base"}},

    {"cli/output", {"rawlog/layout", "base"}},
    {"cli/input", {"cli/output", "query", "rawlog", "config", "sample", "base"}},
    {"cli/view", {"cli/output", "query", "rawlog", "sample", "base"}},
    {"cli/procfs", {"cli/output", "query", "rawlog", "sample", "base"}},
    {"cli/migration", {"config", "base"}},
    {"cli/command",
     {"cli/procfs", "cli/view", "cli/input", "cli/output", "cli/migration", "report", "query",
      "rawlog", "config", "base"}},
    {"cli", {"cli/command", "cli/output", "rawlog"}},
};

const std::string kTopFolders[] = {"base",   "sample", "collector", "rawlog", "query",
                                   "report", "config", "systemd",   "daemon", "cli"};

std::string top_of(const std::string& path) { return path.substr(0, path.find('/')); }

// Headers that begin with `header` are for the files whose paths match `files` only.
struct Library {
  std::string header;
  std::regex files;
};
const Library kLibraries[] = {
    {"libdeflate.h", std::regex("rawlog/codec/(compress|inflate)\\.cc|rawlog/(.*_test)\\.cc")},
    {"zlib.h", std::regex("rawlog/codec/inflate\\.cc|rawlog/(.*_test)\\.cc")},
    // Not for the daemon.
    {"lzma.h", std::regex("cli/input/unpack\\.cc")},
    {"zstd", std::regex("cli/input/unpack\\.cc")},
    {"bzlib.h", std::regex("cli/input/unpack\\.cc")},
    {"cairo.h", std::regex("report/picture/png\\.cc")},
    {"rapidjson/",
     std::regex("(base/text/json\\.h|cli/.*|collector/containers/runtime_state\\.cc)")},
    {"toml++/", std::regex("config/load\\.cc")},
    {"systemd/sd-", std::regex("daemon/loop/sd_event_loop\\.cc")},
    // Each is a library of headers there, and compiled there only.
    {"spdlog/", std::regex("daemon/messages/(log|.*journal_sink)\\.(cc|h)")},
    {"fmt/", std::regex("base/text/format\\.h|cli/.*|.*_test\\.cc")},
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

// Paths below the source directory, of the files that `folder` itself has.
std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), SOURCE_DIR));
  }
  return files;
}

// Of these, and of all folders in them.
std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_DIR) / folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), SOURCE_DIR));
  }
  return files;
}

bool is_cpp(const std::string& path) { return path.ends_with(".cc") || path.ends_with(".h"); }

// Whether what `room` may include covers a header in `folder`.
bool allows(const Room& room, const std::string& folder) {
  return folder == room.name || room.may_include.contains(folder) ||
         (top_of(folder) != top_of(room.name) && room.may_include.contains(top_of(folder)));
}

TEST(Layering, RoomsIncludeOnlyWhatIsBelowThem) {
  const std::regex include("#include \"(?:(.+)/)?[^/\"]+\"");
  std::size_t seen = 0;
  for (const Room& room : kRooms) {
    for (const std::string& path : files_in(room.name)) {
      if (!is_cpp(path)) continue;
      for (const std::string& line : lines_of(fs::path(SOURCE_DIR) / path)) {
        if (!line.starts_with("#include \"")) continue;
        ++seen;
        std::smatch match;
        ASSERT_TRUE(std::regex_match(line, match, include)) << path << ": " << line;
        // What runs in the kernel is compiled without the source's root: it names what is beside.
        const bool beside = room.name == "collector/bpf" && !match[1].matched;
        const std::string target = beside ? room.name : match[1].str();
        const bool for_tests = top_of(target) == "tests" || top_of(target) == top_of(room.name);
        EXPECT_TRUE(allows(room, target) || (path.ends_with("_test.cc") && for_tests))
            << path << " may not have " << line;
      }
    }
  }
  EXPECT_GT(seen, 50U) << "the sources were not found";
}

TEST(Layering, HasNoCircles) {
  std::set<std::string> above;
  std::set<std::string> tops;
  for (const Room& room : kRooms) {
    for (const std::string& other : room.may_include) {
      EXPECT_TRUE(above.contains(other) || tops.contains(other))
          << room.name << " may include " << other << ", which does not stand above it";
    }
    EXPECT_TRUE(above.insert(room.name).second) << room.name << " stands there twice";
    tops.insert(top_of(room.name));
  }
}

// A folder that a newcomer can take in. A source is what is compiled, with its header.
TEST(Layering, NoRoomIsTooLarge) {
  constexpr std::ptrdiff_t kMostSources = 30;
  for (const Room& room : kRooms) {
    const auto files = files_in(room.name);
    const auto sources = std::ranges::count_if(files, [](const std::string& path) {
      return path.ends_with(".cc") && !path.ends_with("_test.cc");
    });
    EXPECT_LE(sources, kMostSources) << room.name;
  }
}

TEST(Layering, EveryFolderIsARoom) {
  std::set<std::string> rooms;
  for (const Room& room : kRooms) rooms.insert(room.name);
  for (const std::string& top : kTopFolders) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_DIR) / top)) {
      const std::string path = fs::relative(entry.path(), SOURCE_DIR);
      if (is_cpp(path)) {
        EXPECT_TRUE(rooms.contains(fs::path(path).parent_path())) << path;
      }
    }
  }
}

TEST(Layering, LibrariesAreKeptBehindTheirWrappers) {
  for (const Room& room : kRooms) {
    for (const std::string& path : files_in(room.name)) {
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

// What reaches a person goes through visible() (base/text/visible_text.h): none of these passes it
// by.
TEST(Layering, OnlyTheBorderWritesForPeople) {
  const std::regex writes(
      R"(.*\b(stdout|stderr|f?puts|perror|putchar|cout|cerr|syslog)\b.*|.*\bv?f?printf\(.*|)"
      R"(.*fmt::print.*|.*write\(STD(OUT|ERR)_FILENO.*|.*(set_default_logger|sinks/).*)");
  const std::set<std::string> border = {
      "base/text/output.cc",
      "cli/output/progress.cc",     // a bar, of nobody's text
      "cli/main.cc",                // looks whether all was written
      "cli/command/dump.cc",        // likewise
      "cli/output/output_file.cc",  // logs
      "daemon/messages/log.cc",
      "daemon/messages/sd_journal_sink.cc",
      "daemon/messages/stderr_journal_sink.cc",
  };
  for (const Room& room : kRooms) {
    for (const std::string& path : files_in(room.name)) {
      if (!is_cpp(path) || path.ends_with("_test.cc") || border.contains(path)) continue;
      for (const std::string& line : lines_of(fs::path(SOURCE_DIR) / path)) {
        if (line.find("//") != line.npos) continue;
        EXPECT_FALSE(std::regex_match(line, writes))
            << path << " passes base/text/output.h by: " << line;
      }
    }
  }
}

TEST(Layering, EverySourceSaysItsLicence) {
  const std::regex source(
      R"((.*\.(cc|h|c|cmake|sh|py|toml|in)|(.*/)?CMakeLists\.txt|dev|\.ci/run))");
  std::vector<std::string> files = {"CMakeLists.txt", "dev", ".ci/run"};
  std::vector<std::string> folders(std::begin(kTopFolders), std::end(kTopFolders));
  folders.insert(folders.end(), {"tests", "bench", "packaging"});
  for (const std::string& folder : folders) {
    for (std::string& path : files_below(folder)) {
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
