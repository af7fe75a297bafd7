// SPDX-License-Identifier: Apache-2.0
#include "query/filter/task_filter.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TaskIdentity cron() {
  TaskIdentity task;
  task.pid = 12;
  task.tgid = 10;
  task.euid = 0;
  task.ruid = 1000;
  task.name = "cron";
  task.command_line = "/usr/sbin/cron -f -P";
  task.host_name = "web-1";
  task.container = "0123456789ab";
  return task;
}

std::string_view cgroup_of_cron(const TaskIdentity&) { return "/system.slice/cron.service/sub"; }

bool accepts(const TaskFilter& filter) { return filter.accepts(cron(), cgroup_of_cron); }

TEST(TaskFilter, MeansAllWithoutConditions) {
  EXPECT_TRUE(TaskFilter().is_all());
  EXPECT_TRUE(accepts({}));
}

TEST(TaskFilter, EachConditionHasToHold) {
  TaskFilter filter;
  filter.add_name("cr*");
  EXPECT_FALSE(filter.is_all());
  EXPECT_TRUE(accepts(filter));
  filter.add_user(5);
  EXPECT_FALSE(accepts(filter));
  filter.add_user(1000);  // or that one
  EXPECT_TRUE(accepts(filter));
}

TEST(TaskFilter, APidIsThatOfTheProcessOfAThread) {
  TaskFilter filter;
  filter.add_pid(10);
  EXPECT_TRUE(accepts(filter));
  TaskFilter other;
  other.add_pid(11);
  EXPECT_FALSE(accepts(other));
}

TEST(TaskFilter, AContainerIsNameOrId) {
  for (const char* const pattern : {"web-?", "0123*"}) {
    TaskFilter filter;
    filter.add_container(pattern);
    EXPECT_TRUE(accepts(filter)) << pattern;
  }
  TaskFilter other;
  other.add_container("web");
  EXPECT_FALSE(accepts(other));
}

TEST(TaskFilter, ACgroupIsAPathOrANameAndAllBelowIt) {
  for (const char* const pattern :
       {"/system.slice", "/system.slice/cron.service", "cron.service", "sub", "/*/cron*", "/"}) {
    TaskFilter filter;
    filter.add_cgroup(pattern);
    EXPECT_TRUE(accepts(filter)) << pattern;
  }
  for (const char* const pattern : {"/user.slice", "cron", "/system.slice/ssh.service"}) {
    TaskFilter filter;
    filter.add_cgroup(pattern);
    EXPECT_FALSE(accepts(filter)) << pattern;
  }
}

TEST(TaskFilter, ACommandIsARegularExpression) {
  TaskFilter filter;
  ASSERT_TRUE(filter.add_command("cron -[a-f]"));
  EXPECT_TRUE(accepts(filter));
  TaskFilter other;
  ASSERT_TRUE(other.add_command("^cron"));
  EXPECT_FALSE(accepts(other));
  const auto wrong = TaskFilter().add_command("a(");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("\"a(\" is no regular expression"), std::string::npos);
}

}  // namespace
}  // namespace proctape
