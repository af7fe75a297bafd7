// SPDX-License-Identifier: Apache-2.0
//
// What the path of a cgroup says of the container, or the service, that a process is in. The
// manager of a container makes its cgroup, and each has its way of naming it:
//
//   /system.slice/docker-<id>.scope                          Docker, by systemd
//   /docker/<id>                                             Docker, by itself
//   /kubepods.slice/.../cri-containerd-<id>.scope            containerd under Kubernetes
//   /kubepods/burstable/pod<uid>/<id>                        the same without systemd
//   /kubepods.slice/.../crio-<id>.scope                      CRI-O
//   /machine.slice/libpod-<id>.scope/container               Podman
//   /machine.slice/machine-web.scope                         systemd-nspawn, machinectl
//   /machine.slice/systemd-nspawn@web.service/payload        the same as a service
//   /lxc.payload.web/system.slice/..., /lxc/web              LXC, LXD, Incus
//
// <id> is of 64 hexadecimal digits.
#pragma once

#include <string_view>

#include "base/text/inline_text.h"

namespace proctape {

struct ContainerInPath {
  enum class Kind {
    kNone,
    kById,    // `text` is the id
    kByName,  // `text` is the name, which may have systemd's escapes
  };
  Kind kind = Kind::kNone;
  std::string_view text;
};

// The innermost container. Processes that supervise one on the host's side (conmon,
// nspawn's supervisor, LXC's monitor) are in none; nor are virtual machines.
ContainerInPath container_in_path(std::string_view path);

// "cron" of "/system.slice/cron.service", the innermost service; empty if there is none. It
// may have escapes.
std::string_view service_in_path(std::string_view path);

// Undoes systemd's escapes: "my\x2dweb" is "my-web". Names of directories have at most 255 bytes.
InlineText<255> unescaped_unit_name(std::string_view name);

}  // namespace proctape
