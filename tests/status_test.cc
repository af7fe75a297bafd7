// SPDX-License-Identifier: Apache-2.0
//
// What the real proctaped tells of itself, and notices of itself: its state file by `proctape
// status`, samples that it skips, extra samples under pressure, its modes and priorities.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "rawlog/file/reader.h"
#include "tests/support/full_disk.h"
#include "tests/support/log_files.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

// As many busy threads as make others wait, as long as this lives.
class BusyCpus {
 public:
  BusyCpus() {
    for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i) {
      threads_.emplace_back([this] {
        while (!end_) {
        }
      });
    }
  }
  BusyCpus(const BusyCpus&) = delete;
  BusyCpus& operator=(const BusyCpus&) = delete;
  ~BusyCpus() {
    end_ = true;
    for (auto& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> end_ = false;
  std::vector<std::thread> threads_;
};

// RapidJSON's own == never returns in C++20.
std::string text_of(const rapidjson::Value& value) {
  return value.IsString() ? value.GetString() : "(no text)";
}

class StatusTest : public testing::Test {
 protected:
  // The command of a daemon with a directory, log/, and a state file of its own.
  std::vector<std::string> daemon(const std::string& settings) const {
    configure(settings);
    return {PROCTAPED, "--config", path("t.toml")};
  }
  void configure(const std::string& settings) const {
    const auto section = settings.find('[');
    write("t.toml", "state_file = '" + state() + "'\n" + settings.substr(0, section) +
                        "[log]\nformat = '2.12'\ndirectory = '" + path("log") + "'\n" +
                        (section == settings.npos ? "" : settings.substr(section)));
  }
  void write(const std::string& name, const std::string& settings) const {
    directory_.write(name, on_any_disk(settings));
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string state() const { return path("status.json"); }
  bool told() const { return std::filesystem::exists(state()); }

  Finished status(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command = {PROCTAPE, "status", state()};
    command.insert(command.end(), more.begin(), more.end());
    return run(command);
  }
  rapidjson::Document json() const {
    rapidjson::Document document;
    const auto finished = status({"--json"});
    document.Parse(finished.out.c_str());
    EXPECT_TRUE(document.IsObject()) << finished.out << finished.err;
    return document;
  }
  std::vector<Sample> samples() const {
    std::vector<Sample> samples;
    for (const auto& log : log_files(path("log"))) {
      auto reader = Reader::open(log.string(), [](const Damage& damage) {
        ADD_FAILURE() << "damaged at " << damage.offset;
      });
      if (!reader) continue;
      Sample sample;
      for (auto more = reader->next(sample); more && *more; more = reader->next(sample)) {
        samples.push_back(sample);
      }
    }
    return samples;
  }

  TestDirectory directory_;
};

TEST_F(StatusTest, ARunningDaemonTellsOfItself) {
  Program program(daemon("interval = '100ms'\n"));
  ASSERT_TRUE(eventually([&] { return told() && json()["samples"]["records"].GetInt64() >= 3; }))
      << program.err();
  const auto state = json();
  EXPECT_TRUE(state["running"].GetBool());
  EXPECT_EQ(state["pid"].GetInt(), program.pid());
  EXPECT_EQ(text_of(state["configuration"]), path("t.toml"));
  EXPECT_DOUBLE_EQ(state["interval"].GetDouble(), 0.1);
  EXPECT_GT(state["samples"]["bytes"].GetInt64(), 1000);
  EXPECT_GT(state["samples"]["next"].GetDouble(), state["samples"]["last"].GetDouble());
  EXPECT_GT(state["samples"]["tasks"].GetInt(), 1);
  EXPECT_GT(state["cost"]["cpu_user"].GetDouble() + state["cost"]["cpu_system"].GetDouble(), 0);
  EXPECT_GT(state["cost"]["cpu_share"].GetDouble(), 0);
  EXPECT_GT(state["cost"]["resident"].GetInt64(), 1 << 20);
  const auto& log = state["logs"][0];
  EXPECT_EQ(text_of(log["directory"]), path("log"));
  EXPECT_EQ(text_of(log["version"]), "2.12");
  EXPECT_EQ(log["max_age_days"].GetInt(), 28);
  EXPECT_GT(log["disk_size"].GetInt64(), log["disk_free"].GetInt64());
  EXPECT_TRUE(state["problems"].Empty());
  int timed = 0;
  for (const auto& source : state["sources"].GetArray()) {
    const std::string name = source["name"].GetString();
    if (name != "stat" && name != "tasks" && name != "deviation" && name != "append") continue;
    ++timed;
    EXPECT_GT(source["last"].GetDouble(), 0) << name;
    EXPECT_GE(source["longest"].GetDouble(), source["average"].GetDouble()) << name;
    EXPECT_STREQ(source["state"].GetString(), "ok") << name;
  }
  EXPECT_EQ(timed, 4);

  const auto text = status();
  EXPECT_EQ(text.exit_code, 0) << text.out << text.err;
  EXPECT_NE(text.out.find("pid " + std::to_string(program.pid()) + ", running since"),
            std::string::npos)
      << text.out;
  EXPECT_NE(text.out.find("problems       none"), std::string::npos) << text.out;
}

TEST_F(StatusTest, OneThatEndedIsNotRunningAndOneThatWasKilledIsToldAsSuch) {
  const auto none = status();
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_NE(none.err.find(state()), std::string::npos) << none.err;
  {
    Program program(daemon("interval = '1h'\n"));
    ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
    program.send(SIGTERM);
    EXPECT_EQ(program.wait().exit_code, 0);
    EXPECT_FALSE(told());
  }
  Program program(daemon("interval = '1h'\n"));
  ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
  program.send(SIGKILL);
  program.wait();
  const auto stale = status();
  EXPECT_EQ(stale.exit_code, 3);
  EXPECT_NE(stale.out.find("no longer running"), std::string::npos) << stale.out;
  EXPECT_FALSE(json()["running"].GetBool());

  Program next(daemon("interval = '1h'\n"));
  EXPECT_TRUE(eventually([&] { return status().exit_code == 0; })) << "it takes the file over";
}

TEST_F(StatusTest, SeveralDaemonsDoNotDisturbEachOther) {
  Program first(daemon("interval = '100ms'\n"));
  ASSERT_TRUE(eventually([&] { return told(); })) << first.err();
  const std::string other = path("other.json");
  write("second.toml", "interval = '100ms'\nstate_file = '" + state() + "'\n[log]\ndirectory = '" +
                           path("second") + "'\n");
  write("third.toml", "interval = '100ms'\nstate_file = '" + other + "'\n[log]\ndirectory = '" +
                          path("third") + "'\n");
  Program second({PROCTAPED, "--config", path("second.toml")});
  Program third({PROCTAPED, "--config", path("third.toml")});
  EXPECT_TRUE(eventually([&] {
    return second.err().find(state() + ": another proctaped writes it") != std::string::npos;
  })) << second.err();
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(other); })) << third.err();
  second.send(SIGTERM);
  EXPECT_EQ(second.wait().exit_code, 0) << "it recorded all the same";
  EXPECT_EQ(json()["pid"].GetInt(), first.pid());
  const auto both = run({PROCTAPE, "status", state(), other});
  EXPECT_EQ(both.exit_code, 0) << both.err;
  EXPECT_NE(both.out.find("pid " + std::to_string(third.pid())), std::string::npos) << both.out;
}

TEST_F(StatusTest, AReloadMovesTheStateFileOrRemovesIt) {
  Program program(daemon("interval = '100ms'\n"));
  ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
  const std::string other = path("moved.json");
  write("t.toml", "interval = '100ms'\nstate_file = '" + other + "'\n[log]\ndirectory = '" +
                      path("log") + "'\n");
  program.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(other); }));
  EXPECT_FALSE(told());
  write("t.toml",
        "interval = '100ms'\nstate_file = 'off'\n[log]\ndirectory = '" + path("log") + "'\n");
  program.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(other); }));
}

TEST_F(StatusTest, WhatCannotBeWrittenIsAProblemUntilItCan) {
  std::filesystem::create_directory(path("log"));
  const SmallDisk disk(path("log"), 1 << 20);
  if (!disk.mounted()) GTEST_SKIP() << "needs root, to mount a small file system";
  Program program(daemon("interval = '100ms'\n"));
  ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
  directory_.write("log/of-others", std::string(2 << 20, '\0'));
  ASSERT_TRUE(eventually([&] { return status().exit_code == 1; })) << status().out;
  EXPECT_TRUE(eventually([&] { return json()["samples"]["not_written"].GetInt64() > 0; }));
  std::filesystem::remove(path("log/of-others"));
  EXPECT_TRUE(eventually([&] {
    const auto status = json();
    const auto& problems = status["problems"];
    return std::none_of(problems.Begin(), problems.End(),
                        [](const auto& problem) { return text_of(problem["what"]) == "record"; });
  })) << status().out;
}

TEST_F(StatusTest, SamplesThatAreSkippedAreCountedAndToldOnce) {
  Program program(daemon("interval = '100ms'\n"));
  ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
  // It may be stopped within a sample, which is not begun late then: that is tried again.
  const auto was_late = [&] { return json()["lateness"]["longest"].GetDouble() >= 0.3; };
  for (int i = 0; i < 2 || (i < 10 && !was_late()); ++i) {
    const auto before = json()["samples"]["skipped"].GetInt64();
    program.send(SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    program.send(SIGCONT);
    EXPECT_TRUE(eventually([&] { return json()["samples"]["skipped"].GetInt64() >= before + 3; }));
  }
  EXPECT_TRUE(was_late()) << json()["lateness"]["longest"].GetDouble();
  const std::string log = program.err();
  const auto first = log.find("samples skipped: ");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("samples skipped: ", first + 1), std::string::npos) << log;
}

TEST_F(StatusTest, PressureBeginsExtraSamplesThatEnd) {
  // No usual sample is due, unless this runs across midnight.
  Program program(
      daemon("interval = '24h'\n[pressure]\nextra_samples = true\ncpu = '2%'\nmemory = 'off'\n"
             "io = 'off'\ninterval = '1s'\nduration = '3s'\nrest = '1h'\n"));
  ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
  if (program.err().find("warning: pressure: ") != std::string::npos) {
    GTEST_SKIP() << "the kernel has no triggers for us: " << program.err();
  }
  {
    const BusyCpus busy;
    ASSERT_TRUE(eventually(
        [&] {
          const auto state = json();
          return state["extra_samples"]["bursts"].GetInt64() == 1 &&
                 !state["extra_samples"]["active"].GetBool();
        },
        std::chrono::seconds(60)))
        << program.err();
  }
  EXPECT_NE(program.err().find("waited for cpu for more than 2 % of the time: a sample every 1s"),
            std::string::npos)
      << program.err();
  EXPECT_NE(program.err().find("back to the usual interval"), std::string::npos) << program.err();
  const auto taken = json()["extra_samples"]["samples"].GetInt64();
  EXPECT_GE(taken, 1);
  EXPECT_LE(taken, 5);
  EXPECT_DOUBLE_EQ(json()["interval_now"].GetDouble(), 86400);
  const auto recorded = samples();
  ASSERT_EQ(recorded.size(), 1U + static_cast<std::size_t>(taken));
  for (std::size_t i = 2; i < recorded.size(); ++i) {
    // Both are whole seconds, each rounded for itself.
    const Seconds passed = recorded[i].time - recorded[i - 1].time;
    EXPECT_LE(std::abs(passed.value - recorded[i].interval.value), 1) << i;
    EXPECT_LE(recorded[i].interval, Seconds{5});
  }
}

TEST_F(StatusTest, AReloadSwitchesExtraSamplesOnAndOff) {
  Program program(daemon("interval = '1h'\n"));
  ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
  EXPECT_FALSE(json()["extra_samples"]["on"].GetBool());
  configure("interval = '1h'\n[pressure]\nextra_samples = true\n");
  program.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return json()["extra_samples"]["on"].GetBool(); }));
  configure("interval = '1h'\n");
  program.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return !json()["extra_samples"]["on"].GetBool(); }));
  program.send(SIGTERM);
  EXPECT_EQ(program.wait().exit_code, 0);
}

TEST_F(StatusTest, ModesAndPrioritiesAreThoseOfTheConfigurationAndOfAReload) {
  write("t.toml", "interval = '1h'\nstate_file = '" + state() + "'\n[log]\ndirectory = '" +
                      path("log") +
                      "'\nmode = '0600'\ndirectory_mode = '0700'\n[process]\nnice = 5\n"
                      "scheduling = 'batch'\noom_score_adj = 77\n");
  Program program({PROCTAPED, "--config", path("t.toml")});
  ASSERT_TRUE(eventually([&] { return told(); })) << program.err();
  struct stat made {};
  ASSERT_EQ(::stat(path("log").c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 07777U, 0700U);
  ASSERT_EQ(::stat(first_log(path("log")).c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 07777U, 0600U);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(program.pid())), 5);
  EXPECT_EQ(::sched_getscheduler(program.pid()), SCHED_BATCH);
  std::string adjusted;
  std::getline(std::ifstream("/proc/" + std::to_string(program.pid()) + "/oom_score_adj"),
               adjusted);
  EXPECT_EQ(adjusted, "77");

  const auto reload = [&](int nice, const std::string& scheduling, int policy) {
    configure("interval = '1h'\n[process]\nnice = " + std::to_string(nice) + "\nscheduling = '" +
              scheduling + "'\n");
    program.send(SIGHUP);
    EXPECT_TRUE(eventually([&] {
      return ::getpriority(PRIO_PROCESS, static_cast<id_t>(program.pid())) == nice &&
             ::sched_getscheduler(program.pid()) == policy;
    })) << program.err();
  };
  reload(9, "idle", SCHED_IDLE);
  if (::geteuid() != 0) return;  // and may not become more important again
  // Each was compared with the configuration of the start, and this one was no change.
  reload(5, "batch", SCHED_BATCH);
}

}  // namespace
}  // namespace proctape
