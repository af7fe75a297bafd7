// SPDX-License-Identifier: Apache-2.0
#include "rawlog/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace proctape {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

}  // namespace

Result<Input> Input::open(const std::string& path) {
  const bool standard_input = path == "-";
  Fd fd(standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                       : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  const std::string name = standard_input ? "standard input" : path;
  if (!fd) return error_from_errno(errno, "open " + name);
  Input input(std::move(fd), name);
  // A directory opens well and fails here.
  if (input.peek(1).empty() && input.failure()) return *input.failure();
  return input;
}

Input::Input(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
  recognise_gzip();
}

void Input::recognise_gzip() {
  window_.resize(kChunk);
  // A pipe may give a single byte at first.
  while (end_ < 2 && !ended_) {
    const std::size_t count = read_file(std::span(window_).subspan(end_));
    end_ += count;
    ended_ = count == 0;
  }
  if (end_ < 2 || window_[0] != Gunzip::kFirst || window_[1] != Gunzip::kSecond) return;
  gunzip_.emplace();
  packed_.swap(window_);
  packed_left_ = std::span(packed_).first(end_);
  end_ = 0;
}

void Input::look(std::size_t count) {
  if (begin_ > 0) {
    std::memmove(window_.data(), window_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ < count && !ended_) {
    // Doubling, so that a length that claims gigabytes gets no more than twice what is there.
    if (window_.size() - end_ < kChunk) window_.resize(std::max(2 * end_, end_ + kChunk));
    const std::size_t got = read(std::span(window_).subspan(end_));
    end_ += got;
    ended_ = got == 0;
  }
}

// 0 at the end, and after a failure.
std::size_t Input::read(std::span<std::byte> out) {
  if (!gunzip_) return read_file(out);
  for (;;) {
    auto made = gunzip_->unpack(packed_left_, out);
    if (!made) {
      failure_ = Error{Error::Kind::kMalformed, made.error().message};
      return 0;
    }
    if (*made > 0) return *made;
    const std::size_t count = read_file(packed_);
    if (count == 0) {
      if (!failure_ && !gunzip_->complete()) {
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
