// SPDX-License-Identifier: Apache-2.0
#include "collector/system/pressure.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

constexpr char kText[] =
    "some avg10=1.25 avg60=0.50 avg300=0.25 total=3122597\n"
    "full avg10=0.75 avg60=0.05 avg300=0.01 total=2858044\n";

TEST(Pressure, AveragesArePercentAndTotalsMicroseconds) {
  Stall some;
  Stall full;
  ASSERT_TRUE(parse_pressure(kText, "proc/pressure/io", &some, &full));
  EXPECT_EQ(some, (Stall{.avg10 = 1.25F, .avg60 = 0.5F, .avg300 = 0.25F, .total = {3122597}}));
  EXPECT_FLOAT_EQ(full.avg10, 0.75F);
  EXPECT_EQ(full.total, Microseconds{2858044});
}

TEST(Pressure, LineThatIsNotWantedIsSkipped) {
  Stall some;
  ASSERT_TRUE(parse_pressure("some avg10=1.25 total=7\nfull rubbish\n", "x", &some, nullptr));
  EXPECT_EQ(some.total, Microseconds{7});
}

TEST(Pressure, HostWithAllThreeFiles) {
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_pressure));
  const Pressure& pressure = reader.system().pressure;
  EXPECT_TRUE(pressure.present);
  EXPECT_EQ(pressure.cpu_some.total, Microseconds{812033112});
  EXPECT_EQ(pressure.memory_some.total, Microseconds{1203311});
  EXPECT_EQ(pressure.memory_full.total, Microseconds{601655});
  EXPECT_FLOAT_EQ(pressure.io_some.avg10, 4.5F);
  EXPECT_FLOAT_EQ(pressure.io_full.avg300, 1.38F);
}

TEST(Pressure, OlderKernelHasNone) {
  SourceReader reader(fixture("rhel-8"));
  const auto read = reader.read(read_pressure);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(reader.system().pressure, Pressure{});
}

TEST(Pressure, MalformedLineIsNamedAndStaysAsItWas) {
  const TestHost host;
  host.write("proc/pressure/cpu", kText);
  host.write("proc/pressure/memory", kText);
  host.write("proc/pressure/io", "some avg10=0.50 avg60=0.00 avg300=0.00 total=70\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_pressure));
  reader.next();
  host.write("proc/pressure/io", "some avg10=1.25 total\n");
  ASSERT_TRUE(reader.read(read_pressure));
  ASSERT_EQ(reader.notes().size(), 1U);
  EXPECT_EQ(reader.notes()[0].message,
            "proc/pressure/io:1: expected '<kind> avg10=<percent> ... total=<us>', "
            "found 'some avg10=1.25 total'");
  EXPECT_TRUE(reader.system().pressure.present);
  EXPECT_EQ(reader.system().pressure.io_some.total, Microseconds{70});
}

}  // namespace
}  // namespace proctape
