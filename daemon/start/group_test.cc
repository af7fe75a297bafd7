// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/group.h"

#include <gtest/gtest.h>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

class GroupTest : public testing::Test {
 protected:
  GroupTest() {
    directory_.write("group", "root:x:0:\nadm:x:4:syslog,me\nadmin:x:40:\nbroken\nodd:x:-1:\n");
  }
  Result<gid_t> find(const std::string& name) const {
    return find_group(name, (directory_.path() / "group").string());
  }
  TestDirectory directory_;
};

TEST_F(GroupTest, IsFoundByItsName) {
  EXPECT_EQ(*find("adm"), 4U);
  EXPECT_EQ(*find("admin"), 40U);
  EXPECT_EQ(*find("root"), 0U);
}

TEST_F(GroupTest, ANumberStandsForItself) { EXPECT_EQ(*find("1234"), 1234U); }

TEST_F(GroupTest, OneThatIsNotThereIsNamed) {
  for (const std::string name : {"ad", "broken", "odd", "-1", "4294967295"}) {
    const auto group = find(name);
    ASSERT_FALSE(group) << name;
    EXPECT_EQ(group.error().kind, Error::Kind::kMissing);
    EXPECT_NE(group.error().message.find("no group '" + name + "'"), std::string::npos);
  }
}

TEST_F(GroupTest, OfThisHostIsFoundToo) {
  const auto group = find_group("root");
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_EQ(*group, 0U);
}

}  // namespace
}  // namespace proctape
