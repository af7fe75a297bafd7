// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

namespace proctape {
namespace {

std::string packed(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &size,
                     reinterpret_cast<const Bytef*>(text.data()), text.size()),
            Z_OK);
  out.resize(size);
  return out;
}

// The error's message, or the text in brackets.
std::string inflated(Inflater& inflater, std::string_view stream, std::size_t size) {
  std::vector<std::byte> out(size);
  if (auto done = inflater.inflate(std::as_bytes(std::span(stream)), out); !done) {
    return done.error().message;
  }
  return '[' + std::string(reinterpret_cast<const char*>(out.data()), size) + ']';
}

TEST(Inflater, UnpacksAStreamOfExactlyTheSizeThatIsExpected) {
  Inflater inflater;
  const std::string stream = packed("0123456789");
  EXPECT_EQ(inflated(inflater, stream, 10), "[0123456789]");
  EXPECT_EQ(inflated(inflater, stream, 9), "a stream of more than 9 bytes");
  EXPECT_EQ(inflated(inflater, stream, 11), "a stream of only 10 bytes");
  EXPECT_EQ(inflated(inflater, stream, 0), "a stream of more than 0 bytes");
  EXPECT_EQ(inflated(inflater, stream, 10), "[0123456789]") << "after errors, too";
  EXPECT_EQ(inflated(inflater, packed(""), 0), "[]");
}

TEST(Inflater, TellsWhatIsWrongWithAStream) {
  Inflater inflater;
  std::string stream = packed("0123456789");
  EXPECT_EQ(inflated(inflater, "", 10), "an unfinished stream");
  EXPECT_EQ(inflated(inflater, stream.substr(0, stream.size() - 1), 10), "an unfinished stream");
  EXPECT_EQ(inflated(inflater, stream + "xy", 10), "a stream that ends after 18 of its 20 bytes");
  EXPECT_EQ(inflated(inflater, "x" + stream, 10), "a corrupt stream (incorrect header check)");
  stream.back() ^= 1;
  EXPECT_EQ(inflated(inflater, stream, 10), "a corrupt stream (incorrect data check)");
  EXPECT_EQ(inflated(inflater, "\x78\xbb\x12\x34\x56\x78", 10), "a stream with a dictionary");
}

TEST(Inflater, KnowsHowStreamsBegin) {
  EXPECT_TRUE(begins_zlib_stream(std::byte{0x78}, std::byte{0x9C}));
  EXPECT_TRUE(begins_zlib_stream(std::byte{0x78}, std::byte{0x01}));
  EXPECT_FALSE(begins_zlib_stream(std::byte{0x78}, std::byte{0x9D}));
  EXPECT_FALSE(begins_zlib_stream(std::byte{0x78}, std::byte{0xBB})) << "wants a dictionary";
  EXPECT_FALSE(begins_zlib_stream(std::byte{0}, std::byte{0}));
}

}  // namespace
}  // namespace proctape
