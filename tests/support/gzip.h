// SPDX-License-Identifier: Apache-2.0
//
// Text packed as by gzip(1).
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace proctape {

inline std::string gzipped(const std::string& text) {
  constexpr int kWindowOfGzip = 15 + 16;
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, kWindowOfGzip, MAX_MEM_LEVEL,
                         Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

}  // namespace proctape
