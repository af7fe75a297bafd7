// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/inflate.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <string>

namespace proctape {
namespace {

constexpr int kZlibWindow = 15;
constexpr int kGzipWindow = 15 + 16;  // zlib's way of saying "with a gzip header"

Error corrupt(const std::string& found) { return {Error::Kind::kMalformed, found}; }

class Stream {
 public:
  explicit Stream(int window_bits) {
    // Fails only without memory, as operator new would.
    if (inflateInit2(&z_, window_bits) != Z_OK) std::abort();
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { inflateEnd(&z_); }

  void reset() { inflateReset(&z_); }

  // zlib's status; `in` and `out` are cut to what was not used.
  int run(std::span<const std::byte>& in, std::span<std::byte>& out, int flush) {
    // zlib wants a place even for no bytes, counts in 32 bits, and promises not to write
    // to its input.
    Bytef nowhere = 0;
    const std::size_t in_size = std::min<std::size_t>(in.size(), kMostAtATime);
    const std::size_t out_size = std::min<std::size_t>(out.size(), kMostAtATime);
    z_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
    z_.avail_in = static_cast<uInt>(in_size);
    z_.next_out = out.empty() ? &nowhere : reinterpret_cast<Bytef*>(out.data());
    z_.avail_out = static_cast<uInt>(out_size);
    const int status = ::inflate(&z_, flush);
    in = in.subspan(in_size - z_.avail_in);
    out = out.subspan(out_size - z_.avail_out);
    return status;
  }

  std::string message() const { return z_.msg ? z_.msg : "invalid data"; }

 private:
  static constexpr std::size_t kMostAtATime = std::numeric_limits<uInt>::max();
  z_stream z_{};
};

}  // namespace

struct Inflater::State {
  struct Free {
    void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
  };
  std::unique_ptr<libdeflate_decompressor, Free> fast{libdeflate_alloc_decompressor()};
  Stream stream{kZlibWindow};

  // libdeflate unpacks the zeros of a system block some thirty times as fast as zlib, and
  // checks as much, but says little about what is wrong.
  bool inflate_whole(std::span<const std::byte> in, std::span<std::byte> out) const {
    if (!fast) return false;
    std::size_t used = 0;
    std::size_t made = 0;
    return libdeflate_zlib_decompress_ex(fast.get(), in.data(), in.size(), out.data(), out.size(),
                                         &used, &made) == LIBDEFLATE_SUCCESS &&
           used == in.size() && made == out.size();
  }
};

Inflater::Inflater() : state_(std::make_unique<State>()) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

Result<> Inflater::inflate(std::span<const std::byte> stream, std::span<std::byte> out) {
  if (state_->inflate_whole(stream, out)) return {};
  return inflate_in_pieces(stream, out.size(), out, [](std::span<const std::byte>) {});
}

Result<> Inflater::inflate_in_pieces(std::span<const std::byte> stream, std::uint64_t size,
                                     std::span<std::byte> room,
                                     FunctionRef<void(std::span<const std::byte>)> visit) {
  state_->stream.reset();
  auto in = stream;
  std::uint64_t left = size;
  int status = Z_OK;
  while (status == Z_OK) {
    const auto piece =
        room.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, room.size())));
    auto out = piece;
    // Goes on until the piece is full, or the stream at an end. Into no room it writes nothing,
    // but may come to its end.
    do {
      status = state_->stream.run(in, out, Z_NO_FLUSH);
    } while (status == Z_OK && !out.empty());
    const auto made = piece.first(piece.size() - out.size());
    left -= made.size();
    if (!made.empty()) visit(made);
  }
  switch (status) {
    case Z_STREAM_END:
      if (left > 0) {
        return corrupt("a stream of only " + std::to_string(size - left) + " bytes");
      }
      if (!in.empty()) {
        return corrupt("a stream that ends after " + std::to_string(stream.size() - in.size()) +
                       " of its " + std::to_string(stream.size()) + " bytes");
      }
      return {};
    case Z_BUF_ERROR:  // no progress is possible
      if (in.empty()) return corrupt("an unfinished stream");
      return corrupt("a stream of more than " + std::to_string(size) + " bytes");
    case Z_NEED_DICT:
      return corrupt("a stream with a dictionary");
    default:
      return corrupt("a corrupt stream (" + state_->stream.message() + ")");
  }
}

bool unpacks_to(std::uint64_t length, FunctionRef<std::span<const std::byte>()> next) {
  Stream stream(kZlibWindow);
  std::array<std::byte, 65536> buffer;
  std::uint64_t made = 0;
  bool ended = false;
  for (auto piece = next(); !piece.empty(); piece = next()) {
    while (!piece.empty()) {
      if (ended) return false;
      std::span<std::byte> room = buffer;
      const int status = stream.run(piece, room, Z_NO_FLUSH);
      made += buffer.size() - room.size();
      ended = status == Z_STREAM_END;
      if ((status != Z_OK && !ended) || made > length) return false;
    }
  }
  return ended && made == length;
}

bool begins_zlib_stream(std::byte first, std::byte second) {
  const auto cmf = std::to_integer<unsigned>(first);
  const auto flags = std::to_integer<unsigned>(second);
  constexpr unsigned kDictionary = 0x20;
  return (cmf & 0xFU) == Z_DEFLATED && cmf >> 4U <= 7 && (flags & kDictionary) == 0 &&
         (cmf * 256 + flags) % 31 == 0;
}

struct Gunzip::State {
  Stream stream{kGzipWindow};
  bool complete = false;
  bool corrupt = false;
};

Gunzip::Gunzip() : state_(std::make_unique<State>()) {}
Gunzip::~Gunzip() = default;

Result<std::size_t> Gunzip::unpack(std::span<const std::byte>& packed, std::span<std::byte> out) {
  auto room = out;
  while (!state_->corrupt && !packed.empty() && !room.empty()) {
    if (state_->complete) {  // another member follows
      state_->stream.reset();
      state_->complete = false;
    }
    const int status = state_->stream.run(packed, room, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      state_->complete = true;
    } else if (status == Z_BUF_ERROR) {
      break;
    } else if (status != Z_OK) {
      state_->corrupt = true;
    }
  }
  const std::size_t made = out.size() - room.size();
  // What came before the corrupt part is good: the error waits for the next call.
  if (state_->corrupt && made == 0) return corrupt(state_->stream.message());
  return made;
}

bool Gunzip::complete() const { return state_->complete; }

}  // namespace proctape
