// SPDX-License-Identifier: Apache-2.0
//
// Appends bits to bytes, the first one lowest, as deflate has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace proctape {

class BitWriter {
 public:
  // Begins with a whole byte at the end of `out`.
  explicit BitWriter(std::vector<std::byte>& out) : out_(&out), used_(out.size()) {}

  // Makes room for `bits` more. Without room nothing may be put.
  void reserve(std::size_t bits) {
    out_->resize(used_ + (waiting_bits_ + bits) / 8 + sizeof waiting_);
    next_ = out_->data() + used_;
  }

  // `count` is at most 56; the bits above it are 0.
  void put(std::uint64_t bits, unsigned count) {
    waiting_ |= bits << waiting_bits_;
    waiting_bits_ += count;
    std::memcpy(next_, &waiting_, sizeof waiting_);
    const unsigned whole = waiting_bits_ / 8;
    next_ += whole;
    waiting_ >>= whole * 8;
    waiting_bits_ %= 8;
  }

  // Adds zeros up to the next whole byte.
  void align() {
    if (waiting_bits_ != 0) put(0, 8 - waiting_bits_);
  }

  // Gives back the room that was not used. A byte that is not complete waits.
  void trim() {
    used_ = static_cast<std::size_t>(next_ - out_->data());
    out_->resize(used_);
  }

  // Of the byte that is not complete.
  unsigned waiting_bits() const { return waiting_bits_; }

  // Appends whole bytes; none is incomplete.
  void append(const std::byte* bytes, std::size_t count) {
    out_->insert(out_->end(), bytes, bytes + count);
    used_ = out_->size();
  }

 private:
  std::vector<std::byte>* out_;
  std::size_t used_;  // of `out_`, when there is no room
  std::byte* next_ = nullptr;
  std::uint64_t waiting_ = 0;
  unsigned waiting_bits_ = 0;
};

}  // namespace proctape
