// SPDX-License-Identifier: Apache-2.0
//
// Memory of its own, or of a file, that mmap(2) gave.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "base/result.h"

namespace proctape {

class Mapping {
 public:
  Mapping() = default;
  // `protection` as of mmap. The mapping of a file is shared.
  static Result<Mapping> of_file(int fd, std::size_t offset, std::size_t size, int protection) {
    return map(size, protection, MAP_SHARED, fd, offset);
  }
  // Zeros; a page takes memory once it is written to.
  static Result<Mapping> of_zeros(std::size_t size) {
    return map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }

  Mapping(Mapping&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (data_) ::munmap(data_, size_);
  }

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  Mapping(std::byte* data, std::size_t size) : data_(data), size_(size) {}

  static Result<Mapping> map(std::size_t size, int protection, int flags, int fd,
                             std::size_t offset) {
    void* data = ::mmap(nullptr, size, protection, flags, fd, static_cast<off_t>(offset));
    if (data == MAP_FAILED) return error_from_errno(errno, "mmap");
    return Mapping(static_cast<std::byte*>(data), size);
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace proctape
