// SPDX-License-Identifier: Apache-2.0
#include "collector/system/sysv_shm.h"

#include <sys/shm.h>

#include <cerrno>

#include "collector/kernel/numbers.h"

namespace proctape {

Result<> read_sysv_shm(Reading& reading, Snapshot& into) {
  if (!reading.fs.live()) return {};
  shm_info info{};
  // SHM_INFO fills a shm_info, which the prototype does not know.
  if (::shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&info)) < 0) {
    return error_from_errno(errno, "shmctl(SHM_INFO)");
  }
  Memory& memory = into.system.memory;
  memory.sysv_resident = page_bytes(static_cast<Count>(info.shm_rss), reading.host.page_size);
  memory.sysv_swapped = page_bytes(static_cast<Count>(info.shm_swp), reading.host.page_size);
  return {};
}

}  // namespace proctape
