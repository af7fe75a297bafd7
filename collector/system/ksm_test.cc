// SPDX-License-Identifier: Apache-2.0
#include "collector/system/ksm.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(Ksm, PagesAreStoredAsBytes) {
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_ksm));
  EXPECT_EQ(reader.system().memory.ksm_shared, Bytes{1200 * 4096});
  EXPECT_EQ(reader.system().memory.ksm_sharing, Bytes{8000 * 4096});
}

TEST(Ksm, UnknownWhileItIsOff) {
  SourceReader reader(fixture("linux-6.18-vm"));
  ASSERT_TRUE(reader.read(read_ksm));
  EXPECT_EQ(reader.system().memory.ksm_shared.value, kUnknown);
  EXPECT_EQ(reader.system().memory.ksm_sharing.value, kUnknown);
}

TEST(Ksm, UnknownAndMissingWithoutTheFeature) {
  SourceReader reader(fixture("minimal"));
  const auto read = reader.read(read_ksm);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(reader.system().memory.ksm_shared.value, kUnknown);
}

TEST(Ksm, BothOrNone) {
  const TestHost host;
  host.write("sys/kernel/mm/ksm/run", "1\n");
  host.write("sys/kernel/mm/ksm/pages_sharing", "7\n");
  host.write("sys/kernel/mm/ksm/pages_shared", "many\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  const auto read = reader.read(read_ksm);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message,
            "sys/kernel/mm/ksm/pages_shared: expected a number, found 'many '");
  EXPECT_EQ(reader.system().memory.ksm_sharing.value, kUnknown);
}

}  // namespace
}  // namespace proctape
