// SPDX-License-Identifier: Apache-2.0
//
// Makes a deflate stream (RFC 1951) of records that resemble each other.
//
// What a log's blocks consist of are structs of one size, in which most bytes are zero or what
// they were in the struct before. So matches are looked for one record back first; as long as that
// goes on alike, nowhere else, and this is what makes it several times as fast as zlib. Then at
// the distances that were used last, one and four bytes back, and where a hash tells that the next
// 8 or 4 bytes were seen.
//
// Which match is taken is a matter of what it saves, in bits, and what one a byte later would.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rawlog/codec/bit_writer.h"
#include "rawlog/codec/deflate_block.h"
#include "rawlog/codec/deflate_costs.h"
#include "rawlog/codec/deflate_tokens.h"

namespace proctape::deflate {

class Deflater {
 public:
  Deflater();

  // Begins a stream at the end of `out`, which must stay until finish(). `record_size` is the
  // distance at which bytes are alike; 0 if there is none.
  void begin(std::vector<std::byte>& out, std::size_t record_size);
  // Adds bytes, in parts of any size: they do not change the stream.
  void add(std::span<const std::byte> bytes);
  // Adds zeros, which cost next to nothing, however many.
  void add_zeros(std::size_t count);
  // Ends the stream, with a whole byte.
  void finish();

 private:
  // The first is the last one used.
  using Distances = std::array<std::uint16_t, 4>;
  // Low bits of positions where bytes were seen; the first is the last one.
  template <std::size_t N>
  using Places = std::array<std::uint16_t, N>;

  struct Match {
    std::size_t length = 0;
    std::size_t distance = 0;
    int saved = 0;  // bits
  };

  void parse_until(std::size_t limit);
  std::size_t record_length() const;
  bool pass_difference();
  Match find_match(std::size_t record_length);
  void put_alike(std::size_t length, std::size_t distance);
  void put_match(std::size_t length, std::size_t distance);
  void put_literal();
  void end_block(bool last);
  void slide();

  // What matches may refer to, and what is to come.
  std::vector<std::byte> buffer_;
  std::size_t next_ = 0;        // in buffer_: what stands before it became tokens
  std::size_t end_ = 0;         // in buffer_
  std::uint64_t position_ = 0;  // of buffer_ in what the stream stands for

  std::size_t record_size_ = 0;
  Distances recent_{};
  std::vector<Places<1>> seen4_;  // by hash of 4 bytes
  std::vector<Places<2>> seen8_;
  bool thorough_ = true;

  Tokens tokens_;
  Codes codes_;
  Costs costs_;
  std::uint64_t block_begin_ = 0;  // as position_
  std::optional<BitWriter> out_;
};

}  // namespace proctape::deflate
