// SPDX-License-Identifier: Apache-2.0
#include "cli/input/unpack.h"

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace proctape {
namespace {

Error malformed(std::string found) { return {Error::Kind::kMalformed, std::move(found)}; }

// Without memory nothing goes on, as with operator new.
void require_memory(bool there) {
  if (!there) std::abort();
}

constexpr char kTooMuchMemory[] = "one that needs more than 72 MiB of memory to be unpacked";

// Streams follow one another, as gzip's members do; of xz with zeros between.
class Unxz : public Unpacker {
 public:
  Unxz() { begin(); }
  Unxz(const Unxz&) = delete;
  Unxz& operator=(const Unxz&) = delete;
  ~Unxz() override { lzma_end(&stream_); }

  Result<std::size_t> unpack(std::span<const std::byte>& packed,
                             std::span<std::byte> out) override {
    const std::size_t size = out.size();
    while (!corrupt_ && !packed.empty() && !out.empty()) {
      if (complete_) {
        if (packed.front() == std::byte{0}) {
          packed = packed.subspan(1);
          continue;
        }
        begin();
      }
      stream_.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
      stream_.avail_in = packed.size();
      stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
      stream_.avail_out = out.size();
      const lzma_ret status = lzma_code(&stream_, LZMA_RUN);
      packed = packed.last(stream_.avail_in);
      out = out.last(stream_.avail_out);
      complete_ = status == LZMA_STREAM_END;
      if (status == LZMA_OK || complete_) continue;
      if (status == LZMA_BUF_ERROR) break;
      require_memory(status != LZMA_MEM_ERROR);
      corrupt_ = status == LZMA_MEMLIMIT_ERROR ? kTooMuchMemory : "a corrupt stream";
    }
    // What came before the corrupt part is good: the error waits for the next call.
    if (corrupt_ && out.size() == size) return malformed(corrupt_);
    return size - out.size();
  }
  bool complete() const override { return complete_; }

 private:
  void begin() {
    require_memory(lzma_stream_decoder(&stream_, kMostUnpackerMemory, 0) == LZMA_OK);
    complete_ = false;
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool complete_ = false;
  const char* corrupt_ = nullptr;
};

class Unzstd : public Unpacker {
 public:
  Unzstd() : stream_(ZSTD_createDStream()) {
    require_memory(stream_ != nullptr);
    constexpr int kWindowBits = 26;
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kWindowBits);
  }

  Result<std::size_t> unpack(std::span<const std::byte>& packed,
                             std::span<std::byte> out) override {
    if (corrupt_) return malformed(corrupt_);
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    // Output may be left in it when the input is used up.
    while (to.pos < to.size && (!packed.empty() || more_)) {
      ZSTD_inBuffer from{packed.data(), packed.size(), 0};
      const std::size_t before = to.pos;
      const std::size_t status = ZSTD_decompressStream(stream_.get(), &to, &from);
      packed = packed.subspan(from.pos);
      if (ZSTD_isError(status)) {
        corrupt_ = ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge
                       ? kTooMuchMemory
                       : ZSTD_getErrorName(status);
        break;
      }
      complete_ = status == 0;
      more_ = to.pos == to.size && !complete_;
      if (from.pos == 0 && to.pos == before) break;
    }
    if (corrupt_ && to.pos == 0) return malformed(corrupt_);
    return to.pos;
  }
  bool complete() const override { return complete_; }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool complete_ = false;
  bool more_ = false;
  const char* corrupt_ = nullptr;
};

class Bunzip2 : public Unpacker {
 public:
  Bunzip2() { begin(); }
  Bunzip2(const Bunzip2&) = delete;
  Bunzip2& operator=(const Bunzip2&) = delete;
  ~Bunzip2() override { BZ2_bzDecompressEnd(&stream_); }

  Result<std::size_t> unpack(std::span<const std::byte>& packed,
                             std::span<std::byte> out) override {
    constexpr std::size_t kMostAtATime = std::numeric_limits<unsigned>::max();
    const std::size_t size = out.size();
    while (!corrupt_ && !out.empty() && (!packed.empty() || more_)) {
      if (complete_) {
        BZ2_bzDecompressEnd(&stream_);
        begin();
      }
      const std::size_t in_size = std::min(packed.size(), kMostAtATime);
      const std::size_t out_size = std::min(out.size(), kMostAtATime);
      // bzip2 promises not to write to its input.
      stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(packed.data()));
      stream_.avail_in = static_cast<unsigned>(in_size);
      stream_.next_out = reinterpret_cast<char*>(out.data());
      stream_.avail_out = static_cast<unsigned>(out_size);
      const int status = BZ2_bzDecompress(&stream_);
      const std::size_t used = in_size - stream_.avail_in;
      const std::size_t made = out_size - stream_.avail_out;
      packed = packed.subspan(used);
      out = out.subspan(made);
      complete_ = status == BZ_STREAM_END;
      more_ = out.empty() && !complete_;
      if (status != BZ_OK && !complete_) {
        require_memory(status != BZ_MEM_ERROR);
        corrupt_ = true;
      }
      if (used == 0 && made == 0) break;
    }
    if (corrupt_ && out.size() == size) return malformed("a corrupt stream");
    return size - out.size();
  }
  bool complete() const override { return complete_; }

 private:
  void begin() {
    stream_ = {};
    require_memory(BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK);
    complete_ = false;
    more_ = false;
  }

  bz_stream stream_{};
  bool complete_ = false;
  bool more_ = false;  // output is left in it
  bool corrupt_ = false;
};

template <typename T>
std::unique_ptr<Unpacker> make() {
  return std::make_unique<T>();
}

constexpr std::array kPackings = {
    Packing{"xz",
            {"\xFD"
             "7zXZ\0",
             6},
            make<Unxz>},
    Packing{"zstd", "\x28\xB5\x2F\xFD", make<Unzstd>},
    Packing{"bzip2", "BZh", make<Bunzip2>},
};

}  // namespace

std::span<const Packing> packings() { return kPackings; }

}  // namespace proctape
