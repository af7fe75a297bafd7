// SPDX-License-Identifier: Apache-2.0
#include "rawlog/deflater.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace proctape::deflate {
namespace {

constexpr std::size_t kBufferSize = 98304;
// Words are read whole.
constexpr std::size_t kBehindBuffer = 16;
// What the parser wants to see of what is to come.
constexpr std::size_t kLookAhead = 2 * kLongestMatch;
constexpr unsigned kHashBits = 12;
// A match of so many bytes is taken without looking for another.
constexpr std::size_t kGoodLength = 32;
#ifndef INS
#define INS 32
#define GOOD 32
#define GZ 64
#endif
constexpr std::size_t kInsert=INS;
constexpr std::size_t kGoodZeros = GZ;

template <typename T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// How many bytes at `a` and `b` are equal, at most `most`. May read 8 bytes more.
std::size_t common_length(const std::byte* a, const std::byte* b, std::size_t most) {
  std::size_t length = 0;
  while (length < most) {
    const std::uint64_t different = load<std::uint64_t>(a + length) ^ load<std::uint64_t>(b + length);
    if (different != 0) {
      return std::min(most, length + static_cast<std::size_t>(std::countr_zero(different)) / 8);
    }
    length += 8;
  }
  return most;
}

std::size_t hash_of(std::uint32_t word) { return (word * 0x9E3779B1U) >> (32 - kHashBits); }

}  // namespace

Deflater::Deflater() : buffer_(kBufferSize + kBehindBuffer), places_(1U << kHashBits) {}

void Deflater::begin(std::vector<std::byte>& out, std::size_t record_size) {
  out_.emplace(out);
  begin_ = next_ = end_ = 0;
  record_size_ = record_size;
  std::ranges::fill(places_, std::uint16_t{0});
  tokens_.clear();
  costs_ = Costs();
  block_begin_ = 0;
}

void Deflater::add(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (end_ == kBufferSize) {
      parse_until(end_ - kLookAhead);
      slide();
    }
    const std::size_t count = std::min(bytes.size(), kBufferSize - end_);
    std::memcpy(&buffer_[end_], bytes.data(), count);
    end_ += count;
    bytes = bytes.subspan(count);
  }
}

void Deflater::slide() {
  const std::size_t shift = next_ - std::min(next_ - begin_, kFarthestMatch);
  std::memmove(buffer_.data(), &buffer_[shift], end_ - shift);
  begin_ = 0;
  next_ -= shift;
  end_ -= shift;
  if (block_begin_) {
    if (*block_begin_ < shift) {
      block_begin_.reset();
    } else {
      *block_begin_ -= shift;
    }
  }
  base_ = static_cast<std::uint16_t>(base_ + shift);
}

void Deflater::add_literal() {
  if (tokens_.full()) end_block(false);
  tokens_.add_literal(buffer_[next_]);
  ++next_;
}

void Deflater::add_match(std::size_t length, std::size_t distance) {
  if (tokens_.full()) end_block(false);
  tokens_.add_match(length, distance);
  if (length <= kInsert && distance!=1 && next_ + length + 4 <= end_) {
    for (std::size_t i = 1; i < length; ++i) {
      places_[hash_of(load<std::uint32_t>(&buffer_[next_ + i]))] = static_cast<std::uint16_t>(base_ + next_ + i);
    }
  }
  next_ += length;
}

// Matches for `length` bytes, which is any number.
void Deflater::add_long(std::size_t length, std::size_t distance) {
  const std::size_t end = next_ + length;
  while (end - next_ > kLongestMatch) {
    const std::byte* const at = &buffer_[next_];
    const std::size_t same =
        at[0] == at[-1] ? common_length(at, at - 1, std::min(end - next_, kLongestMatch)) : 0;
    if (same >= kGoodZeros) {
      add_match(same, 1);
    } else {
      add_match(kLongestMatch, distance);
    }
  }
  const std::size_t rest = end - next_;
  if (rest < kShortestMatch) {
    next_ = end - rest;
    while (next_ < end) add_literal();
    return;
  }
  const std::byte* const at = &buffer_[next_];
  const bool same = at[0] == at[-1] && common_length(at, at - 1, rest) == rest;
  add_match(rest, same ? 1 : distance);
}

Deflater::Match Deflater::find_match(std::size_t record_length) {
  const std::byte* const at = &buffer_[next_];
  const std::size_t most = std::min(end_ - next_, kLongestMatch);
  const std::size_t before = next_ - begin_;
  Match best;
  int best_gain = 0;
  const auto consider = [&](std::size_t length, std::size_t distance) {
    if (length < kShortestMatch) return;
    int gain = -costs_.match(length, distance);
    for (std::size_t i = 0; i < std::min<std::size_t>(length, kGoodLength); ++i) gain += costs_.literal(at[i]);
    gain += static_cast<int>(length > kGoodLength ? 2 * (length - kGoodLength) : 0);
    if (gain > best_gain) {
      best_gain = gain;
      best = {length, distance};
    }
  };
  consider(record_length, record_size_);
  if (before > 0 && at[0] == at[-1]) consider(common_length(at, at - 1, most), 1);
  if (most >= 4) {
    const auto word = load<std::uint32_t>(at);
    std::uint16_t& place = places_[hash_of(word)];
    const auto here = static_cast<std::uint16_t>(base_ + next_);
    const std::size_t distance = static_cast<std::uint16_t>(here - place);
    place = here;
    if (distance > 0 && distance <= std::min(before, kFarthestMatch) &&
        load<std::uint32_t>(at - distance) == word) {
      consider(common_length(at, at - distance, most), distance);
    }
  }
  return best;
}

void Deflater::parse_until(std::size_t limit) {
  while (next_ < limit) {
    const std::byte* const at = &buffer_[next_];
    std::size_t record_length = 0;
    if (record_size_ != 0 && next_ - begin_ >= record_size_) {
      record_length = common_length(at, at - record_size_, end_ - next_);
      if (record_length >= kGoodLength) {
        add_long(record_length, record_size_);
        continue;
      }
    }
    const Match match = find_match(record_length);
    if (match.length == 0) {
      add_literal();
    } else {
      add_match(match.length, match.distance);
    }
  }
}

void Deflater::add_zeros(std::size_t count) {
  constexpr std::size_t kFew = 4 * kLongestMatch;
  if (count >= kFew) {
    parse_until(end_);
    if (tokens_.full()) end_block(false);
    tokens_.add_literal(std::byte{0});
    --count;
    while (count >= kLongestMatch) {
      const std::size_t matches = std::min<std::size_t>(count / kLongestMatch, 0xFFFF);
      if (tokens_.full()) end_block(false);
      tokens_.add_run(static_cast<std::uint16_t>(matches));
      count -= matches * kLongestMatch;
    }
    // Of all these zeros a few are enough for matches to refer to.
    begin_ = 0;
    next_ = end_ = kLongestMatch;
    std::memset(buffer_.data(), 0, kLongestMatch);
    block_begin_.reset();
  }
  constexpr std::array<std::byte, kFew> kZeros{};
  add(std::span(kZeros).first(count));
}

void Deflater::end_block(bool last) {
  make_codes(tokens_, codes_);
  std::span<const std::byte> plain;
  if (block_begin_ && next_ - *block_begin_ <= kMostStored) {
    plain = std::span(buffer_).subspan(*block_begin_, next_ - *block_begin_);
  }
  write_block(tokens_, codes_, plain, last, *out_);
  costs_ = Costs(codes_);
  tokens_.clear();
  block_begin_ = next_;
}

void Deflater::finish() {
  parse_until(end_);
  end_block(true);
  out_->reserve(8);
  out_->align();
  out_->trim();
  out_.reset();
}

}  // namespace proctape::deflate
