// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/cgroup_names.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

const std::string kId = "4f5b5a7c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2";

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
           "/system.slice/docker-" + kId + ".scope",
           "/docker/" + kId,
           "/docker/" + kId + "/init.scope",
           "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/"
           "cri-containerd-" +
               kId + ".scope",
           "/kubepods/besteffort/pod6a9b1c/" + kId,
           "/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" + kId,
           "/kubepods.slice/kubepods-pod1.slice/crio-" + kId + ".scope/container",
           "/machine.slice/libpod-" + kId + ".scope/container",
           "/libpod_parent/libpod-" + kId,
           "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + kId + ".scope",
           "/default/nerdctl-" + kId + ".scope",
       }) {
    EXPECT_EQ(id_in(path), kId) << path;
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
  std::string other = kId;
  other[0] = '0';
  EXPECT_EQ(id_in("/docker/" + other + "/kubepods/pod1/" + kId), kId);
  EXPECT_EQ(id_in("/lxc.payload.web/system.slice/docker-" + kId + ".scope"), kId);
}

TEST(CgroupNames, WhatIsNoContainerIsNone) {
  for (const std::string& path : {
           std::string(""),
           std::string("/"),
           std::string("/system.slice/docker.service"),
           std::string("/system.slice/containerd.service"),
           std::string("/user.slice/user-1000.slice/session-3.scope"),
           std::string("/kubepods.slice/kubepods-pod1.slice"),
           "/machine.slice/libpod-conmon-" + kId + ".scope",
           "/system.slice/crio-conmon-" + kId + ".scope",
           std::string("/lxc.monitor.web"),
           std::string("/machine.slice/systemd-nspawn@web.service/supervisor"),
           std::string("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator"),
           "/jobs/x" + kId,
           "/jobs/" + kId.substr(1),
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
