// SPDX-License-Identifier: Apache-2.0
#include "collector/system/zswap.h"

#include "collector/kernel/numbers.h"

namespace proctape {

Result<> read_zswap(Reading& reading, Snapshot& into) {
  Memory& memory = into.system.memory;
  if (memory.zswap.value != kUnknown) return {};

  const KernelFs& fs = reading.fs;
  const auto enabled = fs.read_line("sys/module/zswap/parameters/enabled", reading.buffer);
  if (!enabled) return enabled.error();
  if (*enabled != "Y") return {};
  const auto pages = read_number(fs, "sys/kernel/debug/zswap/stored_pages", reading.buffer);
  if (!pages) return pages.error();
  const auto pool = read_number(fs, "sys/kernel/debug/zswap/pool_total_size", reading.buffer);
  if (!pool) return pool.error();
  memory.zswapped = page_bytes(*pages, reading.host.page_size);
  memory.zswap = Bytes{*pool};
  return {};
}

}  // namespace proctape
