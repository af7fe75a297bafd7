// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/hierarchy.h"

#include "base/text/text.h"

namespace proctape {

std::string_view cgroup2_mount_point(std::string_view mountinfo) {
  while (!mountinfo.empty()) {
    auto line = next_line(mountinfo);
    // Optional members stand before the dash, so what is behind it must be looked for.
    const auto dash = line.find(" - ");
    if (dash == line.npos || !line.substr(dash + 3).starts_with("cgroup2 ")) continue;
    for (int skipped = 0; skipped < 4; ++skipped) next_word(line);
    const auto path = next_word(line);
    if (path.find('\\') == path.npos) return path;
  }
  return {};
}

std::optional<std::string> find_cgroup2(const KernelFs& fs) {
  for (const char* usual : {"sys/fs/cgroup", "sys/fs/cgroup/unified"}) {
    if (fs.exists(std::string(usual) + "/cgroup.controllers")) return usual;
  }
  FileBuffer buffer;
  if (!fs.live()) return std::nullopt;
  const auto mounts = fs.read("proc/self/mountinfo", buffer);
  if (!mounts) return std::nullopt;
  const auto path = cgroup2_mount_point(*mounts);
  if (path.size() < 2) return std::nullopt;
  return std::string(path.substr(1));
}

}  // namespace proctape
