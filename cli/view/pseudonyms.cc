// SPDX-License-Identifier: Apache-2.0
#include "cli/view/pseudonyms.h"

#include <algorithm>
#include <iterator>

namespace proctape {
namespace {

// What all hosts have says nothing of one.
constexpr std::string_view kKnownCgroups[] = {"system.slice",  "user.slice",     "init.scope",
                                              "machine.slice", "kubepods.slice", "docker"};
constexpr std::string_view kCgroupKinds[] = {".slice", ".service", ".scope"};

}  // namespace

std::string Pseudonyms::of(std::string_view kind, std::string_view name) {
  if (name.empty()) return {};
  Numbers& numbers = by_kind_[std::string(kind)];
  const auto [found, is_new] = numbers.try_emplace(std::string(name), numbers.size() + 1);
  return std::string(kind) + '-' + std::to_string(found->second);
}

std::string Pseudonyms::of_cgroup(std::string_view name) {
  if (std::ranges::find(kKnownCgroups, name) != std::end(kKnownCgroups)) return std::string(name);
  std::string other = of("cgroup", name);
  for (const std::string_view kind : kCgroupKinds) {
    if (name.ends_with(kind)) other += kind;
  }
  return other;
}

std::string Pseudonyms::of_path(std::string_view path) {
  std::string other;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (!name.empty()) other += of_cgroup(name);
    if (slash == path.npos) break;
    other += '/';
    path.remove_prefix(slash + 1);
  }
  return other;
}

// Those of services are the same on all hosts of a distribution.
void Pseudonyms::replace_id(Count& id) {
  constexpr Count kFirstUser = 1000;
  constexpr Count kNobody = 65534;
  if (id < kFirstUser || id == kNobody) return;
  id = ids_.try_emplace(id, kFirstUser + 1 + static_cast<Count>(ids_.size())).first->second;
}

void Pseudonyms::replace(Host& host) {
  host.node_name = of("host", host.node_name);
  host.domain_name = of("domain", host.domain_name);
}

void Pseudonyms::replace(Sample& sample) {
  for (Cgroup& cgroup : sample.cgroups) {
    if (!cgroup.name.empty()) cgroup.name = of_cgroup(cgroup.name);
  }
  complete_cgroup_identity(sample.cgroups);
  for (NfsMount& mount : sample.system.nfs.mounts)
    mount.device.assign(of("mount", mount.device.view()));
  for (Disk& volume : sample.system.disks.lvm) volume.name.assign(of("volume", volume.name.view()));
}

void Pseudonyms::replace(Task& task) {
  TaskIdentity& who = task.identity;
  for (Count* id :
       {&who.ruid, &who.euid, &who.suid, &who.fsuid, &who.rgid, &who.egid, &who.sgid, &who.fsgid}) {
    replace_id(*id);
  }
  if (!who.command_line.empty()) {
    who.command_line = std::string(who.name.view()) + ' ' + of("command", who.command_line.view());
  }
  who.host_name = of("container", who.host_name.view());
  who.container.assign(of("id", who.container.view()));
  who.cgroup_path = of_path(who.cgroup_path.view());
}

}  // namespace proctape
