// SPDX-License-Identifier: Apache-2.0
#include "cli/view/status_text.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "base/clock.h"
#include "base/file/fd.h"
#include "tests/support/test_host.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

constexpr char kState[] = R"({"program":"proctaped","version":"0.1.0","pid":77,
"configuration":"/etc/t.toml","started":1709294400,"written":1709298000,"interval":10.0,
"interval_now":1.0,"exits":"BPF",
"samples":{"last":1709298000.4,"next":1709298010,"next_since_boot":NEXT,"tasks":300,"records":361,
"bytes":4194304,"not_written":2,"skipped":3,"recorded":"everything is recorded"},
"lateness":{"last":0.0005,"average":0.0021,"longest":1.25},
"extra_samples":{"on":true,"active":true,"bursts":2,"samples":40,"ignored":1},
"clock":{"suspends":1,"slept":7200,"steps":2,"last_step":-3600},
"losses":{"exits":5,"stuck_tasks":1},
"cost":{"cpu_user":1.5,"cpu_system":20,"cpu_last_sample":0.012,"cpu_share":0.006,
"cpu_share_last":0.005,"resident":9437184,"most_resident":12582912},
"logs":[{"directory":"/l","version":"2.12","file":"/l/atop_20240301","size":1048576,
"all_files":3145728,"max_age_days":28,"max_size":0,"min_free_percent":10,"disk_free":50,
"disk_size":200}],
"sources":[{"name":"stat","state":"ok","last":0.00004,"average":0.00005,"longest":0.002}],
"restrictions":[{"what":"task io","message":"io of 3 tasks may not be read"}],
"problems":[{"what":"record","message":"disk full\u001b[2J"}]})";

class StatusTextTest : public testing::Test {
 protected:
  // As a daemon left it whose next sample was due so many seconds ago.
  void write(double overdue = -5) const {
    const double now = std::chrono::duration<double>(SystemClock().since_boot()).count();
    std::string text = kState;
    text.replace(text.find("NEXT"), 4, std::to_string(now - overdue));
    directory_.write("s", text);
  }
  // And holds it.
  Fd lock() const {
    Fd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::flock(file.get(), LOCK_EX | LOCK_NB), 0);
    return file;
  }
  std::string text() const {
    const auto state = read_reported_state(path_);
    return state ? status_text(*state) : "error: " + state.error().message;
  }
  bool tells(const std::string& line) const { return text().find(line) != std::string::npos; }

  TimeZone zone_{"UTC"};
  TestDirectory directory_;
  std::string path_ = (directory_.path() / "s").string();
};

TEST_F(StatusTextTest, EverythingThatTheDaemonWroteIsShown) {
  write();
  const Fd held = lock();
  EXPECT_TRUE(tells("proctaped 0.1.0, pid 77, running since 2024-03-01 12:00:00 (1h)\n"));
  EXPECT_TRUE(tells("  configuration  /etc/t.toml\n"));
  EXPECT_TRUE(tells("  interval       10s, now 1s\n"));
  EXPECT_TRUE(tells("  last sample    13:00:00, 300 tasks; next 13:00:10\n"));
  EXPECT_TRUE(tells("  records        361, 4.0M; 2 could not be written\n"));
  EXPECT_TRUE(
      tells("  late by        500us, 2.10ms on average, 1.2s at most; 3 samples skipped\n") ||
      tells("  late by        500us, 2.10ms on average, 1.3s at most; 3 samples skipped\n"));
  EXPECT_TRUE(tells("  log            /l/atop_20240301, 1.0M, version 2.12\n"));
  EXPECT_TRUE(tells("all files 3.0M of no limit, for 28 days\n"));
  EXPECT_TRUE(tells("25.0 % of the disk free, 50B; 10 % to be left\n"));
  EXPECT_TRUE(tells("  CPU            0.60 % of one, 0.50 % lately; 1.5s user, 20.0s system"));
  EXPECT_TRUE(tells("  memory         9.0M resident, 12.0M at most\n"));
  EXPECT_TRUE(tells("  lost           5 exits; 1 tasks kept a reader waiting\n"));
  EXPECT_TRUE(tells("  clock          set 2 times, last by -3600.0 s; slept 1 times, 2h in all\n"));
  EXPECT_TRUE(tells("  extra samples  now; 40 in 2 bursts\n"));
  EXPECT_TRUE(tells("  restrictions   task io: io of 3 tasks may not be read\n"));
  EXPECT_TRUE(tells("  problems       record: disk full\\u001b[2J\n"))
      << "nothing disturbs a terminal";
  EXPECT_TRUE(tells("  stat    ok     40us     50us   2.00ms\n"));
  EXPECT_FALSE(tells("overdue"));
}

TEST_F(StatusTextTest, OneThatLeftItsFileBehindIsNotRunning) {
  write();
  EXPECT_FALSE(read_reported_state(path_)->running);
  EXPECT_TRUE(tells("pid 77: no longer running, its last word is of 2024-03-01 13:00:00\n"));
}

TEST_F(StatusTextTest, ASampleThatDoesNotComeIsOverdue) {
  write(/*overdue=*/9);
  const Fd held = lock();
  EXPECT_EQ(read_reported_state(path_)->overdue.count(), 0) << "it may take a moment";
  write(/*overdue=*/125);
  EXPECT_NEAR(read_reported_state(path_)->overdue.count(), 125, 10);
  EXPECT_TRUE(tells("overdue by 2m"));
}

TEST_F(StatusTextTest, WhatIsNoStateIsSaidToBeNone) {
  EXPECT_EQ(read_reported_state(path_).error().kind, Error::Kind::kMissing);
  for (const char* content : {"", "{", "[]", "{}", "{\"program\":", "\xff\xfe"}) {
    directory_.write("s", content);
    const auto state = read_reported_state(path_);
    ASSERT_FALSE(state) << content;
    EXPECT_EQ(state.error().kind, Error::Kind::kMalformed);
  }
}

TEST_F(StatusTextTest, MembersOfOtherTypesAreTakenForMissing) {
  directory_.write("s", R"({"program":7,"pid":"x","samples":[1],"logs":[3,{}],"cost":"none",
      "started":1e300,"written":-1e300,"interval":null,"sources":[{"last":"soon"}],
      "problems":{"a":1}})");
  EXPECT_NE(text(), "");
}

}  // namespace
}  // namespace proctape
