// SPDX-License-Identifier: Apache-2.0
#include "config/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <utility>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

const std::string kFormats[] = {"2.8", "2.12", "2.13"};

Result<Config> parse(std::string_view content) { return parse_config(content, "f", kFormats); }

// The message for `content`, empty if there is nothing wrong with it. Without the columns, which
// tests/broken_configurations_test.cc looks at.
std::string problem(std::string_view content) {
  const auto config = parse(content);
  if (config) return {};
  EXPECT_EQ(config.error().kind, Error::Kind::kInvalid);
  return std::regex_replace(config.error().message, std::regex("(^|\n)(f:[0-9]+):[0-9]+:"),
                            "$1$2:");
}

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// ---- Values ----

TEST(ConfigFile, EmptyLeavesTheDefaults) {
  const auto config = parse("");
  ASSERT_TRUE(config);
  EXPECT_EQ(*config, Config{});
}

TEST(ConfigFile, TheDefaultsAreThoseThatAreDocumented) {
  const Config config;
  EXPECT_EQ(config.interval, 10s);
  EXPECT_EQ(config.first_record, Config::FirstRecord::kSinceBoot);
  EXPECT_EQ(config.root, "/");
  EXPECT_EQ(config.log_level, Config::LogLevel::kInfo);
  EXPECT_EQ(config.logs.at(0).directory, "/var/log/atop");
  EXPECT_EQ(config.logs.at(0).format, "auto");
  EXPECT_EQ(config.logs.at(0).max_age_days, 28);
  EXPECT_EQ(config.logs.at(0).max_size, std::int64_t{2} << 30);
  EXPECT_EQ(config.logs.at(0).min_free_percent, 10);
  EXPECT_EQ(config.logs.at(0).min_keep_days, 2);
  EXPECT_EQ(config.logs.at(0).max_file_size, 0);
  EXPECT_EQ(config.logs.at(0).sync, Config::Log::Sync::kMinute);
  EXPECT_EQ(config.threads, Config::Threads::kAll);
  EXPECT_EQ(config.pss, Config::Pss::kBudget);
  EXPECT_EQ(config.redact, std::vector<std::string>{"default"});
  EXPECT_TRUE(config.redact_allow.empty());
  EXPECT_FALSE(config.wait_channel);
  EXPECT_FALSE(config.perf_counters);
  EXPECT_EQ(config.gpu, Config::Gpu::kAuto);
  EXPECT_EQ(config.containers, Config::Containers::kAuto);
  EXPECT_EQ(config.task_source, Config::TaskSource::kAuto);
  EXPECT_EQ(config.exits, Config::Exits::kAuto);
  EXPECT_EQ(config.network, Config::Network::kAuto);
  EXPECT_EQ(config.state_file, "/run/proctape/status.json");
  EXPECT_EQ(config.logs.at(0).mode, 0640);
  EXPECT_EQ(config.logs.at(0).directory_mode, 0750);
  EXPECT_EQ(config.logs.at(0).group, "");
  EXPECT_EQ(config.process.nice, 0);
  EXPECT_EQ(config.process.scheduling, Config::Process::Scheduling::kInherit);
  EXPECT_EQ(config.process.oom_score_adj, 0);
  EXPECT_TRUE(config.process.lock_memory);
  EXPECT_FALSE(config.pressure.extra_samples);
  EXPECT_EQ(config.pressure.cpu, 50);
  EXPECT_EQ(config.pressure.memory, 10);
  EXPECT_EQ(config.pressure.io, 30);
  EXPECT_TRUE(config.pressure.oom_kills);
  EXPECT_EQ(config.pressure.interval, 1s);
  EXPECT_EQ(config.pressure.duration, 30s);
  EXPECT_EQ(config.pressure.rest, 5min);
}

TEST(ConfigFile, SetsEveryKey) {
  const auto config = parse(R"(
interval = "1m"
first_record = "skip"
root = "/host"
log_level = "debug"
state_file = "/run/other/status.json"
[log]
kind = "atop"
directory = "/srv/log"
format = "2.12"
max_age = "7d"
max_size = "512MiB"
min_free = "off"
min_keep = "5d"
max_file_size = "1GiB"
sync = "record"
mode = "0600"
directory_mode = "0700"
group = "adm"
[tasks]
threads = "none"
pss = "always"
wait_channel = true
redact = ['a', "b"]
source = "proc"
exits = "taskstats"
containers = "units"
[system]
perf_counters = true
gpu = "off"
[process]
nice = -5
scheduling = "rr"
priority = 99
oom_score_adj = -900
lock_memory = false
[pressure]
extra_samples = true
cpu = "off"
memory = "99%"
io = "1%"
oom_kills = false
interval = "500ms"
duration = "1m"
rest = "1h"
)");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->interval, 1min);
  EXPECT_EQ(config->first_record, Config::FirstRecord::kSkip);
  EXPECT_EQ(config->root, "/host");
  EXPECT_EQ(config->log_level, Config::LogLevel::kDebug);
  EXPECT_EQ(config->logs.at(0).directory, "/srv/log");
  EXPECT_EQ(config->logs.at(0).format, "2.12");
  EXPECT_EQ(config->logs.at(0).max_age_days, 7);
  EXPECT_EQ(config->logs.at(0).max_size, std::int64_t{512} << 20);
  EXPECT_EQ(config->logs.at(0).min_free_percent, 0);
  EXPECT_EQ(config->logs.at(0).min_keep_days, 5);
  EXPECT_EQ(config->logs.at(0).max_file_size, std::int64_t{1} << 30);
  EXPECT_EQ(config->logs.at(0).sync, Config::Log::Sync::kRecord);
  EXPECT_EQ(config->threads, Config::Threads::kNone);
  EXPECT_EQ(config->pss, Config::Pss::kAlways);
  EXPECT_EQ(config->redact, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(config->wait_channel);
  EXPECT_TRUE(config->perf_counters);
  EXPECT_EQ(config->gpu, Config::Gpu::kOff);
  EXPECT_EQ(config->containers, Config::Containers::kUnits);
  EXPECT_EQ(config->task_source, Config::TaskSource::kProc);
  EXPECT_EQ(config->exits, Config::Exits::kTaskstats);
  EXPECT_EQ(config->state_file, "/run/other/status.json");
  EXPECT_EQ(config->logs.at(0).mode, 0600);
  EXPECT_EQ(config->logs.at(0).directory_mode, 0700);
  EXPECT_EQ(config->logs.at(0).group, "adm");
  EXPECT_EQ(config->process,
            (Config::Process{-5, Config::Process::Scheduling::kRoundRobin, 99, -900, false}));
  EXPECT_EQ(config->pressure, (Config::Pressure{true, 0, 99, 1, false, 500ms, 1min, 1h}));
}

TEST(ConfigFile, EveryLevelOfMessagesCanBeChosen) {
  EXPECT_EQ(parse("log_level = 'info'")->log_level, Config::LogLevel::kInfo);
  EXPECT_EQ(parse("log_level = 'warning'")->log_level, Config::LogLevel::kWarning);
  EXPECT_EQ(parse("log_level = 'error'")->log_level, Config::LogLevel::kError);
}

TEST(ConfigFile, IntervalMayBeFromATenthOfASecondToADay) {
  EXPECT_EQ(parse("interval = '100ms'")->interval, 100ms);
  EXPECT_EQ(parse("interval = '24h'")->interval, 24h);
  EXPECT_EQ(problem("interval = '99ms'"),
            R"(f:1: interval: expected a duration from "100ms" to "24h", found "99ms")");
  EXPECT_EQ(problem("interval = '86401s'"),
            R"(f:1: interval: expected a duration from "100ms" to "24h", found "86401s")");
}

// ---- Impossible values and wrong types ----

TEST(ConfigFile, EveryImpossibleValueSaysWhatWasExpected) {
  EXPECT_EQ(problem("\n\ninterval = '10'"),
            R"(f:3: interval: expected a duration from "100ms" to "24h", found "10")");
  EXPECT_EQ(problem("first_record = 'boot'"),
            R"(f:1: first_record: expected "since-boot" or "skip", found "boot")");
  EXPECT_EQ(problem("log_level = 'loud'"),
            R"(f:1: log_level: expected "debug", "info", "warning" or "error", found "loud")");
  EXPECT_EQ(problem("root = 'host'"), R"(f:1: root: expected an absolute path, found "host")");
  EXPECT_EQ(problem("[log]\ndirectory = ''"),
            R"(f:2: log.directory: expected an absolute path, found "")");
  EXPECT_EQ(problem("[log]\nformat = '2.14'"),
            R"(f:2: log.format: expected "auto", "2.8", "2.12" or "2.13", found "2.14")");
  EXPECT_EQ(problem("[log]\nmax_age = '28'"),
            R"(f:2: log.max_age: expected days from "1d" to "36500d" or "off", found "28")");
  EXPECT_EQ(problem("[log]\nmax_size = '2GB'"),
            "f:2: log.max_size: expected a size from \"1MiB\" on, such as \"512MiB\" or \"2GiB\", "
            "or \"off\", found \"2GB\"");
  EXPECT_EQ(problem("[log]\nmax_file_size = '1KiB'"),
            "f:2: log.max_file_size: expected a size from \"1MiB\" on, such as \"512MiB\" or "
            "\"2GiB\", or \"off\", found \"1KiB\"");
  EXPECT_EQ(problem("[log]\nmin_free = '100%'"),
            "f:2: log.min_free: expected a part of the file system from \"1%\" to \"90%\" or "
            "\"off\", found \"100%\"");
  EXPECT_EQ(problem("[log]\nsync = 'always'"),
            R"(f:2: log.sync: expected "record", "minute" or "none", found "always")");
  EXPECT_EQ(
      problem("[tasks]\nthreads = 'some'"),
      R"(f:2: tasks.threads: expected "all", "busy" or "none" or a list of names, found "some")");
  EXPECT_EQ(problem("[tasks]\npss = 'on'"),
            R"(f:2: tasks.pss: expected "off", "budget" or "always", found "on")");
  EXPECT_EQ(problem("[tasks]\nsource = 'procfs'"),
            R"(f:2: tasks.source: expected "auto", "bpf" or "proc", found "procfs")");
  EXPECT_EQ(problem("[tasks]\nexits = 'ebpf'"),
            R"(f:2: tasks.exits: expected "auto", "bpf", "taskstats" or "none", found "ebpf")");
  EXPECT_EQ(problem("[tasks]\nnetwork = 'netatop'"),
            R"(f:2: tasks.network: expected "auto", "payload" or "off", found "netatop")");
  EXPECT_EQ(problem("[tasks]\nwait_channel = 'true'"),
            R"(f:2: tasks.wait_channel: expected true or false, found "true")");
  EXPECT_EQ(problem("state_file = 'status.json'"),
            R"(f:1: state_file: expected an absolute path or "off", found "status.json")");
  EXPECT_EQ(problem("[log]\ngroup = 'a b'"),
            R"(f:2: log.group: expected a group's name or number, or "", found "a b")");
  EXPECT_EQ(problem("[process]\nnice = 20"),
            "f:2: process.nice: expected a number from -20 to 19, found 20");
  EXPECT_EQ(problem("[process]\nnice = '5'"),
            "f:2: process.nice: expected a number from -20 to 19, found \"5\"");
  EXPECT_EQ(
      problem("[process]\nscheduling = 'deadline'"),
      "f:2: process.scheduling: expected \"inherit\", \"other\", \"batch\", \"idle\", \"fifo\" "
      "or \"rr\", found \"deadline\"");
  EXPECT_EQ(problem("[process]\npriority = 0"),
            "f:2: process.priority: expected a number from 1 to 99, found 0");
  EXPECT_EQ(problem("[process]\noom_score_adj = -1001"),
            "f:2: process.oom_score_adj: expected a number from -1000 to 1000, found -1001");
  EXPECT_EQ(problem("[pressure]\ncpu = '100%'"),
            "f:2: pressure.cpu: expected a part of the time from \"1%\" to \"99%\" or \"off\", "
            "found \"100%\"");
  EXPECT_EQ(problem("[pressure]\ninterval = '50ms'"),
            R"(f:2: pressure.interval: expected a duration from "100ms" to "1m", found "50ms")");
  EXPECT_EQ(problem("[pressure]\nduration = '2h'"),
            R"(f:2: pressure.duration: expected a duration from "1s" to "1h", found "2h")");
  EXPECT_EQ(problem("[system]\ngpu = true"),
            R"(f:2: system.gpu: expected "auto" or "off", found true)");
}

TEST(ConfigFile, PermissionsAreOctalAndLeaveTheOwnerHisOwn) {
  const std::string expected =
      "f:2: log.mode: expected permissions in octal that leave the owner his own, such as "
      "\"0640\", "
      "found ";
  for (const std::string mode : {"0440", "640x", "0680", "01640", "-0640", "", "rw-r-----"}) {
    EXPECT_EQ(problem("[log]\nmode = '" + mode + "'"), expected + '"' + mode + '"');
  }
  EXPECT_EQ(problem("[log]\nmode = 640"), expected + "640");
  EXPECT_EQ(parse("[log]\nmode = '644'")->logs.at(0).mode, 0644);
  EXPECT_NE(problem("[log]\ndirectory_mode = '0600'"), "") << "files in it could not be opened";
}

TEST(ConfigFile, TheStateFileMayBeSwitchedOff) {
  EXPECT_EQ(parse("state_file = 'off'")->state_file, "");
}

TEST(ConfigFile, EveryWrongTypeIsNamed) {
  const std::string expected =
      R"(f:1: interval: expected a duration from "100ms" to "24h", found )";
  EXPECT_EQ(problem("interval = 10"), expected + "10");
  EXPECT_EQ(problem("interval = 1.5"), expected + "a number with a fraction");
  EXPECT_EQ(problem("interval = true"), expected + "true");
  EXPECT_EQ(problem("interval = ['10s']"), expected + "an array");
  EXPECT_EQ(problem("interval = {every = '10s'}"), expected + "a table");
  EXPECT_EQ(problem("[[interval]]"), expected + "an array of tables");
  EXPECT_EQ(problem("interval = 00:00:10"), expected + "a date or time");
  EXPECT_EQ(problem("[tasks]\npss = false"),
            R"(f:2: tasks.pss: expected "off", "budget" or "always", found false)");
}

TEST(ConfigFile, SectionIsATable) {
  EXPECT_EQ(problem("log = '/var/log'"),
            R"(f:1: log: expected the section [log], found "/var/log")");
  EXPECT_EQ(problem("[[tasks]]\nthreads = 'all'"),
            "f:1: tasks: expected the section [tasks], found an array of tables");
}

TEST(ConfigFile, SeveralLogsAreMadeOfTheSameSamples) {
  const auto config = parse_config(
      "[[log]]\nformat = '2.8'\n[[log]]\ndirectory = '/srv/new'\nformat = '2.12'\n", "f", kFormats);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->logs, (std::vector<Config::Log>{{.directory = "/var/log/atop", .format = "2.8"},
                                                    {.directory = "/srv/new", .format = "2.12"}}));
}

TEST(ConfigFile, TwoLogsMayNotShareADirectoryByALink) {
  const TestDirectory place;
  const std::string path = place.path().string();
  std::filesystem::create_directory(path + "/logs");
  std::filesystem::create_directory_symlink("logs", path + "/link");
  const auto with = [&](const std::string& one, const std::string& other) {
    return problem("[[log]]\ndirectory = '" + path + one + "'\n[[log]]\ndirectory = '" + path +
                   other + "'\n");
  };
  const auto again = [&](const std::string& directory) {
    return "f:3: log.directory: expected one of its own for each [[log]], found \"" + path +
           directory + "\" again";
  };
  EXPECT_EQ(with("/logs", "/link"), again("/link"));
  EXPECT_EQ(with("/link/", "/logs"), again("/logs"));
  // Also what is made later.
  EXPECT_EQ(with("/logs/new", "/link/new/"), again("/link/new/"));
  EXPECT_EQ(with("/logs", "/link/new"), "");
  std::filesystem::create_directory(path + "/logs/new");
  EXPECT_EQ(with("/logs/new", "/link/new"), again("/link/new"));
  EXPECT_EQ(with("/logs/new", "/link/new/../other"), "");
}

TEST(ConfigFile, EachLogHasADirectoryOfItsOwn) {
  EXPECT_EQ(
      problem("[[log]]\nformat = '2.8'\n[[log]]\nformat = '2.12'"),
      R"(f:3: log.directory: expected one of its own for each [[log]], found "/var/log/atop" again)");
  EXPECT_EQ(problem("[[log]]\ndirectory = 'here'"),
            R"(f:2: log.directory: expected an absolute path, found "here")");
}

TEST(ConfigFile, PathWithANulByteIsRefused) {
  EXPECT_EQ(problem(R"(root = "/a\u0000b")"),
            R"(f:1: root: expected an absolute path, found "/a\u0000b")");
}

TEST(ConfigFile, WhatWasFoundIsCutToAReadableLength) {
  const std::string sixty(60, 'x');
  EXPECT_EQ(problem("root = '" + sixty + sixty + "'"),
            "f:1: root: expected an absolute path, found \"" + sixty + "...\"");
}

// ---- Lists ----

TEST(ConfigFile, ThreadsMayBeThoseOfNamedProcesses) {
  const auto config = parse("[tasks]\nthreads = ['java', 'a-name-that-is-cut-by-the-kernel']");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->threads, Config::Threads::kNamed);
  EXPECT_EQ(config->threads_of, (std::vector<std::string>{"java", "a-name-that-is-"}));
  EXPECT_EQ(parse("[tasks]\nthreads = 'busy'")->threads, Config::Threads::kBusy);
  EXPECT_EQ(problem("[tasks]\nthreads = ['']"),
            "f:2: tasks.threads: expected the name of a process, found \"\"");
}

TEST(ConfigFile, AnEmptyListReplacesTheDefault) {
  EXPECT_TRUE(parse("[tasks]\nredact = []")->redact.empty());
}

TEST(ConfigFile, ABadElementOfAListIsNamedWithItsOwnLine) {
  EXPECT_EQ(problem("[tasks]\nredact = [\n  'fine',\n  'a(b',\n  7\n]"),
            "f:4: tasks.redact: expected a regular expression, found \"a(b\" "
            "(Unmatched ( or \\()\n"
            "f:5: tasks.redact: expected a string in the list, found 7");
}

TEST(ConfigFile, AListIsNotAString) {
  EXPECT_EQ(
      problem("[tasks]\nredact = 'a'"),
      "f:2: tasks.redact: expected a list of \"default\" and regular expressions, found \"a\"");
  EXPECT_EQ(problem("[tasks]\npss = ['off']"),
            "f:2: tasks.pss: expected \"off\", \"budget\" or \"always\", found an array");
}

// ---- Unknown keys ----

TEST(ConfigFile, MisspeltKeyGetsASuggestion) {
  EXPECT_EQ(problem("intervall = '10s'"), "f:1: unknown key 'intervall'; did you mean 'interval'?");
  EXPECT_EQ(problem("[tasks]\ntreads = 'all'"),
            "f:2: unknown key 'tasks.treads'; did you mean 'threads'?");
  EXPECT_EQ(problem("[tasks]\npps = 'off'"), "f:2: unknown key 'tasks.pps'; did you mean 'pss'?");
}

TEST(ConfigFile, KeyInTheWrongSectionIsToldTheRightOne) {
  EXPECT_EQ(problem("threads = 'none'"),
            "f:1: unknown key 'threads'; did you mean 'threads' in section [tasks]?");
  EXPECT_EQ(problem("[log]\nformat = '2.8'\ninterval = '1s'"),
            "f:3: unknown key 'log.interval'; did you mean 'interval' above the first section?");
}

TEST(ConfigFile, UnknownKeyLikeNoneIsToldWhatThereIs) {
  EXPECT_EQ(problem("colour = 'red'"),
            "f:1: unknown key 'colour'; known here are interval, first_record, log_level, root, "
            "state_file");
  EXPECT_EQ(
      problem("[log]\ncompression = 9"),
      "f:2: unknown key 'log.compression'; known here are kind, directory, format, "
      "max_age, max_size, min_free, min_keep, max_file_size, sync, mode, directory_mode, group");
}

TEST(ConfigFile, UnknownSectionIsToldWhatThereIs) {
  EXPECT_EQ(
      problem("[network]\nports = [80]"),
      "f:1: unknown section [network]; known are [log], [tasks], [system], [process], [pressure]");
  EXPECT_EQ(
      problem("[[disks]]\nname = 'sda'"),
      "f:1: unknown section [disks]; known are [log], [tasks], [system], [process], [pressure]");
  EXPECT_EQ(
      problem("[log.file]\nmode = 384"),
      "f:1: unknown section [log.file]; known are [log], [tasks], [system], [process], [pressure]");
}

// ---- Whole files ----

TEST(ConfigFile, EveryProblemIsReportedInTheOrderOfLines) {
  EXPECT_EQ(problem(R"([tasks]
threads = "some"
wait_channel = 1
[log]
format = 2.12
root = "/"
)"),
            R"(f:2: tasks.threads: expected "all", "busy" or "none" or a list of names, found "some"
f:3: tasks.wait_channel: expected true or false, found 1
f:5: log.format: expected "auto", "2.8", "2.12" or "2.13", found a number with a fraction
f:6: unknown key 'log.root'; did you mean 'root' above the first section?)");
}

TEST(ConfigFile, WhatIsNoTomlIsReportedWithItsLine) {
  // The rest of the message is toml++'s.
  const auto starts = [](std::string_view content, std::string_view message) {
    const std::string found = problem(content);
    EXPECT_TRUE(found.starts_with(message)) << found;
    EXPECT_GT(found.size(), message.size());
  };
  starts("interval = '10s'\nroot 'x'\n", "f:2: cannot be read as TOML: ");
  starts("interval = '1s'\n\ninterval = '2s'\n", "f:3: cannot be read as TOML: ");
  starts("[log\n", "f:1: cannot be read as TOML: ");
  starts("root = '\xff'\n", "f:1: expected text in UTF-8");
}

// toml++ took it for impossible that what is not ASCII, and no space, is asked for being one: of
// all characters from U+00A1 to U+0499, and some above, anything could come.
TEST(ConfigFile, LettersThatAreNotAsciiAreNoValuesAndNoKeys) {
  for (const std::string letter : {"\u00A1", "\u00E9", "\u026B", "\u0499", "\u1681", "\u2070",
                                   "\u2E80", "\uFB00", "\U00010000", "\U0010FFFF"}) {
    EXPECT_TRUE(problem("interval = " + letter).starts_with("f:1: interval: expected a duration"))
        << letter;
    for (const auto& text :
         {letter, letter + " = 1", "interval" + letter + " = '1s'", "interval = '1s'" + letter,
          "root = [" + letter + "]", "[" + letter + "]", "x = {" + letter + " = 1}",
          "x = 1" + letter, "x = 0x" + letter, "x = true" + letter, "x = inf" + letter,
          "x = 1979-05-27T" + letter, "x = \"\\" + letter + "\""}) {
      EXPECT_TRUE(problem(text).starts_with("f:1: ")) << text;
    }
  }
}

// What stood before the key's last part came through as it was. Found by the fuzzer.
TEST(ConfigFile, AKeyThatIsRepeatedInAMessageIsVisible) {
  const std::string message = problem("[log]\bmax_agelog.sync = 2026-10-21\n");
  EXPECT_TRUE(message.starts_with("f:1: [log]\\u0008max_agelog.sync: expected ")) << message;
  EXPECT_LT(problem(std::string(5000, 'x') + ".sync = 1\n").size(), 500U);
}

class ConfigOnDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "config_testXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  std::string directory_;
};

TEST_F(ConfigOnDisk, MessagesNameThePath) {
  std::ofstream(path("a.toml")) << "interval = '1s'\nroot = '.'\n";
  const auto config = load_config(path("a.toml"), kFormats);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message,
            path("a.toml") + ":2:8: root: expected an absolute path, found \".\"");
}

TEST_F(ConfigOnDisk, FileThatWasNamedMustExist) {
  const auto config = load_config(path("none.toml"), kFormats);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(config.error().message, "open " + path("none.toml") + ": No such file or directory");
}

TEST_F(ConfigOnDisk, DefaultFileNeedNotExist) {
  const auto config = load_config_if_present(path("none.toml"), kFormats);
  ASSERT_TRUE(config);
  EXPECT_EQ(*config, Config{});
}

TEST_F(ConfigOnDisk, DefaultFileThatIsWrongIsAnError) {
  std::ofstream(path("a.toml")) << "interval = 5\n";
  EXPECT_FALSE(load_config_if_present(path("a.toml"), kFormats));
  EXPECT_FALSE(load_config_if_present(directory_, kFormats));
}

TEST_F(ConfigOnDisk, DirectoryIsNoFile) {
  const auto config = load_config(directory_, kFormats);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message, directory_ + ": expected a regular file, found a directory");
}

// ---- The file that is shipped ----

TEST(ShippedConfigFile, EqualsTheDefaults) {
  auto config = load_config(SOURCE_DIR "/config/proctape.toml", kFormats);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(std::exchange(config->text, ""), content_of(SOURCE_DIR "/config/proctape.toml"));
  EXPECT_EQ(*config, Config{});
}

TEST(ShippedConfigFile, HasEveryKeyInTheOrderOfTheTable) {
  const std::string content = content_of(SOURCE_DIR "/config/proctape.toml");
  std::size_t last = 0;
  for (const std::string_view key : config_keys()) {
    const std::string line = "\n" + std::string(key.substr(key.rfind('.') + 1)) + " = ";
    const std::size_t found = content.find(line, last);
    ASSERT_NE(found, content.npos) << key << " is missing, or stands before the key above it";
    last = found + 1;
  }
}

// ---- Single keys ----

TEST(ConfigKey, IsSetFromPlainText) {
  Config config;
  EXPECT_TRUE(set_config(config, "interval", "500ms", kFormats));
  EXPECT_TRUE(set_config(config, "log.directory", "/tmp/x", kFormats));
  EXPECT_TRUE(set_config(config, "log.format", "2.13", kFormats));
  EXPECT_TRUE(set_config(config, "tasks.wait_channel", "true", kFormats));
  EXPECT_EQ(config.interval, 500ms);
  EXPECT_EQ(config.logs.at(0).directory, "/tmp/x");
  EXPECT_EQ(config.logs.at(0).format, "2.13");
  EXPECT_TRUE(config.wait_channel);
}

TEST(ConfigKey, OneOfTheLogLeavesTheFirstOnly) {
  Config config;
  config.logs = {{.directory = "/a", .format = "2.8"}, {.directory = "/b", .format = "2.12"}};
  EXPECT_FALSE(set_config(config, "log.format", "3.0", kFormats));
  EXPECT_EQ(config.logs.size(), 2U);
  EXPECT_TRUE(set_config(config, "log.format", "2.13", kFormats));
  EXPECT_EQ(config.logs, (std::vector<Config::Log>{{.directory = "/a", .format = "2.13"}}));
}

TEST(ConfigKey, ImpossibleValueSaysWhatWasExpectedAndChangesNothing) {
  Config config;
  const auto set = set_config(config, "log.format", "3.0", kFormats);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, Error::Kind::kInvalid);
  EXPECT_EQ(set.error().message, R"(expected "auto", "2.8", "2.12" or "2.13", found "3.0")");
  EXPECT_FALSE(set_config(config, "tasks.wait_channel", "yes", kFormats));
  EXPECT_EQ(config, Config{});
}

TEST(ConfigKey, AListIsNotSetFromPlainText) {
  Config config;
  EXPECT_FALSE(set_config(config, "tasks.redact", "a", kFormats));
  EXPECT_EQ(config, Config{});
}

TEST(ConfigKey, UnknownOneIsAnError) {
  Config config;
  EXPECT_FALSE(set_config(config, "format", "2.8", kFormats));
}

}  // namespace
}  // namespace proctape
