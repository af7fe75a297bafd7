// SPDX-License-Identifier: Apache-2.0
#include "collector/system/nfs_mounts.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(NfsMounts, NfsFileSystemsOfTheFixtureHost) {
  SourceReader reader(fixture("rhel-8"));
  ASSERT_TRUE(reader.read(read_nfs_mounts));
  const auto& mounts = reader.system().nfs.mounts;
  ASSERT_EQ(mounts.size(), 2U);
  const NfsMount home{.identity = mounts[0].identity,
                      .device = "filer:/export/home",
                      .age = {72033},
                      .read = {1048576},
                      .written = {2097152},
                      .direct_read = {4096},
                      .direct_written = {8192},
                      .server_read = {1052672},
                      .server_written = {2105344},
                      .pages_read = 257,
                      .pages_written = 514};
  EXPECT_EQ(mounts[0], home);
  EXPECT_EQ(mounts[1].device.view(), "filer:/export/my\\040data");
  EXPECT_EQ(mounts[1].age, Seconds{600});
}

TEST(NfsMounts, WithoutTheClientTheListOfMountsIsNotAskedFor) {
  const TestHost host;
  host.write("proc/1/mountstats", "device filer:/a mounted on /a with fstype nfs4\n\tage:\t600\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  const auto absent = reader.read(read_nfs_mounts);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Error::Kind::kMissing);
  EXPECT_TRUE(reader.system().nfs.mounts.empty());
  host.write("proc/net/rpc/nfs", "net 1 2 3 4\n");
  ASSERT_TRUE(reader.read(read_nfs_mounts));
  EXPECT_EQ(reader.system().nfs.mounts.size(), 1U);
}

TEST(NfsMounts, OtherFileSystemsAreSkippedWithAllTheirLines) {
  Nfs nfs;
  NamesApart names;
  ASSERT_TRUE(
      parse_nfs_mounts("device nfsd mounted on /proc/fs/nfsd with fstype nfsd\n"
                       "\tage:\tunreadable\ndevice tmpfs mounted on /x with fstype tmpfs\n"
                       "\tbytes:\t1\n",
                       "x", nfs, names));
  EXPECT_TRUE(nfs.mounts.empty());
}

TEST(NfsMounts, LongDeviceNamesAreCut) {
  Nfs nfs;
  NamesApart names;
  const std::string device = "filer:/" + std::string(200, 'x');
  ASSERT_TRUE(parse_nfs_mounts(
      "device " + device + " mounted on /x with fstype nfs4 statvers=1.1\n", "x", nfs, names));
  EXPECT_EQ(nfs.mounts.at(0).device.view(), device.substr(0, 127));
}

TEST(NfsMounts, MalformedLinesAreNamed) {
  const std::string device = "device a:/b mounted on /x with fstype nfs statvers=1.1\n";
  Nfs nfs;
  NamesApart names;
  const auto parsed =
      parse_nfs_mounts(device + "\tbytes:\t1 2 3\n", "proc/1/mountstats", nfs, names);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/1/mountstats:2: expected 'bytes:' and 8 numbers, found ' bytes: 1 2 3'");
  EXPECT_TRUE(nfs.mounts.empty());
  EXPECT_FALSE(
      parse_nfs_mounts(device + "\tage:\tlong\n" + device + "\tage:\t7\n", "x", nfs, names));
  ASSERT_EQ(nfs.mounts.size(), 1U) << "the other mount is there";
  EXPECT_EQ(nfs.mounts[0].age, Seconds{7});
}

// Mounts of one server that were alike in the first 127 letters were taken for one.
TEST(NfsMounts, NamesThatAreAlikeWhereTheyAreCutStayDifferent) {
  Nfs nfs;
  NamesApart names;
  const std::string path = "filer:/" + std::string(150, 'x');
  ASSERT_TRUE(parse_nfs_mounts("device " + path + "/a mounted on /a with fstype nfs4\n" +
                                   "device " + path + "/b mounted on /b with fstype nfs4\n",
                               "x", nfs, names));
  EXPECT_NE(nfs.mounts.at(0).device, nfs.mounts.at(1).device);
  EXPECT_TRUE(nfs.mounts[1].device.view().ends_with("xxx/b"));
  EXPECT_NE(nfs.mounts[0].identity, nfs.mounts[1].identity);
}

}  // namespace
}  // namespace proctape
