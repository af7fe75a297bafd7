// SPDX-License-Identifier: Apache-2.0
//
// What the real proctaped does with settings that change, vanish or are empty, with a directory
// that it may not write to any more, and with few files; and that it says the same of its sources
// everywhere.
#include "tests/support/settings.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/text/text.h"
#include "rawlog/file/reader.h"
#include "tests/support/logs.h"
#include "tests/support/run.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

class SettingsTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string config() const { return path("t.toml"); }
  // As it is; with [log] it should have one.
  void write(const std::string& settings) const { directory_.write("t.toml", settings); }
  std::string log(const std::string& directory) const {
    return "[log]\nmin_free = 'off'\nformat = '2.12'\ndirectory = '" + path(directory) + "'\n";
  }
  std::vector<std::string> daemon(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {PROCTAPED, "--config", config()});
    return more;
  }
  std::size_t records(const std::string& directory) const {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& file : fs::directory_iterator(path(directory), none)) {
      auto reader = Reader::open(file.path().string(), [](const Damage&) {});
      Sample sample;
      for (auto more = reader ? reader->next(sample) : Result<bool>(false); more && *more;
           more = reader->next(sample)) {
        ++count;
      }
    }
    return count;
  }
  bool records_more(const std::string& directory) const {
    const std::size_t before = records(directory);
    return eventually([&] { return records(directory) > before + 1; });
  }
  static bool says(const Program& program, const std::string& text) {
    return eventually([&] { return program.err().find(text) != std::string::npos; });
  }

  TestDirectory directory_;
};

TEST_F(SettingsTest, AnEmptyFileOrNoneIsRefusedByAReload) {
  write("interval = '100ms'\nstate_file = 'off'\n" + log("log"));
  Program program(daemon());
  ASSERT_TRUE(eventually([&] { return records("log") > 0; })) << program.err();
  write("");
  program.send(SIGHUP);
  EXPECT_TRUE(says(program, "configuration not changed: " + config() +
                                ": expected settings, or comments, found an empty file\n"))
      << program.err();
  EXPECT_TRUE(records_more("log"));
  fs::remove(config());
  program.send(SIGHUP);
  EXPECT_TRUE(says(program, "configuration not changed: open " + config())) << program.err();
  EXPECT_TRUE(records_more("log"));
}

TEST_F(SettingsTest, AReloadThatMovesTheRecordingSaysSo) {
  write("interval = '100ms'\nstate_file = 'off'\n" + log("old"));
  Program program(daemon());
  ASSERT_TRUE(eventually([&] { return records("old") > 0; })) << program.err();
  write("interval = '100ms'\nstate_file = 'off'\n" + log("new"));
  program.send(SIGHUP);
  EXPECT_TRUE(says(program, "warning: the recording goes on in " + path("new") + ", no longer in " +
                                path("old") + "\n"))
      << program.err();
  EXPECT_TRUE(records_more("new"));
}

TEST_F(SettingsTest, ANewRootStaysWithTheWatchForPressure) {
  const std::string settings = "interval = '100ms'\nstate_file = 'off'\n" + log("log") +
                               "[pressure]\nextra_samples = true\ncpu = '99%'\n";
  write(settings);
  Program program(daemon());
  ASSERT_TRUE(eventually([&] { return records("log") > 0; })) << program.err();
  write("root = '" + path("other") + "'\n" + settings);
  program.send(SIGHUP);
  ASSERT_TRUE(says(program, "configuration read anew")) << program.err();
  EXPECT_TRUE(says(program, "root stays / until the next start")) << program.err();
  EXPECT_EQ(program.err().find(path("other")), std::string::npos) << program.err();
}

TEST_F(SettingsTest, AStartWithAnEmptyFileGoesOnWithTheLastGoodOneOrElseTheDefaults) {
  write("");
  const auto start = daemon({"--samples", "1", "--interval", "100ms", "--last-good", path("kept")});
  auto with_directory = start;
  with_directory.insert(with_directory.end(), {"--log-dir", path("defaults")});
  auto done = run(with_directory);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find("found an empty file"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("going on with the defaults\n"), std::string::npos) << done.err;
  EXPECT_EQ(records("defaults"), 1U);
  EXPECT_FALSE(fs::exists(path("kept")));

  write("state_file = 'off'\n" + log("good"));
  ASSERT_EQ(run(start).exit_code, 0);
  write("\n");
  done = run(start);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find("going on with the last configuration that was good"), std::string::npos)
      << done.err;
  EXPECT_EQ(records("good"), 2U);
}

TEST_F(SettingsTest, TheStartNamesAllDirectories) {
  write("interval = '100ms'\nstate_file = 'off'\n[[log]]\nmin_free = 'off'\ndirectory = '" +
        path("one") + "'\n[[log]]\nmin_free = 'off'\ndirectory = '" + path("two") + "'\n");
  const auto done = run(daemon({"--samples", "1"}));
  EXPECT_NE(done.err.find("a sample every 100ms into " + path("one") + ", " + path("two") + "\n"),
            std::string::npos)
      << done.err;
}

TEST_F(SettingsTest, WhatEndsAtOnceDoesNotTryAgain) {
  write("");
  const auto done = run(daemon({"--log-dir", "/proc/nothing", "--interval", "100ms"}));
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.err.find("trying again"), std::string::npos) << done.err;
}

TEST_F(SettingsTest, ADirectoryThatMayNotBeWrittenToAnyMoreWasNotRemoved) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else for once";
  write("interval = '100ms'\nstate_file = 'off'\n" + log("log"));
  fs::create_directory(path("log"));
  fs::permissions(directory_.path(), fs::perms::all);
  ASSERT_EQ(::chown(path("log").c_str(), 65534, 65534), 0);
  Program program({"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                   PROCTAPED, "--config", config()});
  ASSERT_TRUE(eventually([&] { return records("log") > 0; })) << program.err();
  fs::permissions(path("log"), fs::perms::none);
  EXPECT_TRUE(says(program, "Permission denied")) << program.err();
  EXPECT_EQ(program.err().find("was removed"), std::string::npos) << program.err();
  fs::permissions(path("log"), fs::perms::owner_all);
  EXPECT_TRUE(says(program, "recording again")) << program.err();
}

// Each sample failed, for lack of a file to read or to write.
TEST_F(SettingsTest, WithFewFilesItRecordsWhatItCan) {
#ifdef PROCTAPE_SANITIZED
  GTEST_SKIP() << "the sanitizer opens files of its own, and takes their lack for broken memory";
#endif
  write("interval = '100ms'\nstate_file = '" + path("status.json") + "'\n" + log("log") +
        "[system]\nperf_counters = true\n[pressure]\nextra_samples = true\n");
  for (const char* const limit : {"--nofile=20", "--nofile=24", "--nofile=32"}) {
    const std::size_t before = records("log");
    const auto done =
        run({"/usr/bin/prlimit", limit, PROCTAPED, "--config", config(), "--samples", "3"});
    EXPECT_EQ(done.exit_code, 0) << limit << done.err;
    EXPECT_EQ(records("log"), before + 3) << limit << done.err;
    // BPF lacks files, not a newer kernel.
    const auto files = done.err.find("BPF: Too many open files");
    if (files != done.err.npos) {
      const auto line = done.err.substr(files, done.err.find('\n', files) - files);
      EXPECT_EQ(line.find("needs a kernel from 5.17"), line.npos) << line;
    }
    // Nor does the host lack them.
    EXPECT_EQ(done.err.find("exits absent"), done.err.npos) << done.err;
  }
}

// What stays open to be read faster is opened before the logs: it took what they needed.
TEST_F(SettingsTest, WithFewFilesSeveralLogsAreAllRecorded) {
#ifdef PROCTAPE_SANITIZED
  GTEST_SKIP() << "the sanitizer opens files of its own, and takes their lack for broken memory";
#endif
  const std::vector<std::string> logs{"a", "b", "c"};
  std::string text = "interval = '100ms'\nstate_file = '" + path("status.json") + "'\n";
  for (const std::string& name : logs) text += '[' + log(name).insert(5, "]");
  write(text + "[pressure]\nextra_samples = true\n");
  for (const char* const limit : {"--nofile=28", "--nofile=40", "--nofile=64"}) {
    const auto done =
        run({"/usr/bin/prlimit", limit, PROCTAPED, "--config", config(), "--samples", "3"});
    EXPECT_EQ(done.exit_code, 0) << limit << done.err;
  }
  for (const std::string& name : logs) EXPECT_EQ(records(name), 9U) << name;
}

// The files of the status were opened with what was left, and the next sample had none.
TEST_F(SettingsTest, WithFewFilesTheLogsGoOnAndTheStatusDoesNot) {
#ifdef PROCTAPE_SANITIZED
  GTEST_SKIP() << "the sanitizer opens files of its own, and takes their lack for broken memory";
#endif
  std::string text = "interval = '100ms'\nstate_file = '" + path("status.json") + "'\n";
  for (const char* const name : {"a", "b"}) text += '[' + log(name).insert(5, "]");
  write(text);
  for (const char* const limit : {"--nofile=19", "--nofile=20"}) {
    const std::size_t before = records("a");
    std::vector<std::string> command = daemon();
    command.insert(command.begin(), {"/usr/bin/prlimit", limit});
    Program program(command);
    ASSERT_TRUE(eventually([&] { return records("a") > before + 2; })) << limit << program.err();
    program.send(SIGHUP);
    EXPECT_TRUE(says(program, "configuration read anew")) << limit << program.err();
    EXPECT_TRUE(records_more("a")) << limit << program.err();
    EXPECT_TRUE(says(program, "proctape status will not know this process: keep "))
        << program.err();
    program.send(SIGTERM);
    EXPECT_EQ(program.wait().exit_code, 0);
    EXPECT_EQ(program.err().find("error: "), std::string::npos) << limit << program.err();
    EXPECT_EQ(records("b"), records("a")) << limit << program.err();
  }
  EXPECT_FALSE(fs::exists(path("status.json.lock")));
}

TEST_F(SettingsTest, SourcesHaveTheSameStateInTheListAndInTheStatus) {
  write("interval = '100ms'\nstate_file = '" + path("status.json") + "'\n" + log("log") +
        "[tasks]\nexits = 'none'\n");
  std::map<std::string, std::string> listed;
  const auto list = run(daemon({"--list-sources"}));
  std::string_view rest = list.out;
  while (!rest.empty()) {
    const auto line = next_line(rest);
    if (line.size() < 24) continue;
    listed.emplace(trimmed(line.substr(0, 15)), trimmed(line.substr(16, 7)));
  }
  EXPECT_EQ(listed["exits"], "off") << list.out;
  EXPECT_EQ(listed["meminfo"], "ok") << list.out;

  Program program(daemon());
  ASSERT_TRUE(eventually([&] { return fs::exists(path("status.json")); })) << program.err();
  rapidjson::Document state;
  state.Parse(read_text(path("status.json")).c_str());
  ASSERT_TRUE(state.IsObject());
  std::size_t compared = 0;
  for (const auto& source : state["sources"].GetArray()) {
    const std::string name = source["name"].GetString();
    if (!listed.contains(name)) continue;
    EXPECT_EQ(listed[name], source["state"].GetString()) << name;
    ++compared;
  }
  EXPECT_GT(compared, 20U);
}

}  // namespace
}  // namespace proctape
