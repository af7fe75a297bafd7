// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/ring_buffer.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace proctape {
namespace {

constexpr std::size_t kHeaderSize =
    BPF_RINGBUF_HDR_SZ;  // length and flags; an offset of the kernel's

std::uint64_t load(const void* position) {
  return __atomic_load_n(static_cast<const std::uint64_t*>(position), __ATOMIC_ACQUIRE);
}

}  // namespace

Result<RingBuffer> RingBuffer::open(int map, std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* control = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
  if (control == MAP_FAILED) return error_from_errno(errno, "map the ring buffer");
  // The kernel offers the records twice in a row, so that none seems to be in two pieces. Mapping
  // them once costs us half the memory.
  void* data = ::mmap(nullptr, page + size, PROT_READ, MAP_SHARED, map, static_cast<off_t>(page));
  if (data == MAP_FAILED) {
    const int error_number = errno;
    ::munmap(control, page);
    return error_from_errno(error_number, "map the ring buffer");
  }
  return RingBuffer(control, static_cast<const std::byte*>(data), size, page);
}

RingBuffer::~RingBuffer() {
  if (!control_) return;
  ::munmap(control_, page_);
  ::munmap(const_cast<std::byte*>(data_), page_ + size_);
}

void RingBuffer::copy(std::uint64_t position, std::span<std::byte> into) const {
  const std::byte* records = data_ + page_;
  const std::size_t begin = position & (size_ - 1);
  const std::size_t first = std::min(into.size(), size_ - begin);
  std::memcpy(into.data(), records + begin, first);
  std::memcpy(into.data() + first, records, into.size() - first);
}

std::size_t RingBuffer::take(std::span<std::byte> into) {
  auto* const ours = static_cast<std::uint64_t*>(control_);
  for (std::uint64_t position = *ours; position < load(data_);) {
    // Records begin at multiples of 8, so that a header is never in two pieces.
    const std::uint32_t header = __atomic_load_n(
        reinterpret_cast<const std::uint32_t*>(data_ + page_ + (position & (size_ - 1))),
        __ATOMIC_ACQUIRE);
    if (header & BPF_RINGBUF_BUSY_BIT) break;
    const std::size_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    const std::size_t taken = std::min(length, into.size());
    copy(position + kHeaderSize, into.first(taken));
    position += (kHeaderSize + length + 7) & ~std::size_t{7};
    __atomic_store_n(ours, position, __ATOMIC_RELEASE);
    if (!(header & BPF_RINGBUF_DISCARD_BIT)) return taken;
  }
  return 0;
}

}  // namespace proctape
