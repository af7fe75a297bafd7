// SPDX-License-Identifier: Apache-2.0
//
// The real proctape: what it prints (tests/golden/show*.txt, info*.txt; with
// PROCTAPE_RENEW_GOLDEN in the environment they are written anew) and how it exits.
#include <gtest/gtest.h>

#include <sstream>

#include "base/text/text.h"
#include "tests/support/logs.h"
#include "tests/support/run.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

class ProctapeTest : public testing::Test {
 protected:
  static Finished proctape(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), PROCTAPE);
    return run(arguments);
  }
  // Its output, without where the logs lie.
  static void expect_golden(const std::string& out, const std::string& name) {
    std::string ours = out;
    const std::string place = std::string(FIXTURES) + "/logs/";
    for (auto at = ours.find(place); at != ours.npos; at = ours.find(place)) {
      ours.erase(at, place.size());
    }
    const std::string path = std::string(SOURCE_DIR) + "/tests/golden/" + name + ".txt";
    if (::getenv("PROCTAPE_RENEW_GOLDEN")) std::ofstream(path, std::ios::binary) << ours;
    EXPECT_EQ(ours, read_text(path));
  }

  TimeZone utc_{"UTC"};
};

TEST_F(ProctapeTest, ShowsALog) {
  const auto shown = proctape({"show", log_path("atop-2.13")});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  expect_golden(shown.out, "show");
}

TEST_F(ProctapeTest, ShowsARestart) {
  const auto shown = proctape({"show", "--top", "1", log_path("atop-2.13-appended")});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  expect_golden(shown.out, "show-restart");
}

TEST_F(ProctapeTest, ShowsLogsOfAllVersionsWithin100Columns) {
  for (const std::string& name : log_names()) {
    const auto shown = proctape({"show", log_path(name)});
    EXPECT_EQ(shown.exit_code, 0) << name << shown.err;
    std::string_view text = shown.out;
    EXPECT_GT(text.size(), 1000U) << name;
    while (!text.empty()) {
      const auto line = next_line(text);
      EXPECT_LE(line.size(), 100U) << line;
    }
  }
}

TEST_F(ProctapeTest, ShowsWhatIsLeftOfADamagedLogAndSaysSo) {
  const std::string path = log_path("damaged/flip-task");
  const auto shown = proctape({"show", path});
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_EQ(shown.err, "proctape: " + path +
                           ": offset 4391: expected a task block of 26784 bytes unpacked, found a "
                           "corrupt stream (invalid distance too far back); 3778 bytes skipped\n");
  EXPECT_NE(shown.out.find("3 samples"), std::string::npos);
}

TEST_F(ProctapeTest, InformsAboutSeveralLogs) {
  const auto informed =
      proctape({"info", log_path("atop-2.3"), log_path("atop-2.13-appended"),
                log_path("damaged/time-goes-back"), log_path("damaged/filehdr-only")});
  EXPECT_EQ(informed.exit_code, 1);
  EXPECT_EQ(informed.err, "");
  expect_golden(informed.out, "info");
}

TEST_F(ProctapeTest, InformsInJson) {
  const auto informed =
      proctape({"info", "--json", log_path("atop-2.13-pss"), log_path("atop-2.3")});
  EXPECT_EQ(informed.exit_code, 0) << informed.err;
  expect_golden(informed.out, "info-json");
}

TEST_F(ProctapeTest, GoesOnBehindALogThatCannotBeRead) {
  const auto informed = proctape({"info", "/nonexistent", log_path("damaged/version-only"),
                                  log_path("damaged/hertz"), log_path("atop-2.9")});
  EXPECT_EQ(informed.exit_code, 3);
  EXPECT_EQ(informed.err,
            "proctape: open /nonexistent: No such file or directory\nproctape: " +
                log_path("damaged/version-only") +
                ": offset 4: expected aversion of 2.3 to 2.13, found 0x8263 (2.99)\n");
  EXPECT_NE(informed.out.find("version   2.9\n"), std::string::npos);
}

TEST_F(ProctapeTest, ExitStatusTellsUsageFromTheRest) {
  EXPECT_EQ(proctape({}).exit_code, 2);
  EXPECT_EQ(proctape({"show", "--at", "10:00", "-b", "9:00", "x"}).exit_code, 2);
  EXPECT_EQ(proctape({"show", "-b", "tea", "x"}).exit_code, 2);
  EXPECT_EQ(proctape({"show", "--rows", "0", "x"}).exit_code, 2);
  EXPECT_EQ(proctape({"no-such"}).exit_code, 2);
  EXPECT_EQ(proctape({"show", "/nonexistent"}).exit_code, 3);
  EXPECT_EQ(proctape({"--version"}).exit_code, 0);
  for (const std::vector<std::string>& of : {std::vector<std::string>{}, {"show"}, {"info"}}) {
    auto arguments = of;
    arguments.emplace_back("--help");
    const auto help = proctape(arguments);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.out.find("Examples:"), std::string::npos);
  }
}

TEST_F(ProctapeTest, PrintsTheFilesOfTasksAsTheyAre) {
  const std::string root = std::string(FIXTURES) + "/linux-6.18-vm";
  const auto all = proctape({"procfs", "--root", root, "--titles", "--stat", "--status", "--io"});
  EXPECT_EQ(all.exit_code, 0);
  // The fixture has no io of process 1044.
  EXPECT_EQ(all.err,
            "proctape: io: No such file or directory: the fields are empty for 1 process\n");
  expect_golden(all.out, "procfs");
  const auto threads = proctape({"procfs", "--root", root, "--titles", "--threads", "--io", "812"});
  EXPECT_EQ(threads.exit_code, 0) << threads.err;
  expect_golden(threads.out, "procfs-threads");
}

// The columns of before keep their places.
TEST_F(ProctapeTest, PrintsFieldsOfNewerKernelsBehindTheOthers) {
  const TestDirectory host;
  std::string stat = "7 (x) S";
  for (int field = 4; field <= 53; ++field) stat += ' ' + std::to_string(field);
  host.write("proc/7/stat", stat + '\n');
  host.write("proc/7/io", "rchar: 1\nnew_io: 2\n");
  host.write("proc/8/stat", "8 (y) S 1\n");
  host.write("proc/8/io", "rchar: 3\nwchar: 4\n");
  const auto shown =
      proctape({"procfs", "--root", host.path().string(), "--titles", "--stat", "--io"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  std::string_view lines = shown.out;
  const std::string titles(next_line(lines));
  EXPECT_TRUE(
      titles.ends_with(",rchar,wchar,syscr,syscw,read_bytes,write_bytes,"
                       "cancelled_write_bytes,field53,new_io"))
      << titles;
  EXPECT_TRUE(next_line(lines).ends_with(",52,1,,,,,,,53,2"));
  EXPECT_TRUE(next_line(lines).ends_with(",,3,4,,,,,,,"));
}

TEST_F(ProctapeTest, MigratesSettingsAndReplacesNothingUnasked) {
  const TestDirectory directory;
  directory.write("atop", "LOGINTERVAL=60\nLOGOPTS=-k\n");
  const std::string in = (directory.path() / "atop").string();
  const std::string out = (directory.path() / "proctape.toml").string();
  const std::string note =
      "proctape: " + in + ": LOGOPTS: -k: no equivalent: atopgpud is not asked\n";

  const auto printed = proctape({"migrate", in});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_NE(printed.out.find("\ninterval = \"1m\"\n"), std::string::npos) << printed.out;
  EXPECT_EQ(printed.err, note);

  const auto written = proctape({"migrate", in, "--write", out});
  EXPECT_EQ(written.exit_code, 0);
  EXPECT_EQ(written.err, note);
  EXPECT_EQ(read_text(out), printed.out);

  directory.write("atop", "LOGINTERVAL=5\n");
  const auto refused = proctape({"migrate", in, "--write", out});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_EQ(refused.err, "proctape: " + out + " is there; --force replaces it\n");
  EXPECT_EQ(read_text(out), printed.out);
  EXPECT_EQ(proctape({"migrate", in, "--write", out, "--force"}).exit_code, 0);
  EXPECT_NE(read_text(out), printed.out);

  EXPECT_EQ(proctape({"migrate", out + "/none"}).exit_code, 3);
  EXPECT_EQ(proctape({"migrate", in, "--force"}).exit_code, 2);
}

// ---- Which logs, and which part of them ----

class PeriodTest : public ProctapeTest {
 protected:
  // Of the samples that are read, and what is said of them.
  static std::string times_of(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"dump", "--csv", "--fields", "record.curtime"});
    const auto dumped = proctape(arguments);
    std::string times;
    std::istringstream lines(dumped.out);
    std::string line;
    std::getline(lines, line);  // the heading
    while (std::getline(lines, line)) times += line.substr(0, line.find(',')) + ' ';
    return times + dumped.err;
  }
};

TEST_F(PeriodTest, OfSeveralLogsIsReadInTheirOrder) {
  const std::string log = log_path("atop-2.13");
  const std::string all = times_of({log});
  ASSERT_EQ(std::ranges::count(all, ' '), 4) << all;
  EXPECT_EQ(times_of({log, log}), all + all);
}

TEST_F(PeriodTest, IsThatOfTheSamplesThatCoverIt) {
  const std::string log = log_path("atop-2.13");
  std::vector<std::string> times;
  std::istringstream all(times_of({log}));
  for (std::string time; all >> time;) times.push_back(time);
  ASSERT_EQ(times.size(), 4U);
  EXPECT_EQ(times_of({"--at", '@' + times[2], log}), times[2] + ' ');
  EXPECT_EQ(times_of({"--from", '@' + times[2], log}), times[2] + ' ' + times[3] + ' ');
  EXPECT_EQ(times_of({"--to", '@' + times[1], log}), times[0] + ' ' + times[1] + ' ');
  const std::string none = times_of({"--utc", "--at", "2001-02-03 04:05", log});
  EXPECT_EQ(none.find("proctape: no sample covers 2001-02-03 04:05:00 UTC; the logs cover "), 0U)
      << none;
}

// Others, a gigabyte it may be, are not unpacked for one sample.
TEST_F(PeriodTest, IsReadWithoutLookingIntoOtherSamples) {
  const TestDirectory directory;
  std::string bytes = read_text(log_path("atop-2.13"));
  bytes[bytes.size() - 3] ^= 1;
  directory.write("log", bytes);
  const std::string log = (directory.path() / "log").string();
  EXPECT_EQ(proctape({"show", log}).exit_code, 1);
  std::istringstream times(times_of({log}));
  std::string first;
  times >> first;
  const auto shown = proctape({"show", "--at", '@' + first, log});
  EXPECT_EQ(shown.err, "");
  EXPECT_EQ(shown.exit_code, 0);
}

// They were added up under the name of the first.
TEST_F(PeriodTest, OfSeveralHostsIsRefusedByShow) {
  const TestDirectory directory;
  std::string bytes = read_text(log_path("atop-2.13"));
  const auto name = bytes.find("fixture");
  ASSERT_NE(name, bytes.npos);
  bytes[name] = 'm';
  directory.write("other", bytes);
  const auto shown =
      proctape({"show", log_path("atop-2.13"), (directory.path() / "other").string()});
  EXPECT_EQ(shown.exit_code, 2);
  EXPECT_EQ(shown.err, "proctape: logs of several hosts: fixture and mixture\n");
}

TEST_F(PeriodTest, CountsWhatSeveralLogsTellOnce) {
  const std::string log = log_path("atop-2.13");
  const auto once = proctape({"show", log});
  const auto twice = proctape({"show", log, log});
  EXPECT_EQ(twice.out, once.out);
  EXPECT_EQ(twice.err, "proctape: 4 samples are left out: a log before theirs has later ones\n");
}

// Files are named by the local time zone, whatever times are shown in.
TEST_F(PeriodTest, InUtcIsOfTheSameFiles) {
  const TestDirectory directory;
  directory.write("atop_20261121", read_text(log_path("atop-2.13")));
  for (const char* zone : {"Pacific/Kiritimati", "UTC"}) {
    const TimeZone local(zone);
    const auto shown = proctape({"show", "--utc", directory.path().string()});
    EXPECT_NE(shown.out.find("2026-11-21 04:39:12 to 2026-11-21 04:39:15 UTC"), shown.out.npos)
        << shown.out;
  }
}

// The first sample of a day tells of the end of the day before, which is not meant.
TEST_F(PeriodTest, AClockTimeIsOnTheDayOfTheFirstSampleOrLater) {
  const auto shown = proctape({"show", "--at", "04:39:12", log_path("atop-2.13")});
  EXPECT_NE(shown.out.find("2026-11-21 04:39:12 to 2026-11-21 04:39:12 UTC, 1 samples"),
            shown.out.npos)
      << shown.out << shown.err;
  const auto before = proctape({"show", "--at", "23:55", log_path("atop-2.13")});
  EXPECT_EQ(before.exit_code, 1);
  EXPECT_EQ(before.err.find("proctape: no sample covers 2026-11-21 23:55:00 UTC;"), 0U)
      << before.err;
}

TEST_F(PeriodTest, OfADayWithoutALogIsTold) {
  const TestDirectory directory;
  directory.write("notes", "");
  const auto shown = proctape({"show", directory.path().string()});
  EXPECT_EQ(shown.exit_code, 3);
  EXPECT_EQ(shown.err, "proctape: " + directory.path().string() +
                           ": expected logs (atop_YYYYMMDD), found none\n");
}

using WhyTest = ProctapeTest;

TEST_F(WhyTest, TellsFindingsWithWhoAndACommandThatShowsMore) {
  const auto told = proctape({"why", log_path("atop-2.13")});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  for (const char* text : {"1. warning: shortlived ended 20 times", "culprits  shortlived",
                           "see       proctape show exits", "No baseline"}) {
    EXPECT_NE(told.out.find(text), told.out.npos) << text << told.out;
  }
  const auto json = proctape({"why", "--json", "--at", "04:39:14", log_path("atop-2.13")});
  for (const char* text :
       {"\"severity\":\"warning\"", "\"culprits\":[{\"name\":\"shortlived\"", "\"victims\":[",
        "\"evidence\":[{\"member\":", "\"see\":\"proctape show"}) {
    EXPECT_NE(json.out.find(text), json.out.npos) << text << json.out;
  }
}

TEST_F(WhyTest, SaysNothingUnusualOfAQuietLog) {
  const auto told = proctape({"why", log_path("atop-2.13-noacct")});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_NE(told.out.find("\nNothing unusual.\n"), told.out.npos) << told.out;
}

TEST_F(WhyTest, ComparesWithWhatIsAskedFor) {
  const auto told = proctape({"why", "--utc", "--from", "04:39:14", "--baseline",
                              "04:39:12..04:39:13", log_path("atop-2.13")});
  EXPECT_NE(told.out.find("Baseline: 1 sample of 1s."), told.out.npos) << told.out;
  const auto by_default = proctape({"why", "--utc", "--from", "04:39:14", log_path("atop-2.13")});
  EXPECT_NE(by_default.out.find("Baseline: 3 samples of 2s."), by_default.out.npos)
      << by_default.out;
  EXPECT_EQ(proctape({"why", "--baseline", "noon", log_path("atop-2.13")}).exit_code, 2);
  const auto away = proctape({"why", "--at", "23:00", log_path("atop-2.13")});
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_NE(away.err.find("no sample covers"), away.err.npos) << away.err;
}

}  // namespace
}  // namespace proctape
