// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/deflater.h"

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string_view>

namespace proctape::deflate {
namespace {

using Bytevector = std::vector<std::byte>;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  unsigned operator()() { return static_cast<unsigned>(engine_()); }

 private:
  std::mt19937 engine_;
};

Bytevector deflated(std::span<const std::byte> plain, std::size_t record_size,
                    std::size_t part_size = SIZE_MAX) {
  Deflater deflater;
  Bytevector out;
  deflater.begin(out, record_size);
  while (!plain.empty()) {
    const auto part = plain.first(std::min(part_size, plain.size()));
    deflater.add(part);
    plain = plain.subspan(part.size());
  }
  deflater.finish();
  return out;
}

Bytevector zlib_inflated(std::span<const std::byte> stream, std::size_t size) {
  Bytevector plain(size + 1);
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, -MAX_WBITS), Z_OK);
  z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(stream.data()));
  z.avail_in = static_cast<uInt>(stream.size());
  z.next_out = reinterpret_cast<Bytef*>(plain.data());
  z.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END) << (z.msg ? z.msg : "");
  EXPECT_EQ(z.avail_in, 0U) << "bytes behind the stream";
  plain.resize(z.total_out);
  inflateEnd(&z);
  return plain;
}

Bytevector libdeflate_inflated(std::span<const std::byte> stream, std::size_t size) {
  Bytevector plain(size + 1);
  std::size_t length = 0;
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  EXPECT_EQ(libdeflate_deflate_decompress(decompressor, stream.data(), stream.size(), plain.data(),
                                          plain.size(), &length),
            LIBDEFLATE_SUCCESS);
  libdeflate_free_decompressor(decompressor);
  plain.resize(length);
  return plain;
}

std::size_t expect_comes_back(std::span<const std::byte> plain, std::size_t record_size) {
  const Bytevector stream = deflated(plain, record_size);
  EXPECT_TRUE(std::ranges::equal(zlib_inflated(stream, plain.size()), plain))
      << plain.size() << " bytes, records of " << record_size;
  EXPECT_TRUE(std::ranges::equal(libdeflate_inflated(stream, plain.size()), plain));
  return stream.size();
}

Bytevector noise(std::size_t size, unsigned seed = 1) {
  Random random(seed);
  Bytevector bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// Records that differ from the one before in a few numbers and texts, as tasks do.
Bytevector records(std::size_t count, std::size_t size, unsigned seed = 1) {
  Random random(seed);
  Bytevector bytes(count * size);
  for (std::size_t i = 1; i < count; ++i) {
    std::byte* const record = &bytes[i * size];
    std::memcpy(record, record - size, size);
    for (unsigned changes = random() % 8; changes > 0; --changes) {
      const std::size_t at = random() % size;
      const std::size_t length = std::min<std::size_t>(1 + random() % 12, size - at);
      for (std::size_t j = at; j < at + length; ++j) {
        record[j] = static_cast<std::byte>(random() % (1U << random() % 9));
      }
    }
    if (i > 1 && random() % 4 == 0) {  // what an earlier one had
      const std::size_t at = random() % size;
      std::memmove(record + at, &bytes[random() % i * size + at], size - at);
    }
  }
  return bytes;
}

TEST(Deflater, EveryShortLengthComesBack) {
  const auto bytes = records(100, 7);
  for (std::size_t length = 0; length <= 600; ++length) {
    for (const std::size_t record_size : {0U, 7U}) {
      expect_comes_back(std::span(bytes).first(length), record_size);
    }
  }
}

TEST(Deflater, RecordsOfAnySizeComeBack) {
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 16U, 257U, 258U, 259U, 968U, 992U, 32767U,
                                 32768U, 32769U, 98304U, 100'000U}) {
    const auto bytes = records(std::max<std::size_t>(3, 300'000 / size), size);
    for (const std::size_t told : {std::size_t{0}, size, size + 1, 2 * size}) {
      expect_comes_back(bytes, told);
    }
  }
}

TEST(Deflater, BytesThatAreAllEqualComeBackWhateverTheirNumber) {
  for (const auto byte : {std::byte{0}, std::byte{0xAA}}) {
    for (const std::size_t count : {1U, 2U, 3U, 4U, 257U, 258U, 259U, 260U, 261U, 516U, 517U,
                                    98303U, 98304U, 98305U, 98304U + 516U, 1'000'000U}) {
      EXPECT_LT(expect_comes_back(Bytevector(count, byte), 0), 20 + count / 500) << count;
      expect_comes_back(Bytevector(count, byte), 10);
    }
  }
}

TEST(Deflater, MatchesReachBackToTheWindowsEndAndNotBeyond) {
  for (const std::size_t distance : {32766U, 32767U, 32768U, 32769U, 32770U}) {
    auto bytes = noise(distance);
    const Bytevector text(bytes.begin(), bytes.begin() + 250);
    bytes.insert(bytes.end(), text.begin(), text.end());
    const std::size_t found = expect_comes_back(bytes, 0);
    EXPECT_EQ(found < distance + 100, distance <= 32768) << distance;
    expect_comes_back(bytes, distance);
  }
}

TEST(Deflater, BytesThatCannotBeCompressedAreStored) {
  for (const std::size_t size : {1'000U, 16'384U, 16'385U, 65'536U, 300'000U}) {
    EXPECT_LT(expect_comes_back(noise(size), 0), size + 10 + size / 2000) << size;
    expect_comes_back(noise(size), 968);
  }
}

TEST(Deflater, SkewedCountsComeBack) {
  // Counts of Fibonacci's numbers would make codes of more than 15 bits.
  Bytevector bytes;
  std::size_t before = 1;
  std::size_t count = 1;
  for (int symbol = 0; symbol < 19; ++symbol) {
    bytes.insert(bytes.end(), count, static_cast<std::byte>(symbol * 13));
    before = std::exchange(count, count + before);
  }
  std::shuffle(bytes.begin(), bytes.end(), std::mt19937(5));
  expect_comes_back(bytes, 0);
}

TEST(Deflater, MoreTokensThanABlockHoldsComeBack) {
  Random random(9);
  Bytevector bytes(400'000);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() % 20);
  EXPECT_LT(expect_comes_back(bytes, 0), bytes.size() * 6 / 10);
}

TEST(Deflater, PartsDoNotChangeTheStream) {
  const auto bytes = records(400, 992);
  const auto whole = deflated(bytes, 992);
  for (const std::size_t size : {1U, 3U, 992U, 98'303U, 98'304U, 98'305U}) {
    EXPECT_TRUE(deflated(bytes, 992, size) == whole) << size;
  }
}

TEST(Deflater, BytesAndZerosInAnyOrderComeBack) {
  Random random(11);
  for (unsigned round = 0; round < 300; ++round) {
    Deflater deflater;
    Bytevector out;
    Bytevector plain;
    deflater.begin(out, random() % 3 * 50);
    for (unsigned parts = random() % 10; parts > 0; --parts) {
      const std::size_t size = random() % (1U << random() % 18);
      if (random() % 2 == 0) {
        deflater.add_zeros(size);
        plain.resize(plain.size() + size);
      } else {
        const auto bytes =
            random() % 2 == 0 ? records(size / 50, 50, random()) : noise(size, random());
        deflater.add(bytes);
        plain.insert(plain.end(), bytes.begin(), bytes.end());
      }
    }
    deflater.finish();
    ASSERT_TRUE(zlib_inflated(out, plain.size()) == plain) << round;
    ASSERT_TRUE(libdeflate_inflated(out, plain.size()) == plain) << round;
  }
}

TEST(Deflater, ManyZerosTakeNoTimeAndNoRoom) {
  Deflater deflater;
  Bytevector out;
  deflater.begin(out, 0);
  deflater.add_zeros(std::size_t{1} << 32U);
  deflater.finish();
  EXPECT_LE(out.size(), (std::size_t{1} << 32U) / 1032 + 20);
}

TEST(Deflater, RecordsThatResembleEachOtherTakeLessThanWithZlib) {
  const auto bytes = records(2000, 968);
  uLongf with_zlib = compressBound(bytes.size());
  Bytevector out(with_zlib);
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &with_zlib,
                     reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()),
            Z_OK);
  EXPECT_LE(expect_comes_back(bytes, 968), with_zlib);
}

}  // namespace
}  // namespace proctape::deflate
