// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/deflate_block.h"

#include <algorithm>

namespace proctape::deflate {
namespace {

enum class Form : unsigned { kStored = 0, kFixed = 1, kOwnCodes = 2 };

constexpr unsigned kBeginBits = 3;  // last block or not, and its form

void put(HuffmanCode code, BitWriter& out) { out.put(code.bits, code.length); }

// ---- Codes told in front of the block: their lengths, run by run, in a code of its own ----

constexpr std::size_t kRunSymbols = 19;
constexpr std::uint8_t kRepeat = 16;      // the last length, 3 to 6 times
constexpr std::uint8_t kFewUnused = 17;   // 3 to 10 symbols
constexpr std::uint8_t kManyUnused = 18;  // 11 to 138 symbols
constexpr std::size_t kLeastLiterals = 257;
constexpr std::size_t kLeastRunSymbols = 4;
// In the order in which their lengths are told.
constexpr std::array<std::uint8_t, kRunSymbols> kRunOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                             11, 4,  12, 3, 13, 2, 14, 1, 15};

struct Run {
  std::uint8_t symbol;
  std::uint8_t extra;
};

constexpr unsigned extra_bits(std::uint8_t symbol) {
  return symbol == kRepeat ? 2 : symbol == kFewUnused ? 3 : symbol == kManyUnused ? 7 : 0;
}

class CodesHeader {
 public:
  explicit CodesHeader(const Codes& codes) {
    std::size_t count = 0;
    const auto append = [&](std::span<const HuffmanCode> some, std::size_t least) {
      while (some.size() > least && some.back().length == 0) some = some.first(some.size() - 1);
      for (const HuffmanCode& code : some) lengths_[count++] = code.length;
      return some.size();
    };
    literals_ = append(codes.literals, kLeastLiterals);
    distances_ = append(codes.distances, 1);
    find_runs(std::span(lengths_).first(count));

    std::array<std::uint32_t, kRunSymbols> counts{};
    for (const Run& run : runs()) ++counts[run.symbol];
    make_huffman_codes(counts, kMostCodeLengthBits, run_codes_);
    // A code of one symbol would be incomplete, which inflate does not take here.
    if (std::ranges::count_if(counts, [](auto n) { return n != 0; }) == 1) {
      run_codes_[run_codes_[0].length == 0 ? 0 : 1].length = 1;
      set_canonical_bits(run_codes_);
    }
    told_ = kRunSymbols;
    while (told_ > kLeastRunSymbols && run_codes_[kRunOrder[told_ - 1]].length == 0) --told_;
  }

  std::size_t bits() const {
    std::size_t bits = 5 + 5 + 4 + 3 * told_;
    for (const Run& run : runs()) bits += run_codes_[run.symbol].length + extra_bits(run.symbol);
    return bits;
  }

  void write(BitWriter& out) const {
    out.put(literals_ - kLeastLiterals, 5);
    out.put(distances_ - 1, 5);
    out.put(told_ - kLeastRunSymbols, 4);
    for (std::size_t i = 0; i < told_; ++i) out.put(run_codes_[kRunOrder[i]].length, 3);
    for (const Run& run : runs()) {
      put(run_codes_[run.symbol], out);
      out.put(run.extra, extra_bits(run.symbol));
    }
  }

 private:
  std::span<const Run> runs() const { return std::span(runs_).first(run_count_); }

  void add(std::uint8_t symbol, std::size_t extra) {
    runs_[run_count_++] = {symbol, static_cast<std::uint8_t>(extra)};
  }

  void find_runs(std::span<const std::uint8_t> lengths) {
    for (std::size_t at = 0; at < lengths.size();) {
      const std::uint8_t length = lengths[at];
      std::size_t end = at + 1;
      while (end < lengths.size() && lengths[end] == length) ++end;
      std::size_t rest = end - at;
      at = end;
      if (length == 0) {
        for (; rest >= 11; rest -= std::min<std::size_t>(rest, 138)) {
          add(kManyUnused, std::min<std::size_t>(rest, 138) - 11);
        }
        if (rest >= 3) {
          add(kFewUnused, rest - 3);
          rest = 0;
        }
      } else {
        add(length, 0);
        for (--rest; rest >= 3; rest -= std::min<std::size_t>(rest, 6)) {
          add(kRepeat, std::min<std::size_t>(rest, 6) - 3);
        }
      }
      while (rest-- > 0) add(length, 0);
    }
  }

  std::array<std::uint8_t, kLiteralSymbols + kDistanceSymbols> lengths_;
  std::array<Run, kLiteralSymbols + kDistanceSymbols> runs_;
  std::array<HuffmanCode, kRunSymbols> run_codes_;
  std::size_t run_count_ = 0;
  std::size_t literals_;
  std::size_t distances_;
  std::size_t told_;
};

// ---- The fixed codes ----

struct FixedCodes {
  // Two more literals have codes, which do not occur.
  std::array<HuffmanCode, kLiteralSymbols + 2> literals{};
  std::array<HuffmanCode, kDistanceSymbols + 2> distances{};

  FixedCodes() {
    for (std::size_t i = 0; i < literals.size(); ++i) {
      literals[i].length = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    }
    for (HuffmanCode& code : distances) code.length = 5;
    set_canonical_bits(literals);
    set_canonical_bits(distances);
  }
};

// ---- Tokens ----

using LiteralCodes = std::span<const HuffmanCode, kLiteralSymbols>;
using DistanceCodes = std::span<const HuffmanCode, kDistanceSymbols>;

std::size_t bits_of(const Tokens& tokens, LiteralCodes literals, DistanceCodes distances) {
  std::size_t bits = literals[kEndOfBlock].length;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    bits += std::size_t{tokens.literals()[i]} * literals[i].length;
  }
  for (std::size_t i = 0; i < distances.size(); ++i) {
    bits += std::size_t{tokens.distances()[i]} * distances[i].length;
  }
  // Extra bits.
  for (std::size_t i = 265; i < 285; ++i) bits += tokens.literals()[i] * ((i - 261) / 4);
  for (std::size_t i = 4; i < distances.size(); ++i) bits += tokens.distances()[i] * (i / 2 - 1);
  return bits;
}

void write_run(std::size_t count, HuffmanCode length, HuffmanCode distance, BitWriter& out) {
  std::uint64_t match = length.bits | std::uint64_t{distance.bits} << length.length;
  unsigned bits = length.length + unsigned{distance.length};
  // Doubled until no more fit, because a run is long and its code short.
  std::size_t matches = 1;
  std::uint64_t many = match;
  unsigned many_bits = bits;
  while (2 * many_bits <= 56) {
    many |= many << many_bits;
    many_bits *= 2;
    matches *= 2;
  }
  for (; count >= matches; count -= matches) out.put(many, many_bits);
  for (; count > 0; --count) out.put(match, bits);
}

void write_tokens(const Tokens& tokens, LiteralCodes literals, DistanceCodes distances,
                  BitWriter& to) {
  BitWriter out = to;  // in registers
  for (const Token token : tokens.all()) {
    if (token.distance == 0) {
      put(literals[token.length], out);
    } else if (token.distance == Token::kRun) {
      write_run(token.length, literals[kLengthSymbols[kLongestMatch].symbol], distances[0], out);
    } else {
      const Symbol length = kLengthSymbols[token.length];
      const Symbol distance = symbol_of_distance(token.distance);
      const HuffmanCode of_length = literals[length.symbol];
      const HuffmanCode of_distance = distances[distance.symbol];
      // At most 15 + 5 + 15 + 13 bits.
      std::uint64_t bits = of_length.bits;
      unsigned count = of_length.length;
      bits |= std::uint64_t{length.extra} << count;
      count += length.extra_bits;
      bits |= std::uint64_t{of_distance.bits} << count;
      count += of_distance.length;
      bits |= std::uint64_t{distance.extra} << count;
      count += distance.extra_bits;
      out.put(bits, count);
    }
  }
  put(literals[kEndOfBlock], out);
  to = out;
}

void begin(Form form, bool last, BitWriter& out) {
  out.put((last ? 1U : 0U) | static_cast<unsigned>(form) << 1U, kBeginBits);
}

void write_stored(std::span<const std::byte> plain, bool last, BitWriter& out) {
  out.reserve(64);
  begin(Form::kStored, last, out);
  out.align();
  out.put(plain.size(), 16);
  out.put(plain.size() ^ 0xFFFFU, 16);
  out.trim();
  out.append(plain.data(), plain.size());
}

}  // namespace

void make_codes(const Tokens& tokens, Codes& codes) {
  std::array<std::uint32_t, kLiteralSymbols> literals;
  std::ranges::copy(tokens.literals(), literals.begin());
  literals[kEndOfBlock] = 1;
  make_huffman_codes(literals, kMostCodeBits, codes.literals);
  make_huffman_codes(tokens.distances(), kMostCodeBits, codes.distances);
}

void write_block(const Tokens& tokens, const Codes& codes, std::span<const std::byte> plain,
                 bool last, BitWriter& out) {
  static const FixedCodes fixed;
  const auto fixed_literals = std::span(fixed.literals).first<kLiteralSymbols>();
  const auto fixed_distances = std::span(fixed.distances).first<kDistanceSymbols>();
  const CodesHeader header(codes);

  const std::size_t own_bits = header.bits() + bits_of(tokens, codes.literals, codes.distances);
  const std::size_t fixed_bits = bits_of(tokens, fixed_literals, fixed_distances);
  const std::size_t least = kBeginBits + std::min(own_bits, fixed_bits);
  const std::size_t alignment = (8 - (out.waiting_bits() + kBeginBits) % 8) % 8;
  if (!plain.empty() && kBeginBits + alignment + 32 + 8 * plain.size() < least) {
    write_stored(plain, last, out);
    return;
  }
  out.reserve(least);
  if (fixed_bits < own_bits) {
    begin(Form::kFixed, last, out);
    write_tokens(tokens, fixed_literals, fixed_distances, out);
  } else {
    begin(Form::kOwnCodes, last, out);
    header.write(out);
    write_tokens(tokens, codes.literals, codes.distances, out);
  }
  out.trim();
}

}  // namespace proctape::deflate
