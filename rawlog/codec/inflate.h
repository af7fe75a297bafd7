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

  // The same for a stream of `size` bytes that shall not be in memory at once: `visit` takes one
  // piece after another, in `room`, which each of them fills but the last. They are good only if
  // all of the stream turns out to be.
  Result<> inflate_in_pieces(std::span<const std::byte> stream, std::uint64_t size,
                             std::span<std::byte> room,
                             FunctionRef<void(std::span<const std::byte>)> visit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether the pieces that `next` gives, until an empty one, are one complete stream that unpacks to
// `length` bytes, and nothing behind it. What it unpacks to is not kept.
bool unpacks_to(std::uint64_t length, FunctionRef<std::span<const std::byte>()> next);

// The first bytes of a stream that Inflater can unpack. One in 500 pairs of bytes passes.
bool begins_zlib_stream(std::byte first, std::byte second);

// Unpacks a stream, a piece at a time.
class Unpacker {
 public:
  virtual ~Unpacker() = default;

  // Unpacks the front of `packed` into `out`, as far as either reaches, and cuts off
  // `packed` what was used. Returns the number of bytes that were made.
  virtual Result<std::size_t> unpack(std::span<const std::byte>& packed,
                                     std::span<std::byte> out) = 0;

  // What was unpacked so far ends where the stream may end.
  virtual bool complete() const = 0;
};

// A gzip stream (RFC 1952) of one or more members.
class Gunzip : public Unpacker {
 public:
  Gunzip();
  ~Gunzip() override;

  Result<std::size_t> unpack(std::span<const std::byte>& packed, std::span<std::byte> out) override;
  bool complete() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace proctape
