// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/start_memory.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cstddef>
#include <cstdint>

namespace proctape {
namespace {

// Segments that may be written hold what differs from the file; the others never do.
int unmap_unwritten(dl_phdr_info* object, std::size_t, void*) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t address = object->dlpi_addr + segment.p_vaddr;
    const std::uintptr_t begin = address & ~(page - 1);
    const std::uintptr_t end = (address + segment.p_memsz + page - 1) & ~(page - 1);
    // Where it cannot be done nothing is lost but memory.
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void give_back_start_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);  // musl keeps next to nothing
#endif
  ::dl_iterate_phdr(unmap_unwritten, nullptr);
}

}  // namespace proctape
