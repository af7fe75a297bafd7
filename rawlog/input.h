// SPDX-License-Identifier: Apache-2.0
//
// Where a log is read from: a file, a pipe or standard input, plain or packed by gzip.
// Looks ahead, never back, so that all of them are read alike; only the bytes between the
// last skip and the farthest look are held in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "rawlog/inflate.h"

namespace proctape {

class Input {
 public:
  // `path` "-" is standard input. gzip is recognised by its first bytes.
  static Result<Input> open(const std::string& path);
  // Reads `fd` from where it stands; `name` is for messages.
  Input(Fd fd, std::string name);

  const std::string& name() const { return name_; }
  bool packed() const { return gunzip_.has_value(); }

  // Position of the next byte, counted as unpacked.
  std::uint64_t offset() const { return offset_; }

  // The next `count` bytes, or what is left where there are fewer. Valid until the next
  // peek. Grows with what is there, not with what is asked for.
  std::span<const std::byte> peek(std::size_t count) {
    if (count > end_ - begin_) look(count);
    return std::span(window_).subspan(begin_, std::min(count, end_ - begin_));
  }
  // Goes past `count` bytes, at most as many as the last peek gave.
  void skip(std::size_t count) {
    begin_ += count;
    offset_ += count;
  }

  // Why what peek gave ended before the input did: kMalformed, the gzip stream is damaged or
  // cut off; other kinds, it could not be read.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  void recognise_gzip();
  void look(std::size_t count);
  std::size_t read_file(std::span<std::byte> out);
  std::size_t read(std::span<std::byte> out);

  Fd fd_;
  std::string name_;
  std::uint64_t offset_ = 0;
  std::vector<std::byte> window_;
  std::size_t begin_ = 0;  // of what was read and not skipped
  std::size_t end_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
  std::optional<Gunzip> gunzip_;
  std::vector<std::byte> packed_;
  std::span<const std::byte> packed_left_;  // into packed_
};

}  // namespace proctape
