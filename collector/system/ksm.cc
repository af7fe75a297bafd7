// SPDX-License-Identifier: Apache-2.0
#include "collector/system/ksm.h"

#include "collector/kernel/numbers.h"

namespace proctape {

Result<> read_ksm(Reading& reading, Snapshot& into) {
  const KernelFs& fs = reading.fs;
  const char* const switched = "sys/kernel/mm/ksm/run";
  const auto run = number_in(reading.text_of(switched), switched);
  if (!run) return run.error();
  if (*run == 0) return {};

  const auto sharing = read_number(fs, "sys/kernel/mm/ksm/pages_sharing", reading.buffer);
  if (!sharing) return sharing.error();
  const auto shared = read_number(fs, "sys/kernel/mm/ksm/pages_shared", reading.buffer);
  if (!shared) return shared.error();
  into.system.memory.ksm_sharing = page_bytes(*sharing, reading.host.page_size);
  into.system.memory.ksm_shared = page_bytes(*shared, reading.host.page_size);
  return {};
}

}  // namespace proctape
