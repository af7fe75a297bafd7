// SPDX-License-Identifier: Apache-2.0
#include "collector/system/resctrl.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

void write_cache(const TestHost& host, const std::string& id, std::string_view occupancy,
                 std::string_view local, std::string_view total) {
  const std::string directory = "sys/fs/resctrl/mon_data/mon_L3_" + id;
  host.write(directory + "/llc_occupancy", occupancy);
  host.write(directory + "/mbm_local_bytes", local);
  host.write(directory + "/mbm_total_bytes", total);
}

TEST(Resctrl, OccupancyIsAFractionOfTheCachesSize) {
  const TestHost host;
  host.write("sys/devices/system/cpu/cpu0/cache/index3/size", "1024K\n");
  write_cache(host, "00", "262144\n", "5\n", "7\n");
  write_cache(host, "01", "0\n", "1\n", "2\n");
  host.write("sys/fs/resctrl/mon_data/mon_L2_00/llc_occupancy", "1\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_resctrl));
  const auto& caches = reader.system().caches.each;
  ASSERT_EQ(caches.size(), 2U);
  EXPECT_EQ(
      caches[0],
      (LastLevelCache{.id = 0, .occupancy = 0.25F, .local_traffic = {5}, .total_traffic = {7}}));
  EXPECT_EQ(caches[1].id, 1);
}

TEST(Resctrl, CountersStayWhileTheHardwareHasNone) {
  const TestHost host;
  host.write("sys/devices/system/cpu/cpu0/cache/index3/size", "1024K\n");
  write_cache(host, "00", "1024\n", "5\n", "7\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_resctrl));
  write_cache(host, "00", "Unavailable\n", "Unavailable\n", "Error\n");
  reader.next();
  ASSERT_TRUE(reader.read(read_resctrl));
  const LastLevelCache& cache = reader.system().caches.each.at(0);
  EXPECT_EQ(cache.occupancy, 0);
  EXPECT_EQ(cache.local_traffic, Bytes{5});
  EXPECT_EQ(cache.total_traffic, Bytes{7});
}

TEST(Resctrl, OccupancyIsZeroIfTheSizeIsNotTold) {
  const TestHost host;
  write_cache(host, "00", "1024\n", "5\n", "7\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_resctrl));
  EXPECT_EQ(reader.system().caches.each.at(0).occupancy, 0);
}

TEST(Resctrl, MissingUnlessMounted) {
  SourceReader reader(fixture("debian-12-server"));
  const auto read = reader.read(read_resctrl);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
}

}  // namespace
}  // namespace proctape
