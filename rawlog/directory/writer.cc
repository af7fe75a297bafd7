// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/writer.h"

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace proctape {
namespace {

iovec part(std::span<const std::byte> bytes) {
  return {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

Writer::Writer(Fd file, std::string path, Bytes size)
    : file_(std::move(file)), path_(std::move(path)), size_(size) {}

Result<> Writer::append(std::span<const std::byte> header, std::span<const std::byte> record) {
  if (torn_) {
    if (auto cut = cut_back(); !cut) return cut;
  }
  if (size_ != Bytes{0}) header = {};
  const std::array parts = {part(header), part(record)};
  const auto total = static_cast<ssize_t>(header.size() + record.size());

  ssize_t written = 0;
  do {
    written = pwritev(file_.get(), parts.data(), parts.size(), size_.value);
  } while (written < 0 && errno == EINTR);
  if (written == total) {
    size_ += Bytes{total};
    return {};
  }
  // A file is written in part if it met a limit: of the file system, a quota, RLIMIT_FSIZE.
  Error error = written < 0 ? error_from_errno(errno, "write " + path_)
                            : Error{Error::Kind::kNoSpace, "write " + path_ + ": no space behind " +
                                                               std::to_string(written) + " of " +
                                                               std::to_string(total) + " bytes"};
  torn_ = true;
  if (auto cut = cut_back(); !cut) error.message += "; " + cut.error().message;
  return error;
}

Result<> Writer::sync() {
  if (fdatasync(file_.get()) != 0) return error_from_errno(errno, "sync " + path_);
  return {};
}

Result<> Writer::cut_back() {
  if (ftruncate(file_.get(), size_.value) != 0) {
    return error_from_errno(errno, "cut " + path_ + " back to " + std::to_string(size_.value));
  }
  torn_ = false;
  return {};
}

}  // namespace proctape
