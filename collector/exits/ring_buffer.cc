// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/ring_buffer.h"

#include <linux/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace proctape {
namespace {

constexpr std::size_t kHeaderSize =
    BPF_RINGBUF_HDR_SZ;  // length and flags; an offset of the kernel's

std::uint64_t load(const std::byte* position) {
  return __atomic_load_n(reinterpret_cast<const std::uint64_t*>(position), __ATOMIC_ACQUIRE);
}

}  // namespace

Result<RingBuffer> RingBuffer::open(int map, std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto ours = Mapping::of_file(map, 0, page, PROT_READ | PROT_WRITE);
  if (!ours) return std::move(ours.error());
  auto theirs = Mapping::of_file(map, page, page, PROT_READ);
  if (!theirs) return std::move(theirs.error());
  RingBuffer ring(map, size, page, std::move(*ours), std::move(*theirs));
  if (!ring.at(load(ring.ours_.data()), kHeaderSize)) {
    return error_from_errno(errno, "map the ring buffer");
  }
  return ring;
}

const std::byte* RingBuffer::at(std::uint64_t position, std::size_t length) {
  const std::size_t begin = position & (size_ - 1);
  if (!window_.data() || begin < window_begin_ || begin + length > window_begin_ + window_.size()) {
    // The kernel offers the ring twice in a row, so that what passes its end goes on behind it.
    const std::size_t from = begin & ~(page_ - 1);
    const std::size_t shown = std::min(std::max(kWindow, 2 * page_), size_ + page_);
    window_ = {};
    auto mapped = Mapping::of_file(map_, 2 * page_ + from, shown, PROT_READ);
    if (!mapped) return nullptr;
    window_ = std::move(*mapped);
    window_begin_ = from;
  }
  return window_.data() + (begin - window_begin_);
}

std::size_t RingBuffer::take(std::span<std::byte> into) {
  auto* const ours = reinterpret_cast<std::uint64_t*>(ours_.data());
  for (std::uint64_t position = *ours; position < load(theirs_.data());) {
    const std::byte* const begin = at(position, kHeaderSize);
    if (!begin) break;
    const std::uint32_t header =
        __atomic_load_n(reinterpret_cast<const std::uint32_t*>(begin), __ATOMIC_ACQUIRE);
    if (header & BPF_RINGBUF_BUSY_BIT) break;
    const std::size_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    const std::size_t taken = std::min(length, into.size());
    const std::byte* const record = at(position, kHeaderSize + taken);
    if (!record) break;
    std::memcpy(into.data(), record + kHeaderSize, taken);
    position += (kHeaderSize + length + 7) & ~std::size_t{7};
    __atomic_store_n(ours, position, __ATOMIC_RELEASE);
    if (!(header & BPF_RINGBUF_DISCARD_BIT)) return taken;
  }
  return 0;
}

}  // namespace proctape
