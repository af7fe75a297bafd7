// SPDX-License-Identifier: Apache-2.0
//
// Why a BPF program cannot be had, in words for an administrator.
#pragma once

#include <linux/capability.h>

#include <string_view>

#include "base/capabilities.h"
#include "base/result.h"
#include "collector/kernel/kernel_fs.h"

namespace proctape {

// Fails if a program should not even be tried: it is not `built` in, or would tell other pids than
// /proc has.
Result<> may_load_bpf(bool built, const KernelFs& fs);

// What loading one and running it needs.
inline constexpr Capabilities kBpfCapabilities{CAP_BPF, CAP_PERFMON};

// What the errno of a loader means here; `kernel`: the first that can do it.
Error bpf_load_error(const KernelFs& fs, int error_number, std::string_view kernel = "5.17");

}  // namespace proctape
