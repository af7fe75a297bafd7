// SPDX-License-Identifier: Apache-2.0
//
// Compresses what the fuzzer says and unpacks it with zlib and libdeflate: it must come back. The
// input is a record size and then commands: bytes to add as they are, zeros, and bytes that came
// before, with a change.
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "rawlog/codec/compress.h"
#include "tests/fuzz/require.h"

namespace proctape {
namespace {

constexpr std::size_t kMostPlain = std::size_t{1} << 20U;

class Commands {
 public:
  explicit Commands(std::span<const std::uint8_t> input) : input_(input) {}

  bool more() const { return !input_.empty(); }
  std::size_t byte() {
    if (input_.empty()) return 0;
    const std::uint8_t byte = input_.front();
    input_ = input_.subspan(1);
    return byte;
  }
  std::size_t number() {
    const std::size_t low = byte();
    return low | byte() << 8U;
  }
  std::span<const std::byte> bytes(std::size_t count) {
    const auto some = input_.first(std::min(count, input_.size()));
    input_ = input_.subspan(some.size());
    return std::as_bytes(some);
  }

 private:
  std::span<const std::uint8_t> input_;
};

void run(Commands commands) {
  Compressor compressor;
  std::vector<std::byte> stream;
  std::vector<std::byte> plain;
  compressor.begin(stream, commands.number());
  while (commands.more() && plain.size() < kMostPlain) {
    const std::size_t begin = plain.size();
    switch (commands.byte() % 4) {
      case 0: {
        const auto some = commands.bytes(commands.byte());
        plain.insert(plain.end(), some.begin(), some.end());
        compressor.add(some);
        break;
      }
      case 1: {
        const std::size_t count = commands.number();
        plain.resize(begin + count);
        compressor.add_zeros(count);
        break;
      }
      default: {
        const std::size_t distance = commands.number() + 1;
        const std::size_t length = commands.number();
        for (std::size_t i = begin; i < begin + length; ++i) {
          plain.push_back(i < distance ? std::byte{1} : plain[i - distance]);
        }
        const std::size_t changed = commands.number();
        if (changed < length) plain[begin + changed] = static_cast<std::byte>(commands.byte());
        compressor.add(std::span(plain).subspan(begin));
      }
    }
  }
  require(compressor.finish() == stream.size(), "the length of the stream is told");

  std::vector<std::byte> again(plain.size() + 1);
  uLongf length = again.size();
  require(uncompress(reinterpret_cast<Bytef*>(again.data()), &length,
                     reinterpret_cast<const Bytef*>(stream.data()), stream.size()) == Z_OK,
          "zlib unpacks it");
  again.resize(length);
  require(again == plain, "zlib finds what was added");

  again.assign(plain.size() + 1, std::byte{0});
  std::size_t used = 0;
  std::size_t made = 0;
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  require(libdeflate_zlib_decompress_ex(decompressor, stream.data(), stream.size(), again.data(),
                                        again.size(), &used, &made) == LIBDEFLATE_SUCCESS,
          "libdeflate unpacks it");
  libdeflate_free_decompressor(decompressor);
  again.resize(made);
  require(used == stream.size() && again == plain, "libdeflate finds what was added");
}

}  // namespace
}  // namespace proctape

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  proctape::run(proctape::Commands(std::span(data, size)));
  return 0;
}
