// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/compress.h"

#include <libdeflate.h>

#include <array>
#include <cstdint>

#include "base/zeros.h"
#include "rawlog/codec/deflater.h"

namespace proctape {
namespace {

// What a stream of zlib's usual level begins with, as atop's do.
constexpr std::array<std::byte, 2> kStreamHeader = {std::byte{0x78}, std::byte{0x9C}};

// Shorter runs of zeros are cheap enough as bytes.
constexpr std::size_t kShortestRun = 4096;

// The first run of at least kShortestRun zeros in `bytes`; empty, at the end, if there is none.
std::span<const std::byte> find_zero_run(std::span<const std::byte> bytes) {
  // Every such run contains a whole block of half its length.
  constexpr std::size_t kBlock = kShortestRun / 2;
  const auto zeros_at = [&](std::size_t at) {
    return bytes.size() - at >= kBlock && all_zero(bytes.subspan(at, kBlock));
  };
  for (std::size_t at = 0; at < bytes.size(); at += kBlock) {
    if (!zeros_at(at)) continue;
    std::size_t begin = at;
    while (begin > 0 && bytes[begin - 1] == std::byte{0}) --begin;
    std::size_t end = at + kBlock;
    while (zeros_at(end)) end += kBlock;
    while (end < bytes.size() && bytes[end] == std::byte{0}) ++end;
    if (end - begin >= kShortestRun) return bytes.subspan(begin, end - begin);
  }
  return bytes.last(0);
}

// Adler-32 (RFC 1950) of what is added: the sum of the bytes, and the sum of these sums.
class Checksum {
 public:
  std::uint32_t value() const { return value_; }
  void add(std::span<const std::byte> bytes) {
    value_ = libdeflate_adler32(value_, bytes.data(), bytes.size());
  }
  void add_zeros(std::size_t count) {
    constexpr std::uint32_t kModulus = 65521;
    const std::uint32_t sum = value_ & 0xFFFFU;
    const std::uint64_t sums = (value_ >> 16U) + std::uint64_t{sum} * (count % kModulus);
    value_ = static_cast<std::uint32_t>(sums % kModulus) << 16U | sum;
  }

 private:
  std::uint32_t value_ = 1;
};

}  // namespace

struct Compressor::State {
  deflate::Deflater deflater;
  Checksum checksum;
  std::vector<std::byte>* out = nullptr;
  std::size_t begin = 0;  // of the stream in `out`
};

Compressor::Compressor() : state_(std::make_unique<State>()) {}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

void Compressor::begin(std::vector<std::byte>& out, std::size_t record_size) {
  state_->out = &out;
  state_->begin = out.size();
  state_->checksum = {};
  out.insert(out.end(), kStreamHeader.begin(), kStreamHeader.end());
  state_->deflater.begin(out, record_size);
}

void Compressor::add(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto run = find_zero_run(bytes);
    const auto before = bytes.first(static_cast<std::size_t>(run.data() - bytes.data()));
    state_->checksum.add(before);
    state_->deflater.add(before);
    if (!run.empty()) add_zeros(run.size());
    bytes = bytes.subspan(before.size() + run.size());
  }
}

void Compressor::add_zeros(std::size_t count) {
  state_->checksum.add_zeros(count);
  state_->deflater.add_zeros(count);
}

std::size_t Compressor::finish() {
  state_->deflater.finish();
  for (int shift = 24; shift >= 0; shift -= 8) {
    state_->out->push_back(static_cast<std::byte>(state_->checksum.value() >> shift & 0xFFU));
  }
  return state_->out->size() - state_->begin;
}

}  // namespace proctape
