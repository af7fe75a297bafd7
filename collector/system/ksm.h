// SPDX-License-Identifier: Apache-2.0
//
// /sys/kernel/mm/ksm: pages of equal content that the kernel merged.
//
//   run            1      0: off
//   pages_shared   1200   pages kept
//   pages_sharing  8000   places that use them, beyond the first: what is saved
//
// Memory::ksm_* stay unknown while it is off or the kernel lacks it (CONFIG_KSM).
// Kernel: Documentation/admin-guide/mm/ksm.rst.
#pragma once

#include "collector/system/source.h"

namespace proctape {

Result<> read_ksm(Reading& reading, Snapshot& into);

}  // namespace proctape
