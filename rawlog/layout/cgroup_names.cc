// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/cgroup_names.h"

#include <algorithm>
#include <string>

#include "base/text/text.h"

namespace proctape {
namespace {

// A name with a terminator in it would be read as a shorter one.
bool fits_as_it_is(const std::string& name) {
  return name.size() <= kMostCgroupName && name.find('\0') == name.npos;
}

}  // namespace

bool cgroup_names_fit(std::span<const Cgroup> cgroups) {
  return std::ranges::all_of(cgroups, fits_as_it_is, &Cgroup::name);
}

void fit_cgroup_names(std::span<Cgroup> cgroups) {
  for (Cgroup& cgroup : cgroups) {
    if (fits_as_it_is(cgroup.name)) continue;
    std::string fit(cut_utf8(cgroup.name, kMostCgroupName));
    std::ranges::replace(fit, '\0', '?');
    cgroup.name = marked_name(fit, cgroup.name, kMostCgroupName);
  }
  complete_cgroup_identity(cgroups);
}

}  // namespace proctape
