// SPDX-License-Identifier: Apache-2.0
//
// A deflate stream (RFC 1951) of records that resemble each other.
//
// Entries of a block are structs of a fixed size, of which most bytes are zero or what they were
// in the entry before. So the first place to look for a match is one record back, and the next
// one byte back; a hash of what came before is asked only where neither says enough, as for texts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rawlog/deflate_block.h"
#include "rawlog/deflate_costs.h"
#include "rawlog/deflate_tokens.h"

namespace proctape::deflate {

class Deflater {
 public:
  Deflater();

  // Begins a stream at the end of `out`, which must stay until finish(). `record_size` is the
  // distance at which bytes are alike; 0 if there is none, or it changes.
  void begin(std::vector<std::byte>& out, std::size_t record_size);
  // Adds bytes, in parts of any size, which change nothing.
  void add(std::span<const std::byte> bytes);
  // Adds zeros, for next to nothing if they are many.
  void add_zeros(std::size_t count);
  void finish();

 private:
  struct Match {
    std::size_t length = 0;
    std::size_t distance = 0;
  };

  void parse_until(std::size_t limit);
  Match find_match(std::size_t record_length);
  void add_long(std::size_t length, std::size_t distance);
  void add_match(std::size_t length, std::size_t distance);
  void add_literal();
  void slide();
  void end_block(bool last);

  // Bytes around the place where the parser is: what matches may refer to, and what is to come.
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;  // in buffer_
  std::size_t next_ = 0;   // first byte that is no token yet
  std::size_t end_ = 0;
  std::size_t record_size_ = 0;

  std::uint16_t base_ = 0;             // place of the first byte in buffer_
  std::vector<std::uint16_t> places_;  // by hash: offsets in the stream, their low bits
  Tokens tokens_;
  Codes codes_;
  Costs costs_;
  std::optional<BitWriter> out_;
  // Where in buffer_ the block begins; not known when that has left it.
  std::optional<std::size_t> block_begin_;
};

}  // namespace proctape::deflate
