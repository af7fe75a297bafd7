// SPDX-License-Identifier: Apache-2.0
//
// What the installed atop, if it is of a version that we write, says about our logs.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "rawlog/directory/log_directory.h"
#include "rawlog/file/encoder.h"
#include "tests/support/plausible_sample.h"
#include "tests/support/test_host.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

struct Outcome {
  int status = -1;
  std::string output;
  std::string errors;
};

Outcome run(const std::string& command, const TestDirectory& scratch) {
  const std::string errors = (scratch.path() / "errors").string();
  Outcome outcome;
  FILE* pipe = popen((command + " 2>" + errors).c_str(), "r");
  if (pipe == nullptr) return outcome;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) outcome.output += static_cast<char>(c);
  outcome.status = pclose(pipe);
  std::ifstream file(errors);
  outcome.errors.assign(std::istreambuf_iterator<char>(file), {});
  return outcome;
}

// "Version: 2.8.1 - 2023/01/07 ..." gives 2.8.
std::optional<Version> installed_version(const TestDirectory& scratch) {
  const std::string text = run("atop -V", scratch).output;
  const auto begin = text.find(' ');
  if (!text.starts_with("Version:") || begin == text.npos) return std::nullopt;
  const std::string number = text.substr(begin + 1, text.find(' ', begin + 1) - begin - 1);
  return parse_version(number.substr(0, number.find('.', number.find('.') + 1)));
}

class AtopReads : public testing::Test {
 protected:
  // A log of four records, the first one since boot, whose path is returned.
  std::string make_log(Version version) {
    Encoder encoder(version, plausible_host());
    LogDirectory directory((scratch_.path() / "log").string());
    for (int i = 0; i < 4; ++i) {
      const Seconds time{1'800'000'000 + 10 * i};
      Sample sample = plausible_sample(time);
      sample.since_boot = i == 0;
      sample.interval = Seconds{i == 0 ? 5000 : 10};
      if (i == 2) {
        for (int pid = 1000; pid < 1300; ++pid) {
          sample.tasks.push_back(plausible_process(pid, "worker"));
        }
      }
      if (i == 3) {
        sample.tasks.back().identity.state = TaskIdentity::kExited;
      }
      const auto appended = directory.append(encoder.file_header(), encoder.encode(sample), time);
      EXPECT_TRUE(appended) << appended.error().message;
    }
    return directory.current_path();
  }

  TimeZone zone_{"UTC"};
  TestDirectory scratch_;
};

TEST_F(AtopReads, EverythingWithoutComplaint) {
  const auto version = installed_version(scratch_);
  if (!version) GTEST_SKIP() << "no atop of a version that we write is installed";
  const std::string log = make_log(*version);

  const Outcome atop = run("atop -r " + log + " -P ALL", scratch_);
  EXPECT_EQ(atop.status, 0);
  EXPECT_EQ(atop.errors, "");
  // Label, host, time, date, time of day, interval, values.
  EXPECT_NE(atop.output.find("RESET\nCPU web-17 1800000000 2027/01/15 08:00:00 5000 "),
            std::string::npos);
  EXPECT_NE(atop.output.find("MEM web-17 1800000010 2027/01/15 08:00:10 10 4096 2000000 500000 "
                             "750000 25000 "),
            std::string::npos);
  EXPECT_NE(atop.output.find("PRG web-17 1800000020 2027/01/15 08:00:20 10 1299 (worker) S "),
            std::string::npos);
  EXPECT_NE(atop.output.find("PRG web-17 1800000030 2027/01/15 08:00:30 10 300 (nginx) E "),
            std::string::npos);
  EXPECT_NE(atop.output.find("(/usr/bin/nginx --quiet)"), std::string::npos);

  const Outcome atopsar = run("atopsar -A -r " + log, scratch_);
  EXPECT_EQ(atopsar.status, 0);
  EXPECT_EQ(atopsar.errors, "");
  EXPECT_NE(atopsar.output.find("web-17"), std::string::npos);
  EXPECT_NE(atopsar.output.find("eth0"), std::string::npos);
}

}  // namespace
}  // namespace proctape
