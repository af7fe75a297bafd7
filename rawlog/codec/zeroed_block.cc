// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/zeroed_block.h"

#include <algorithm>
#include <cstdlib>

#include "base/zeros.h"

namespace proctape {
namespace {

// No more than a page of any machine, and of no use if less.
constexpr std::size_t kPiece = 4096;

}  // namespace

std::span<std::byte> ZeroedBlock::get(std::size_t size) {
  if (memory_.size() < size) {
    auto mapped = Mapping::of_zeros(size);
    if (!mapped) std::abort();  // without memory there is no going on, here as elsewhere
    memory_ = std::move(*mapped);
  } else {
    // Reading a page that was never written to takes no memory; all such pages are one.
    for (std::size_t at = 0; at < memory_.size(); at += kPiece) {
      const std::span piece(memory_.data() + at, std::min(kPiece, memory_.size() - at));
      if (!all_zero(piece)) std::ranges::fill(piece, std::byte{0});
    }
  }
  return {memory_.data(), size};
}

}  // namespace proctape
