// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/deflater.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace proctape::deflate {
namespace {

constexpr std::size_t kBufferSize = 98304;
// Bytes are compared by words, so some behind the end are read, too.
constexpr std::size_t kBehindBuffer = 16;
// So much of what is to come the parser wants to see.
constexpr std::size_t kLookAhead = 2 * kLongestMatch;

// A match of so many bytes with the record before is taken without looking for a better one.
constexpr std::size_t kLongEnough = 32;
// With so many bytes matched, those that four bytes are equal to are not looked at.
constexpr std::size_t kLongEnoughFor4 = 12;
// Within a longer match with the record before, so many zeros are worth a match of their own.
constexpr std::size_t kManyZeros = 64;
// Shorter matches, and closer ones, say nothing about where the next will be.
constexpr std::size_t kTellingLength = 8;
constexpr std::size_t kTellingDistance = 16;
// Entries are very much alike when a token stands for so many bytes. Then they become smaller than
// with zlib without all efforts.
constexpr std::uint64_t kAlikePerToken = 40;

// More would be a call of add_zeros().
constexpr std::size_t kFewZeros = 4 * kLongestMatch;
constexpr std::array<std::byte, kFewZeros> kZeros{};

constexpr unsigned kHashBits = 12;
std::size_t hash_of(std::uint32_t word) { return word * 0x9E3779B1U >> (32 - kHashBits); }
std::size_t hash_of(std::uint64_t word) {
  return static_cast<std::size_t>(word * 0x9E3779B97F4A7C15U >> (64 - kHashBits));
}

template <typename Word>
Word load(const std::byte* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// How many bytes at `a` and `b` are equal, at most `most`. Reads up to 7 bytes more.
std::size_t common_length(const std::byte* a, const std::byte* b, std::size_t most) {
  for (std::size_t at = 0; at < most; at += sizeof(std::uint64_t)) {
    const auto different = load<std::uint64_t>(a + at) ^ load<std::uint64_t>(b + at);
    if (different != 0) {
      return std::min(most, at + static_cast<std::size_t>(std::countr_zero(different)) / 8);
    }
  }
  return most;
}

std::size_t run_length(const std::byte* at, std::size_t most) {
  return at[0] == at[-1] ? common_length(at, at - 1, most) : 0;
}

}  // namespace

Deflater::Deflater()
    : buffer_(kBufferSize + kBehindBuffer), seen4_(1U << kHashBits), seen8_(1U << kHashBits) {}

void Deflater::begin(std::vector<std::byte>& out, std::size_t record_size) {
  out_.emplace(out);
  next_ = end_ = 0;
  record_size_ = record_size <= kFarthestMatch ? record_size : 0;
  // What remains from the stream before would do no harm, but this one depend on it.
  recent_ = {};
  std::ranges::fill(seen4_, Places<1>{});
  std::ranges::fill(seen8_, Places<2>{});
  thorough_ = true;
  tokens_.clear();
  costs_ = Costs();
  position_ = block_begin_ = 0;
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
  const std::size_t gone = next_ - std::min(next_, kFarthestMatch);
  std::memmove(buffer_.data(), &buffer_[gone], end_ - gone);
  next_ -= gone;
  end_ -= gone;
  position_ += gone;
}

void Deflater::add_zeros(std::size_t count) {
  if (count > kFewZeros) {
    add(std::span(kZeros).first(1));
    parse_until(end_);
    const std::size_t matches = (count - 1) / kLongestMatch;
    count = (count - 1) % kLongestMatch;
    for (std::size_t rest = matches; rest > 0;) {
      if (tokens_.full()) end_block(false);
      const std::size_t some = std::min(rest, Tokens::kLongestRun);
      tokens_.add_run(some);
      rest -= some;
    }
    // Of all these zeros a few are enough for what follows to refer to.
    position_ += end_ + (matches - 1) * kLongestMatch;
    next_ = end_ = kLongestMatch;
    std::memset(buffer_.data(), 0, end_);
  }
  add(std::span(kZeros).first(count));
}

void Deflater::finish() {
  parse_until(end_);
  end_block(true);
  out_->reserve(8);
  out_->align();
  out_->trim();
  out_.reset();
}

void Deflater::end_block(bool last) {
  make_codes(tokens_, codes_);
  // The bytes themselves, if they are still there.
  const std::uint64_t end = position_ + next_;
  std::span<const std::byte> plain;
  if (!tokens_.has_run() && block_begin_ >= position_ && end - block_begin_ <= kMostStored) {
    plain = std::span(buffer_).subspan(block_begin_ - position_, end - block_begin_);
  }
  write_block(tokens_, codes_, plain, last, *out_);
  thorough_ = end - block_begin_ < kAlikePerToken * tokens_.all().size();
  costs_ = Costs(codes_);
  tokens_.clear();
  block_begin_ = end;
}

void Deflater::put_literal() {
  if (tokens_.full()) end_block(false);
  tokens_.add_literal(buffer_[next_++]);
}

void Deflater::put_match(std::size_t length, std::size_t distance) {
  if (tokens_.full()) end_block(false);
  tokens_.add_match(length, distance);
  next_ += length;
  if (length < kTellingLength || distance < kTellingDistance || distance == record_size_) return;
  // To the front; what is not among them replaces the last.
  const auto found = std::find(recent_.begin(), recent_.end() - 1, distance);
  std::rotate(recent_.begin(), found, found + 1);
  recent_.front() = static_cast<std::uint16_t>(distance);
}

// Puts matches for any number of bytes.
void Deflater::put_alike(std::size_t length, std::size_t distance) {
  const std::size_t end = next_ + length;
  for (std::size_t rest = length; rest >= kShortestMatch; rest = end - next_) {
    const std::size_t some = std::min(rest, kLongestMatch);
    // Distance 1 costs less, but one more match costs more.
    const std::size_t run = run_length(&buffer_[next_], some);
    if (run == some || (rest > some && run >= kManyZeros)) {
      put_match(run, 1);
    } else {
      put_match(some, distance);
    }
  }
  while (next_ < end) put_literal();
}

std::size_t Deflater::record_length() const {
  if (record_size_ == 0 || next_ < record_size_) return 0;
  const std::byte* const at = &buffer_[next_];
  return common_length(at, at - record_size_, end_ - next_);
}

Deflater::Match Deflater::find_match(std::size_t record_length) {
  const std::byte* const at = &buffer_[next_];
  const std::size_t most = std::min(end_ - next_, kLongestMatch);
  Match best;
  // What the first so many bytes cost as literals, as far as it was asked.
  std::array<int, kLongEnough + 1> literals;
  literals[0] = 0;
  std::size_t known = 0;

  const auto consider = [&](std::size_t length, std::size_t distance) {
    if (length < kShortestMatch) return;
    const std::size_t counted = std::min(length, kLongEnough);
    for (; known < counted; ++known) {
      literals[known + 1] = literals[known] + costs_.literal(at[known]);
    }
    // Of what is longer it is not the literals that are saved.
    const int saved = literals[counted] + 2 * static_cast<int>(length - counted) -
                      costs_.match(std::min(length, kLongestMatch), distance);
    if (saved > best.saved) best = {length, distance, saved};
  };
  // From farther away only what is longer is better.
  const auto consider_far = [&](auto word, std::size_t distance) {
    if (distance == 0 || distance > std::min(next_, kFarthestMatch) || best.length >= most ||
        at[best.length] != (at - distance)[best.length] ||
        load<decltype(word)>(at - distance) != word) {
      return;
    }
    consider(common_length(at, at - distance, most), distance);
  };
  const auto consider_seen = [&](auto word, auto& places) {
    const auto here = static_cast<std::uint16_t>(position_ + next_);
    for (std::size_t i = 0; i < (thorough_ ? places.size() : 1); ++i) {
      consider_far(word, static_cast<std::uint16_t>(here - places[i]));
    }
    std::shift_right(places.begin(), places.end(), 1);
    places.front() = here;
  };

  consider(record_length, record_size_);
  const auto word2 = load<std::uint16_t>(at);
  for (std::size_t i = 0; i < (thorough_ ? recent_.size() : 1); ++i) {
    consider_far(word2, recent_[i]);
  }
  if (next_ >= 1) consider(run_length(at, most), 1);
  if (most >= 8) {
    const auto word4 = load<std::uint32_t>(at);
    if (next_ >= 4 && word4 == load<std::uint32_t>(at - 4)) {
      consider(common_length(at, at - 4, most), 4);
    }
    const auto word8 = load<std::uint64_t>(at);
    consider_seen(word8, seen8_[hash_of(word8)]);
    if (best.length < kLongEnoughFor4) consider_seen(word4, seen4_[hash_of(word4)]);
  }
  return best;
}

// Puts a byte that differs from the record before as a literal, if behind it the records are alike.
bool Deflater::pass_difference() {
  if (record_size_ == 0 || next_ < record_size_ || next_ + 1 >= end_) return false;
  ++next_;
  const std::size_t alike = record_length();
  --next_;
  if (alike < kLongEnough) return false;
  put_literal();
  put_alike(alike, record_size_);
  return true;
}

void Deflater::parse_until(std::size_t limit) {
  while (next_ < limit) {
    const std::size_t alike = record_length();
    if (alike >= kLongEnough) {
      put_alike(alike, record_size_);
      continue;
    }
    if (!thorough_ && alike == 0 && pass_difference()) continue;
    Match match = find_match(alike);
    // One that begins later may save more.
    for (int tries = thorough_ ? 2 : 1; tries > 0 && match.length < kLongEnough; --tries) {
      if (next_ + 1 == end_ || match.length == 0) break;
      ++next_;
      const Match later = find_match(record_length());
      --next_;
      if (later.saved <= match.saved) break;
      put_literal();
      match = later;
    }
    if (match.length == 0) {
      put_literal();
    } else {
      put_alike(match.length, match.distance);
    }
  }
}

}  // namespace proctape::deflate
