// SPDX-License-Identifier: Apache-2.0
//
// zlib streams as the log's blocks have them: RFC 1950, one stream per block. The only
// part of proctape that knows zlib.
//
// Most of a system block is the zeros of unused array elements (of the 1.4 MB of 2.13 less
// than 20 kB are used on a small host), and deflating zeros is what atop spends most of
// its writing time with. Long runs of zeros are therefore written out without zlib: in a
// suitable code 1032 zeros are one zero byte. A block becomes its used parts, deflated, with
// such runs between them, and the checksum is combined. The result is an ordinary zlib stream.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace proctape {

class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  // kSmall: as small as atop's. kFast: for many alike entries, half the time for 2 to 5 % more.
  enum class Effort { kSmall, kFast };

  // Begins a stream at the end of `out`, which must stay until finish().
  void begin(std::vector<std::byte>& out, Effort effort);
  // Adds bytes to it; any number of times, in parts of any size.
  void add(std::span<const std::byte> bytes);
  // Ends the stream; returns its length.
  std::size_t finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace proctape
