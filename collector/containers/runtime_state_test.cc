// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/runtime_state.h"

#include <gtest/gtest.h>

#include "collector/containers/container_cache.h"
#include "tests/support/container_id.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

class RuntimeStateTest : public testing::Test {
 protected:
  std::optional<ContainerNames> names() const {
    const auto fs = KernelFs::open(host_.path().string());
    auto found = fs ? read_container_names(*fs, kContainerId) : std::nullopt;
    return found ? std::optional(std::move(found->names)) : std::nullopt;
  }
  TestHost host_;
};

TEST_F(RuntimeStateTest, DockersContainersHaveANameAndUnderKubernetesAPod) {
  const std::string file = "var/lib/docker/containers/" + kContainerId + "/config.v2.json";
  host_.write(file, R"({"StreamConfig":{},"State":{"Running":true,"Pid":77},"ID":")" +
                        kContainerId +
                        R"(","Config":{"Hostname":"4f5b5a7c9d0e","Labels":{}},"Name":"/web"})");
  EXPECT_EQ(names(), (ContainerNames{"", "web"}));
  host_.write(file, R"({"Config":{"Labels":{"io.kubernetes.pod.name":"web-7d4b-abcde",)"
                    R"("io.kubernetes.container.name":"nginx"}},"Name":"/k8s_nginx_web_x_0"})");
  EXPECT_EQ(names(), (ContainerNames{"web-7d4b-abcde", "nginx"}));
}

TEST_F(RuntimeStateTest, ContainerdsBundlesTellPodAndContainer) {
  const std::string tasks = "run/containerd/io.containerd.runtime.v2.task/";
  host_.write(tasks + "moby/other/config.json", "{}");
  host_.write(tasks + "k8s.io/" + kContainerId + "/config.json",
              R"({"ociVersion":"1.0.2","process":{"args":["nginx"]},"annotations":{)"
              R"("io.kubernetes.cri.container-name":"nginx","io.kubernetes.cri.container-type":)"
              R"("container","io.kubernetes.cri.sandbox-name":"web-7d4b-abcde"},"linux":{}})");
  EXPECT_EQ(names(), (ContainerNames{"web-7d4b-abcde", "nginx"}));
}

TEST_F(RuntimeStateTest, NerdctlsContainersHaveANameAlone) {
  host_.write(
      "run/containerd/io.containerd.runtime.v2.task/default/" + kContainerId + "/config.json",
      R"({"annotations":{"nerdctl/name":"web"}})");
  EXPECT_EQ(names(), (ContainerNames{"", "web"}));
}

TEST_F(RuntimeStateTest, CriosBundlesTellPodAndContainer) {
  host_.write("run/containers/storage/overlay-containers/" + kContainerId + "/userdata/config.json",
              R"({"annotations":{"io.kubernetes.pod.name":"web-0",)"
              R"("io.kubernetes.container.name":"nginx"}})");
  EXPECT_EQ(names(), (ContainerNames{"web-0", "nginx"}));
}

TEST_F(RuntimeStateTest, PodmansNamesAreInTheListOfTheStorage) {
  host_.write("run/containers/storage/overlay-containers/" + kContainerId + "/userdata/config.json",
              R"({"annotations":{"io.container.manager":"libpod"}})");
  host_.write("var/lib/containers/storage/overlay-containers/containers.json",
              R"([{"id":"00","names":["db"]},{"id":")" + kContainerId +
                  R"(","names":["web"],"image":"1","layer":"2","metadata":"{}"}])");
  EXPECT_EQ(names(), (ContainerNames{"", "web"}));
}

TEST_F(RuntimeStateTest, WhatCannotBeUnderstoodNamesNothing) {
  EXPECT_EQ(names(), std::nullopt);
  const std::string file = "var/lib/docker/containers/" + kContainerId + "/config.v2.json";
  for (const std::string& text :
       {std::string(""), std::string("{"), std::string("[1,2]"), std::string(R"({"Name":7})"),
        std::string(R"({"Name":"","Config":[]})"), std::string("{\"Name\":\"/a\"} rest"),
        std::string(1'000'000, '['), std::string("\xff\x00\x01", 3)}) {
    host_.write(file, text);
    EXPECT_EQ(names(), std::nullopt) << text.substr(0, 40);
  }
  host_.remove("var/lib/docker/containers/" + kContainerId);
  std::filesystem::create_directories(host_.path() / file);
  EXPECT_EQ(names(), std::nullopt) << "a directory";
  EXPECT_EQ(parse_storage_list(R"([{"id":1},7,{"id":"x","names":[]}])", "x"), std::nullopt);
  EXPECT_EQ(parse_oci_config(R"({"annotations":{"io.kubernetes.pod.name":[]}})"), std::nullopt);
}

TEST_F(RuntimeStateTest, AFileIsLookedForAFewTimesAndThenReadOnce) {
  const auto fs = KernelFs::open(host_.path().string());
  ASSERT_TRUE(fs);
  const std::string file = "var/lib/docker/containers/" + kContainerId + "/config.v2.json";
  ContainerCache cache;
  cache.begin_snapshot(*fs);
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "");
  host_.write(file, R"({"Name":"/web"})");
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "") << "once a snapshot is enough";
  cache.begin_snapshot(*fs);
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "web") << "written a little later";
  host_.remove("var");
  cache.begin_snapshot(*fs);
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "web");

  ContainerCache unlucky;
  for (int i = 0; i < ContainerCache::kTries; ++i) {
    unlucky.begin_snapshot(*fs);
    EXPECT_EQ(unlucky.name_of(*fs, kContainerId), "");
  }
  host_.write(file, R"({"Name":"/web"})");
  unlucky.begin_snapshot(*fs);
  EXPECT_EQ(unlucky.name_of(*fs, kContainerId), "") << "given up";
}

// Who has cgroups delegated may give them any names.
TEST_F(RuntimeStateTest, SoManyUnknownContainersAreLookedForInASnapshot) {
  const auto fs = KernelFs::open(host_.path().string());
  ASSERT_TRUE(fs);
  ContainerCache cache;
  cache.begin_snapshot(*fs);
  for (int i = 0; i < ContainerCache::kMostTries; ++i) cache.name_of(*fs, std::to_string(i));
  host_.write("var/lib/docker/containers/" + kContainerId + "/config.v2.json",
              R"({"Name":"/web"})");
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "");
  cache.begin_snapshot(*fs);
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "web");
}

TEST_F(RuntimeStateTest, TheCacheIsBounded) {
  const auto fs = KernelFs::open(host_.path().string());
  ASSERT_TRUE(fs);
  ContainerCache cache;
  cache.begin_snapshot(*fs);
  host_.write("var/lib/docker/containers/" + kContainerId + "/config.v2.json",
              R"({"Name":"/web"})");
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "web");
  host_.remove("var");
  for (std::size_t i = 0; i < ContainerCache::kMostContainers; ++i) {
    if (i % ContainerCache::kMostTries == 0) cache.begin_snapshot(*fs);
    cache.name_of(*fs, std::to_string(i));
  }
  cache.begin_snapshot(*fs);
  EXPECT_EQ(cache.name_of(*fs, kContainerId), "") << "it was forgotten";
}

}  // namespace
}  // namespace proctape
