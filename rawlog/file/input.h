// SPDX-License-Identifier: Apache-2.0
//
// Where a log is read from: a file, a pipe or standard input, plain or packed: by gzip, and by
// what else a program can unpack. Looks ahead, never back, so that all of them are read alike; only
// the bytes between the last skip and the farthest look are held in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file/fd.h"
#include "base/result.h"
#include "rawlog/codec/inflate.h"

namespace proctape {

// A way of packing files, recognised by their first bytes.
struct Packing {
  std::string_view name;       // "gzip"
  std::string_view beginning;  // at most kLongestBeginning bytes
  std::unique_ptr<Unpacker> (*make)();

  static constexpr std::size_t kLongestBeginning = 6;
};

class Input {
 public:
  // `path` "-" is standard input. `packings` are those that can be unpacked besides gzip, `name`
  // is for messages; by default it is the path.
  static Result<Input> open(const std::string& path, std::span<const Packing> packings = {},
                            std::string name = "");
  // Reads `fd` from where it stands; `name` is for messages.
  Input(Fd fd, std::string name, std::span<const Packing> packings = {});

  const std::string& name() const { return name_; }
  // What it is packed by; empty if it is not.
  std::string_view packing() const { return packing_; }
  bool packed() const { return !packing_.empty(); }

  // Position of the next byte, counted as unpacked.
  std::uint64_t offset() const { return offset_; }

  // The next `count` bytes, or what is left where there are fewer. Valid until the next
  // peek. Grows with what is there, not with what is asked for.
  std::span<const std::byte> peek(std::size_t count) {
    if (count > end_ - begin_) look(count);
    return window_.bytes().subspan(begin_, std::min(count, end_ - begin_));
  }
  // Goes past `count` bytes, at most as many as the last peek gave.
  void skip(std::size_t count) {
    begin_ += count;
    offset_ += count;
  }

  // Goes to the byte at `offset`, and looks anew for what is there. Only where nothing is packed,
  // and in what can be sought.
  Result<> go_to(std::uint64_t offset);

  // Why what peek gave ended before the input did: kMalformed, the packed stream is damaged or
  // cut off; other kinds, it could not be read.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  // Memory that grows without a second copy of it, and is not touched before it is written.
  class Window {
   public:
    std::span<std::byte> bytes() const { return {bytes_.get(), size_}; }
    std::size_t size() const { return size_; }
    void grow(std::size_t size);

   private:
    struct Free {
      void operator()(std::byte* bytes) const { std::free(bytes); }
    };
    std::unique_ptr<std::byte, Free> bytes_;
    std::size_t size_ = 0;
  };

  void recognise(std::span<const Packing> packings);
  void look(std::size_t count);
  std::size_t read_file(std::span<std::byte> out);
  std::size_t read(std::span<std::byte> out);

  Fd fd_;
  std::string name_;
  std::uint64_t offset_ = 0;
  Window window_;
  std::size_t begin_ = 0;  // of what was read and not skipped
  std::size_t end_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
  std::string_view packing_;
  std::unique_ptr<Unpacker> unpacker_;
  std::vector<std::byte> packed_;
  std::span<const std::byte> packed_left_;  // into packed_
};

}  // namespace proctape
