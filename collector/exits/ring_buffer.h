// SPDX-License-Identifier: Apache-2.0
//
// The reading side of a BPF ring buffer: positions and data in memory that is shared with the
// kernel. Kernel document: Documentation/bpf/ringbuf.rst; the layout is that of linux/bpf.h.
//
// All that is mapped counts as ours, used or not. So only the part that is being read is, and the
// window moves on with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/file/mapping.h"
#include "base/result.h"

namespace proctape {

class RingBuffer {
 public:
  // What a window shows at least, or the whole ring if that is less. Records must be shorter.
  static constexpr std::size_t kWindow = std::size_t{64} << 10U;

  // `map` is the descriptor of a map of `size` bytes, a power of two. It is used as long as the
  // ring buffer is, and closed by its owner.
  static Result<RingBuffer> open(int map, std::size_t size);

  // Takes the oldest record out of the buffer and copies as much of it as `into` has room for;
  // returns how much that is. 0: there is none, or the oldest is being written, or there is no
  // memory to look at it; it will be there next time.
  std::size_t take(std::span<std::byte> into);

  // Memory that counts as this process's.
  std::size_t mapped_bytes() const { return ours_.size() + theirs_.size() + window_.size(); }

 private:
  RingBuffer(int map, std::size_t size, std::size_t page, Mapping ours, Mapping theirs)
      : map_(map), size_(size), page_(page), ours_(std::move(ours)), theirs_(std::move(theirs)) {}

  // `length` bytes from `position` on; null if they cannot be mapped.
  const std::byte* at(std::uint64_t position, std::size_t length);

  int map_;
  std::size_t size_;
  std::size_t page_;
  Mapping ours_;    // the page with our position, which we may write
  Mapping theirs_;  // that with the kernel's
  Mapping window_;
  std::size_t window_begin_ = 0;  // in the ring
};

}  // namespace proctape
