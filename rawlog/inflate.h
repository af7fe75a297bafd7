// SPDX-License-Identifier: Apache-2.0
//
// The reading half of compress.h: unpacks the log's blocks, and logs that were packed by
// gzip. With compress.* the only part of proctape that knows zlib, and the only one that
// knows libdeflate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/function_ref.h"
#include "base/result.h"

namespace proctape {

// Unpacks blocks: zlib streams (RFC 1950) whose unpacked length is known.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  // Unpacks `stream`, which must be one complete stream and nothing behind it, and fill
  // `out` exactly; anything else is an error, whose message says what the stream is instead
  // ("a stream of more than 4000 bytes"). What `out` holds then is undefined.
  Result<> inflate(std::span<const std::byte> stream, std::span<std::byte> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether the pieces that `next` gives, until an empty one, are one complete stream that unpacks to
// `length` bytes, and nothing behind it. What it unpacks to is not kept.
bool unpacks_to(std::uint64_t length, FunctionRef<std::span<const std::byte>()> next);

// The first bytes of a stream that Inflater can unpack. One in 500 pairs of bytes passes.
bool begins_zlib_stream(std::byte first, std::byte second);

// Unpacks a gzip stream (RFC 1952) of one or more members, a piece at a time.
class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(Gunzip&&) noexcept;
  Gunzip& operator=(Gunzip&&) noexcept;

  // The first bytes of a gzip stream.
  static constexpr std::byte kFirst{0x1F};
  static constexpr std::byte kSecond{0x8B};

  // Unpacks the front of `packed` into `out`, as far as either reaches, and cuts off
  // `packed` what was used. Returns the number of bytes that were made.
  Result<std::size_t> unpack(std::span<const std::byte>& packed, std::span<std::byte> out);

  // What was unpacked so far ends where a member ends: the stream may end here.
  bool complete() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace proctape
