// SPDX-License-Identifier: Apache-2.0
//
// zlib streams as the log's blocks have them: RFC 1950, one stream per block.
//
// Deflating is what atop spends most of its writing time with, on zeros: of the 1.4 MB of 2.13's
// system block less than 20 kB are used on a small host, and tasks resemble each other. deflater.h
// says what is done about it. The result is an ordinary zlib stream.
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

  // Begins a stream at the end of `out`, which must stay until finish(). `record_size` is the size
  // of the structs that it is going to consist of; 0 if they differ.
  void begin(std::vector<std::byte>& out, std::size_t record_size = 0);
  // Adds bytes to it; any number of times, in parts of any size.
  void add(std::span<const std::byte> bytes);
  // Adds zeros, which cost next to nothing, however many.
  void add_zeros(std::size_t count);
  // Ends the stream; returns its length.
  std::size_t finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace proctape
