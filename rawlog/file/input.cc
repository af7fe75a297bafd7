// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace proctape {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

constexpr Packing kGzip = {"gzip", "\x1F\x8B",
                           [] { return std::unique_ptr<Unpacker>(std::make_unique<Gunzip>()); }};

}  // namespace

Result<Input> Input::open(const std::string& path, std::span<const Packing> packings,
                          std::string name) {
  const bool standard_input = path == "-";
  Fd fd(standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                       : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (name.empty()) name = standard_input ? "standard input" : path;
  if (!fd) return error_from_errno(errno, "open " + name);
  Input input(std::move(fd), name, packings);
  // A directory opens well and fails here.
  const bool nothing = input.peek(1).empty();
  const auto& failure = input.failure();
  if (nothing && failure && failure->kind != Error::Kind::kMalformed) return *failure;
  return input;
}

Input::Input(Fd fd, std::string name, std::span<const Packing> packings)
    : fd_(std::move(fd)), name_(std::move(name)) {
  recognise(packings);
}

void Input::Window::grow(std::size_t size) {
  // realloc() moves pages, where operator new would copy them.
  void* const grown = std::realloc(bytes_.release(), size);
  if (!grown) std::abort();
  bytes_.reset(static_cast<std::byte*>(grown));
  size_ = size;
}

void Input::recognise(std::span<const Packing> packings) {
  window_.grow(kChunk);
  // A pipe may give a single byte at first.
  while (end_ < Packing::kLongestBeginning && !ended_) {
    const std::size_t count = read_file(window_.bytes().subspan(end_));
    end_ += count;
    ended_ = count == 0;
  }
  const std::string_view beginning(reinterpret_cast<const char*>(window_.bytes().data()), end_);
  const auto take = [&](const Packing& packing) {
    if (unpacker_ || !beginning.starts_with(packing.beginning)) return;
    packing_ = packing.name;
    unpacker_ = packing.make();
  };
  take(kGzip);
  for (const Packing& packing : packings) take(packing);
  if (!unpacker_) return;
  packed_.assign(window_.bytes().begin(), window_.bytes().end());
  packed_left_ = std::span(packed_).first(end_);
  end_ = 0;
}

void Input::look(std::size_t count) {
  if (begin_ > 0) {
    std::memmove(window_.bytes().data(), window_.bytes().data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ < count && !ended_) {
    // Doubling, so that a length that claims gigabytes gets no more than twice what is there.
    if (window_.size() - end_ < kChunk) window_.grow(std::max(2 * end_, end_ + kChunk));
    const std::size_t got = read(window_.bytes().subspan(end_));
    end_ += got;
    ended_ = got == 0;
  }
}

Result<> Input::go_to(std::uint64_t offset) {
  if (packed() || ::lseek(fd_.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
    return error_from_errno(packed() ? ESPIPE : errno, "seek in " + name_);
  }
  begin_ = end_ = 0;
  ended_ = false;
  failure_.reset();
  offset_ = offset;
  return {};
}

// 0 at the end, and after a failure.
std::size_t Input::read(std::span<std::byte> out) {
  if (!unpacker_) return read_file(out);
  for (;;) {
    auto made = unpacker_->unpack(packed_left_, out);
    if (!made) {
      failure_ = Error{Error::Kind::kMalformed, made.error().message};
      return 0;
    }
    if (*made > 0) return *made;
    const std::size_t count = read_file(packed_);
    if (count == 0) {
      if (!failure_ && !unpacker_->complete()) {
        failure_ = Error{Error::Kind::kMalformed, "its end"};
      }
      return 0;
    }
    packed_left_ = std::span(packed_).first(count);
  }
}

std::size_t Input::read_file(std::span<std::byte> out) {
  for (;;) {
    const ssize_t count = ::read(fd_.get(), out.data(), out.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    failure_ = error_from_errno(errno, "read " + name_);
    return 0;
  }
}

}  // namespace proctape
