// SPDX-License-Identifier: Apache-2.0
//
// Names of cgroups as a log takes them. Kernels allow up to 4,095 bytes, and every user with a
// delegated group can use them; readers have room for what other file systems allow.
#pragma once

#include <cstddef>
#include <span>

#include "sample/cgroup.h"

namespace proctape {

// The longest name that is written.
inline constexpr std::size_t kMostCgroupName = 255;

// Whether all names can be written as they are. Nearly always.
bool cgroup_names_fit(std::span<const Cgroup> cgroups);

// Shortens the names that cannot, so that different ones stay different: their beginning, and a
// digest of the whole. What follows from the names (lengths, hash) follows from the new ones.
void fit_cgroup_names(std::span<Cgroup> cgroups);

}  // namespace proctape
