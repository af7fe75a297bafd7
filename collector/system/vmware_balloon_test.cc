// SPDX-License-Identifier: Apache-2.0
#include "collector/system/vmware_balloon.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(VmwareBalloon, PagesFromDebugfsOrFromVmwaresOwnDriver) {
  for (const char* path : {"sys/kernel/debug/vmmemctl", "proc/vmmemctl"}) {
    const TestHost host;
    host.write(path, "target:             1024 pages\ncurrent:             512 pages\n");
    SourceReader reader(std::move(*KernelFs::open(host.path())));
    ASSERT_TRUE(reader.read(read_vmware_balloon)) << path;
    EXPECT_EQ(reader.system().memory.vmware_balloon, Bytes{512 * 4096});
  }
}

TEST(VmwareBalloon, UnknownInOtherGuests) {
  SourceReader reader(fixture("minimal"));
  const auto read = reader.read(read_vmware_balloon);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(reader.system().memory.vmware_balloon.value, kUnknown);
}

TEST(VmwareBalloon, MalformedTextIsNamed) {
  const auto pages = parse_vmware_balloon("target: 1\ncurrent: all\n", "proc/vmmemctl");
  ASSERT_FALSE(pages);
  EXPECT_EQ(pages.error().message,
            "proc/vmmemctl:2: expected 'current: <pages>', found 'current: all'");
  EXPECT_FALSE(parse_vmware_balloon("", "proc/vmmemctl"));
}

}  // namespace
}  // namespace proctape
