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
  const NfsMount home{.device = "filer:/export/home",
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
  ASSERT_TRUE(
      parse_nfs_mounts("device nfsd mounted on /proc/fs/nfsd with fstype nfsd\n"
                       "\tage:\tunreadable\ndevice tmpfs mounted on /x with fstype tmpfs\n"
                       "\tbytes:\t1\n",
                       "x", nfs));
  EXPECT_TRUE(nfs.mounts.empty());
}

TEST(NfsMounts, LongDeviceNamesAreCut) {
  Nfs nfs;
  const std::string device = "filer:/" + std::string(200, 'x');
  ASSERT_TRUE(parse_nfs_mounts(
      "device " + device + " mounted on /x with fstype nfs4 statvers=1.1\n", "x", nfs));
  EXPECT_EQ(nfs.mounts.at(0).device.view(), device.substr(0, 127));
}

TEST(NfsMounts, MalformedLinesAreNamed) {
  const std::string device = "device a:/b mounted on /x with fstype nfs statvers=1.1\n";
  Nfs nfs;
  const auto parsed = parse_nfs_mounts(device + "\tbytes:\t1 2 3\n", "proc/1/mountstats", nfs);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/1/mountstats:2: expected 'bytes:' and 8 numbers, found ' bytes: 1 2 3'");
  EXPECT_FALSE(parse_nfs_mounts(device + "\tage:\tlong\n", "x", nfs));
}

}  // namespace
}  // namespace proctape
