// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/cgroup_names.h"

#include <gtest/gtest.h>

#include "tests/support/container_id.h"

namespace proctape {
namespace {

std::string id_in(const std::string& path) {
  const auto found = container_in_path(path);
  return found.kind == ContainerInPath::Kind::kById ? std::string(found.text) : "";
}
std::string name_in(const std::string& path) {
  const auto found = container_in_path(path);
  return found.kind == ContainerInPath::Kind::kByName ? std::string(found.text) : "";
}

TEST(CgroupNames, EveryRuntimesWayToNameAContainerIsKnown) {
  for (const std::string& path : {
           "/system.slice/docker-" + kContainerId + ".scope",
           "/docker/" + kContainerId,
           "/docker/" + kContainerId + "/init.scope",
           "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/"
           "cri-containerd-" +
               kContainerId + ".scope",
           "/kubepods/besteffort/pod6a9b1c/" + kContainerId,
           "/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" + kContainerId,
           "/kubepods.slice/kubepods-pod1.slice/crio-" + kContainerId + ".scope/container",
           "/machine.slice/libpod-" + kContainerId + ".scope/container",
           "/libpod_parent/libpod-" + kContainerId,
           "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + kContainerId +
               ".scope",
           "/default/nerdctl-" + kContainerId + ".scope",
       }) {
    EXPECT_EQ(id_in(path), kContainerId) << path;
  }
}

TEST(CgroupNames, MachinesAreKnownByName) {
  EXPECT_EQ(name_in("/machine.slice/machine-web.scope"), "web");
  EXPECT_EQ(name_in("/machine.slice/machine-my\\x2dweb.scope/payload/init.scope"), "my\\x2dweb");
  EXPECT_EQ(name_in("/machine.slice/systemd-nspawn@web.service/payload/system.slice"), "web");
  EXPECT_EQ(name_in("/lxc.payload.web/system.slice/cron.service"), "web");
  EXPECT_EQ(name_in("/lxc/web"), "web");
  EXPECT_EQ(name_in("/lxc.payload/web/init.scope"), "web");
}

TEST(CgroupNames, TheInnermostContainerCounts) {
  std::string other = kContainerId;
  other[0] = '0';
  EXPECT_EQ(id_in("/docker/" + other + "/kubepods/pod1/" + kContainerId), kContainerId);
  EXPECT_EQ(id_in("/lxc.payload.web/system.slice/docker-" + kContainerId + ".scope"), kContainerId);
}

TEST(CgroupNames, WhatIsNoContainerIsNone) {
  for (const std::string& path : {
           std::string(""),
           std::string("/"),
           std::string("/system.slice/docker.service"),
           std::string("/system.slice/containerd.service"),
           std::string("/user.slice/user-1000.slice/session-3.scope"),
           std::string("/kubepods.slice/kubepods-pod1.slice"),
           "/machine.slice/libpod-conmon-" + kContainerId + ".scope",
           "/system.slice/crio-conmon-" + kContainerId + ".scope",
           std::string("/lxc.monitor.web"),
           std::string("/machine.slice/systemd-nspawn@web.service/supervisor"),
           std::string("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator"),
           "/jobs/x" + kContainerId,
           "/jobs/" + kContainerId.substr(1),
           "/jobs/" + std::string(64, 'G'),
           std::string("/machine.slice/machine-.scope"),
       }) {
    EXPECT_EQ(container_in_path(path).kind, ContainerInPath::Kind::kNone) << path;
  }
}

TEST(CgroupNames, TheInnermostServiceCounts) {
  EXPECT_EQ(service_in_path("/system.slice/cron.service"), "cron");
  EXPECT_EQ(service_in_path("/user.slice/user@1.service/app.slice/editor.service/x"), "editor");
  EXPECT_EQ(service_in_path("/system.slice/system-getty.slice/getty@tty1.service"), "getty@tty1");
  EXPECT_EQ(service_in_path("/user.slice/session-3.scope"), "");
  EXPECT_EQ(service_in_path("/.service"), "");
}

TEST(CgroupNames, SystemdsEscapesAreUndone) {
  EXPECT_EQ(unescaped_unit_name("my\\x2dweb").view(), "my-web");
  EXPECT_EQ(unescaped_unit_name("\\x2d").view(), "-");
  EXPECT_EQ(unescaped_unit_name("a\\x2").view(), "a\\x2");
  EXPECT_EQ(unescaped_unit_name("a\\xzz\\").view(), "a\\xzz\\");
}

}  // namespace
}  // namespace proctape
