// SPDX-License-Identifier: Apache-2.0
#include "collector/sources.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

// Reads all sources in their order; the names of those that this host lacks. Any other
// error fails the test.
std::set<std::string_view> missing_on(SourceReader& reader) {
  std::set<std::string_view> missing;
  for (const Source& source : system_sources()) {
    const auto read = reader.read(source.read);
    if (read) continue;
    EXPECT_EQ(read.error().kind, Error::Kind::kMissing)
        << source.name << ": " << read.error().message;
    EXPECT_FALSE(source.indispensable) << source.name;
    missing.insert(source.name);
  }
  return missing;
}

TEST(Sources, EveryFixtureHostIsReadButForWhatItLacks) {
  using Names = std::set<std::string_view>;
  const Names rarely_there = {"zfs_arc", "vmware_balloon", "infiniband",
                              "resctrl", "perf_counters",  "gpu"};
  const auto with = [&](Names names) {
    names.insert(rarely_there.begin(), rarely_there.end());
    return names;
  };
  struct Host {
    const char* name;
    Names missing;
  };
  const Host hosts[] = {
      {"linux-6.18-vm", with({"nfs_server", "nfs_client", "nfs_mounts"})},
      {"debian-12-server", with({"nfs_server", "nfs_client", "nfs_mounts"})},
      {"debian-11-compute", {"vmware_balloon", "nfs_server", "perf_counters", "gpu"}},
      {"rhel-8", with({"pressure", "net_snmp6"})},
      {"minimal", with({"cpufreq", "zswap", "vmstat", "zoneinfo", "hugepages", "ksm", "sockstat",
                        "pressure", "diskstats", "net_dev", "net_snmp", "net_snmp6", "numa",
                        "buddyinfo", "nfs_server", "nfs_client", "nfs_mounts"})},
  };
  for (const Host& host : hosts) {
    SCOPED_TRACE(host.name);
    SourceReader reader(fixture(host.name));
    EXPECT_EQ(missing_on(reader), host.missing);
    EXPECT_GT(reader.system().cpus.all.times.user.value, 0);
    EXPECT_GT(reader.system().memory.total.value, 0);
  }
}

TEST(Sources, TheSecondSnapshotOfAnUnchangedHostEqualsTheFirst) {
  for (const char* host :
       {"linux-6.18-vm", "debian-12-server", "debian-11-compute", "rhel-8", "minimal"}) {
    SourceReader reader(fixture(host));
    missing_on(reader);
    const System first = reader.system();
    reader.next();
    missing_on(reader);
    EXPECT_EQ(reader.system(), first) << host;
  }
}

TEST(Sources, ThisHostIsRead) {
  SourceReader reader(std::move(*KernelFs::open("/")));
  for (const Source& source : system_sources()) {
    const auto read = reader.read(source.read);
    if (!read) {
      EXPECT_NE(read.error().kind, Error::Kind::kMalformed) << read.error().message;
    }
  }
  EXPECT_GT(reader.system().cpus.online, 0);
}

TEST(Sources, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const Source& source : system_sources()) {
    EXPECT_TRUE(names.insert(source.name).second) << source.name;
  }
}

}  // namespace
}  // namespace proctape
