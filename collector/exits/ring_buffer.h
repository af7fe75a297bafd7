// SPDX-License-Identifier: Apache-2.0
//
// The reading side of a BPF ring buffer: positions and data in memory that is shared with the
// kernel. Kernel document: Documentation/bpf/ringbuf.rst; the layout is that of linux/bpf.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/result.h"

namespace proctape {

class RingBuffer {
 public:
  // `map` is the descriptor of a map of `size` bytes, a power of two.
  static Result<RingBuffer> open(int map, std::size_t size);

  RingBuffer(RingBuffer&& other) noexcept
      : control_(std::exchange(other.control_, nullptr)),
        data_(std::exchange(other.data_, nullptr)),
        size_(other.size_),
        page_(other.page_) {}
  RingBuffer(const RingBuffer&) = delete;
  RingBuffer& operator=(const RingBuffer&) = delete;
  RingBuffer& operator=(RingBuffer&&) = delete;
  ~RingBuffer();

  // Takes the oldest record out of the buffer and copies as much of it as `into` has room for;
  // returns how much that is. 0: there is none, or the oldest is being written.
  std::size_t take(std::span<std::byte> into);

 private:
  RingBuffer(void* control, const std::byte* data, std::size_t size, std::size_t page)
      : control_(control), data_(data), size_(size), page_(page) {}

  void copy(std::uint64_t position, std::span<std::byte> into) const;

  void* control_;          // our position, in a page that we may write
  const std::byte* data_;  // the kernel's position, in a page of its own, and behind it the records
  std::size_t size_;
  std::size_t page_;
};

}  // namespace proctape
