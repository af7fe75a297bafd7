// SPDX-License-Identifier: Apache-2.0
#include "rawlog/compress.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <new>

namespace proctape {
namespace {

// Effort::kFast is zlib's level 3, which takes the first match instead of looking for a better
// one a byte later and does not enter the inside of a match into its tables (with so many zeros
// that is most of level 6's work), but with searches as long as level 6's.
constexpr int kSmallLevel = 6;
constexpr int kFastLevel = 3;
constexpr int kFastGoodLength = 258;
constexpr int kFastLongestInsert = 4;
constexpr int kFastNiceLength = 258;
constexpr int kFastLongestChain = 128;

// Room made for zlib at a time.
constexpr std::size_t kOutputStep = 16384;

// Shorter runs of zeros are left to zlib: one written by us ends a block of zlib's and makes it
// forget what it has seen.
constexpr std::size_t kShortestRun = 4096;

// A run of zeros is written as one deflate block (RFC 1951, 3.2.7): the literal 0, then as often
// as needed "258 bytes from 1 byte back". In the code below such a match is two zero bits, so
// 1032 zeros are a zero byte, and the block is a memset between a constant begin and end.
constexpr std::size_t kZerosPerMatch = 258;

struct RunBegin {
  std::array<std::uint8_t, 14> bytes{};
  std::size_t bits = 0;

  // Fields go from their lowest bit, ...
  constexpr void field(unsigned value, unsigned width) {
    for (unsigned i = 0; i < width; ++i, ++bits) {
      bytes.at(bits / 8) |= static_cast<std::uint8_t>((value >> i & 1U) << bits % 8);
    }
  }
  // ... Huffman codes from their highest.
  constexpr void code(unsigned value, unsigned width) {
    while (width-- > 0) field(value >> width & 1U, 1);
  }
};

constexpr RunBegin make_run_begin() {
  RunBegin out;
  out.field(0, 1);          // not the last block
  out.field(2, 2);          // with codes of its own:
  out.field(286 - 257, 5);  // for literals and lengths 0 to 285,
  out.field(2 - 1, 5);      // for distances 0 and 1,
  out.field(18 - 4, 4);     // and for the lengths of these codes, as far as they are used:
  constexpr std::array kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1};
  for (const int symbol : kOrder) {
    const bool is_length = symbol == 1 || symbol == 2;
    out.field(symbol == 18 ? 1 : is_length ? 2 : 0, 3);
  }
  const auto of_1_bit = [&] { out.code(0b10, 2); };
  const auto of_2_bits = [&] { out.code(0b11, 2); };
  const auto unused = [&](unsigned symbols) {
    out.code(0b0, 1);
    out.field(symbols - 11, 7);
  };
  of_2_bits();        // literal 0: 10
  unused(138);        // 1 to 255
  unused(117);        //
  of_2_bits();        // end of the block: 11
  unused(28);         // 257 to 284
  of_1_bit();         // a match of 258 bytes: 0
  of_1_bit();         // distance 1: 0
  of_1_bit();         // distance 2, which makes the code complete
  out.code(0b10, 2);  // the first zero
  return out;
}

constexpr RunBegin kRunBegin = make_run_begin();
static_assert(kRunBegin.bits == 107);

bool all_zero(std::span<const std::byte> bytes) {
  return bytes[0] == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

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

const Bytef* zlib_bytes(std::span<const std::byte> bytes) {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

}  // namespace

struct Compressor::State {
  z_stream zlib{};  // raw deflate: header and checksum are ours
  std::vector<std::byte>* out = nullptr;
  std::size_t begin = 0;  // of the stream in `out`
  uLong checksum = 1;     // Adler-32 of what was added

  State() {
    if (deflateInit2(&zlib, kSmallLevel, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { deflateEnd(&zlib); }

  void reset(Effort effort) {
    deflateReset(&zlib);
    deflateParams(&zlib, effort == Effort::kFast ? kFastLevel : kSmallLevel, Z_DEFAULT_STRATEGY);
    if (effort == Effort::kFast) {
      deflateTune(&zlib, kFastGoodLength, kFastLongestInsert, kFastNiceLength, kFastLongestChain);
    }
    checksum = 1;
  }

  void put(std::span<const std::uint8_t> bytes) {
    const auto plain = std::as_bytes(bytes);
    out->insert(out->end(), plain.begin(), plain.end());
  }

  void deflate_bytes(std::span<const std::byte> bytes, int flush) {
    zlib.next_in = const_cast<Bytef*>(zlib_bytes(bytes));
    zlib.avail_in = static_cast<uInt>(bytes.size());
    do {
      const std::size_t end = out->size();
      out->resize(end + kOutputStep);
      zlib.next_out = reinterpret_cast<Bytef*>(out->data() + end);
      zlib.avail_out = kOutputStep;
      deflate(&zlib, flush);  // what it returns, the room left over tells, too
      out->resize(end + kOutputStep - zlib.avail_out);
    } while (zlib.avail_out == 0);
  }

  void add_data(std::span<const std::byte> bytes) {
    checksum = adler32_z(checksum, zlib_bytes(bytes), bytes.size());
    deflate_bytes(bytes, Z_NO_FLUSH);
  }

  // Adds 1 + 258 * `matches` zeros. There was data since the last run, else zlib would refuse
  // to flush.
  void add_zeros(std::size_t matches) {
    // Nothing that follows may refer to what lies before the run; and it begins with a byte.
    deflate_bytes({}, Z_FULL_FLUSH);
    put(kRunBegin.bytes);
    const std::size_t end = kRunBegin.bits + 2 * matches;
    out->resize(out->size() - kRunBegin.bytes.size() + end / 8);
    // The end of the block. zlib goes on within the byte that it lies in.
    const int bits = static_cast<int>(end % 8);
    deflatePrime(&zlib, bits + 2, 0b11 << bits);

    const std::size_t zeros = 1 + kZerosPerMatch * matches;
    const uLong checksum_of_zeros = (zeros % 65521) << 16 | 1;
    checksum = adler32_combine(checksum, checksum_of_zeros, static_cast<z_off_t>(zeros));
  }
};

Compressor::Compressor() : state_(std::make_unique<State>()) {}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

void Compressor::begin(std::vector<std::byte>& out, Effort effort) {
  state_->out = &out;
  state_->begin = out.size();
  state_->reset(effort);
  state_->put(std::array<std::uint8_t, 2>{0x78, 0x9c});
}

void Compressor::add(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto run = find_zero_run(bytes);
    const auto before = static_cast<std::size_t>(run.data() - bytes.data());
    if (run.empty()) {
      state_->add_data(bytes);
    } else {
      // What is no whole match, one zero at least, goes to zlib before it.
      const std::size_t matches = (run.size() - 2) / kZerosPerMatch;
      state_->add_data(bytes.first(before + run.size() - 1 - kZerosPerMatch * matches));
      state_->add_zeros(matches);
    }
    bytes = bytes.subspan(before + run.size());
  }
}

std::size_t Compressor::finish() {
  state_->deflate_bytes({}, Z_FINISH);
  std::array<std::uint8_t, 4> trailer;
  for (unsigned i = 0; i < trailer.size(); ++i) {
    trailer[i] = static_cast<std::uint8_t>(state_->checksum >> (24 - 8 * i));
  }
  state_->put(trailer);
  return state_->out->size() - state_->begin;
}

}  // namespace proctape
