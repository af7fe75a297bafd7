// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/compress.h"

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <zlib.h>

#include <random>
#include <string>
#include <vector>

namespace proctape {
namespace {

using Bytevector = std::vector<std::byte>;

Bytevector bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// Incompressible, and without a zero.
Bytevector noise(std::size_t size) {
  std::mt19937 random(7);
  Bytevector bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() % 255 + 1);
  return bytes;
}

Bytevector operator+(Bytevector a, const Bytevector& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytevector zeros(std::size_t count) { return Bytevector(count); }

Bytevector compressed(const std::vector<Bytevector>& parts, std::size_t record_size = 0) {
  Compressor compressor;
  Bytevector out;
  compressor.begin(out, record_size);
  for (const Bytevector& part : parts) compressor.add(part);
  const std::size_t length = compressor.finish();
  EXPECT_EQ(length, out.size());
  return out;
}

// What zlib and libdeflate make of `stream` with room for `size` bytes.
Bytevector uncompressed(const Bytevector& stream, std::size_t size) {
  Bytevector plain(size);
  uLongf length = size;
  const int result = uncompress(reinterpret_cast<Bytef*>(plain.data()), &length,
                                reinterpret_cast<const Bytef*>(stream.data()), stream.size());
  EXPECT_EQ(result, Z_OK);
  plain.resize(length);

  Bytevector again(size);
  std::size_t again_length = 0;
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  EXPECT_EQ(libdeflate_zlib_decompress(decompressor, stream.data(), stream.size(), again.data(),
                                       again.size(), &again_length),
            LIBDEFLATE_SUCCESS);
  libdeflate_free_decompressor(decompressor);
  again.resize(again_length);
  EXPECT_TRUE(plain == again);
  return plain;
}

void expect_comes_back(const std::vector<Bytevector>& parts,
                       std::initializer_list<std::size_t> record_sizes = {0, 300}) {
  Bytevector whole;
  for (const Bytevector& part : parts) whole = std::move(whole) + part;
  for (const std::size_t record_size : record_sizes) {
    // Room for more, so that a surplus would show.
    ASSERT_TRUE(uncompressed(compressed(parts, record_size), whole.size() + 1) == whole)
        << parts.size() << " parts, " << whole.size() << " bytes, records of " << record_size;
  }
}

std::size_t zlib_size(const Bytevector& plain) {
  uLongf length = compressBound(plain.size());
  Bytevector out(length);
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &length,
                     reinterpret_cast<const Bytef*>(plain.data()), plain.size()),
            Z_OK);
  return length;
}

TEST(Compressor, NothingIsAStreamOfEightBytes) {
  EXPECT_EQ(compressed({}).size(), 8U);
  EXPECT_EQ(compressed({{}}).size(), 8U);
  expect_comes_back({});
}

TEST(Compressor, BeginsLikeTheStreamsOfAtop) {
  const auto stream = compressed({noise(10)});
  EXPECT_EQ(stream[0], std::byte{0x78});
  EXPECT_EQ(stream[1], std::byte{0x9c});
}

TEST(Compressor, ZerosComeBackWhateverTheirNumber) {
  for (std::size_t count = 0; count < 20; ++count) expect_comes_back({zeros(count)});
  // Every remainder of the matches.
  for (std::size_t count = 4000; count < 4000 + 5 * 258; ++count) {
    expect_comes_back({zeros(count)});
  }
  for (const std::size_t count : {65535U, 65536U, 1'021'960U, 1'408'336U, 3'000'000U}) {
    expect_comes_back({zeros(count)});
  }
}

TEST(Compressor, ZerosComeBackBetweenData) {
  const auto data = noise(300);
  for (std::size_t count = 4090; count < 4090 + 1032; count += 7) {
    expect_comes_back({data + zeros(count) + data + zeros(3 * count) + data});
    expect_comes_back({zeros(count) + data});
    expect_comes_back({data + zeros(count)});
  }
}

TEST(Compressor, WhatIsOnBothSidesOfZerosComesBack) {
  const auto text = bytes_of("the quick brown fox jumps over the lazy dog");
  expect_comes_back({text + zeros(5000) + text + zeros(20'000) + text + text});
}

TEST(Compressor, PartsOfAnySizeMakeOneStream) {
  const auto whole = noise(5000) + zeros(9000) + noise(70'000) + zeros(100'000) + noise(1);
  for (const std::size_t size : {1U, 2U, 257U, 4095U, 4096U, 4097U, 13'000U}) {
    std::vector<Bytevector> parts;
    for (std::size_t at = 0; at < whole.size(); at += size) {
      const auto end = std::min(whole.size(), at + size);
      parts.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(at),
                         whole.begin() + static_cast<std::ptrdiff_t>(end));
    }
    expect_comes_back(parts);
  }
}

TEST(Compressor, RunsOfZerosMayFollowEachOther) {
  // Those of 258 * n + 1 leave nothing over for zlib.
  for (const std::size_t count : {4096U, 258U * 20 + 1, 258U * 20 + 2, 5000U}) {
    expect_comes_back({zeros(count), zeros(count), zeros(count)});
    expect_comes_back({noise(1), zeros(count), zeros(count), noise(1)});
  }
}

TEST(Compressor, IncompressibleBytesGrowByLessThanAThousandth) {
  const auto data = noise(1'000'000);
  EXPECT_LT(compressed({data}).size(), 1'001'000U);
  expect_comes_back({data});
}

TEST(Compressor, ZerosShrinkAsFarAsDeflateCan) {
  // 1032 to a byte; the rest is header, code and checksum.
  EXPECT_LE(compressed({zeros(1'408'336)}).size(), 1'408'336U / 1032 + 40);
}

TEST(Compressor, BytesBetweenRunsOfZerosTakeNoMoreThanWithZlib) {
  Bytevector block;
  for (int i = 0; i < 12; ++i) block = std::move(block) + noise(200) + zeros(100'000);
  EXPECT_LE(compressed({block}).size(), zlib_size(block));
}

TEST(Compressor, ZerosThatAreToldAreLikeZerosThatAreGiven) {
  for (const std::size_t count : {0U, 1U, 1032U, 1033U, 4095U, 5000U, 1'400'000U, 40'000'000U}) {
    Compressor compressor;
    Bytevector out;
    compressor.begin(out);
    compressor.add(noise(100));
    compressor.add_zeros(count);
    compressor.add(noise(100));
    compressor.finish();
    const auto whole = noise(100) + zeros(count) + noise(100);
    EXPECT_TRUE(uncompressed(out, whole.size() + 1) == whole) << count;
  }
}

TEST(Compressor, AStreamIsTheSameWhateverWasCompressedBefore) {
  const auto data = noise(3000) + zeros(30'000) + noise(3000) + noise(100);
  Compressor compressor;
  Bytevector out;
  std::vector<Bytevector> streams;
  for (const std::size_t record_size : {0U, 3000U, 3000U, 0U}) {
    out.clear();
    compressor.begin(out, record_size);
    compressor.add(data);
    compressor.finish();
    streams.push_back(out);
  }
  EXPECT_EQ(streams[0], streams[3]);
  EXPECT_EQ(streams[1], streams[2]);
}

TEST(Compressor, StreamsAreAppended) {
  Compressor compressor;
  Bytevector out = bytes_of("before");
  compressor.begin(out);
  compressor.add(noise(100));
  const std::size_t length = compressor.finish();
  ASSERT_EQ(out.size(), 6 + length);
  EXPECT_EQ(out[5], std::byte{'e'});
  EXPECT_EQ(uncompressed({out.begin() + 6, out.end()}, 100), noise(100));
}

TEST(Compressor, AMovedOneGoesOn) {
  Compressor first;
  Bytevector out;
  first.begin(out);
  first.add(noise(50));
  Compressor second = std::move(first);
  second.add(zeros(10'000));
  second.finish();
  EXPECT_EQ(uncompressed(out, 10'050), noise(50) + zeros(10'000));
}

}  // namespace
}  // namespace proctape
