// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/log_list.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>

#include "base/file/fd.h"
#include "base/timing.h"
#include "rawlog/codec/inflate.h"
#include "rawlog/layout/header_record.h"

namespace proctape {
namespace {

using Packing = LogName::Packing;
using Header = std::array<std::byte, kFileHeaderSize>;

// What a packed file begins with.
std::string_view magic_of(Packing packing) {
  using namespace std::string_view_literals;
  switch (packing) {
    case Packing::kGzip:
      return "\x1f\x8b"sv;
    case Packing::kXz:
      return "\xfd"
             "7zXZ\0"sv;
    case Packing::kZstd:
      return "\x28\xb5\x2f\xfd"sv;
    case Packing::kBzip2:
      return "BZh"sv;
    case Packing::kNone:
      break;
  }
  return {};
}

bool begins_with(std::span<const std::byte> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

bool begins_as_log(std::span<const std::byte> bytes) {
  return bytes.size() >= sizeof kMagic && std::memcmp(bytes.data(), &kMagic, sizeof kMagic) == 0;
}

// The file header that `packed` begins with, as far as it is there.
std::span<const std::byte> unpacked(std::span<const std::byte> packed, Header& header) {
  Gunzip gunzip;
  std::size_t size = 0;
  while (size < header.size()) {
    const auto made = gunzip.unpack(packed, std::span(header).subspan(size));
    if (!made || *made == 0) break;
    size += *made;
  }
  return std::span(header).first(size);
}

// Whether what `file`, of the name `name`, begins with is a log; and when it was begun.
bool is_log(int file, const LogName& name, std::optional<RecordedTime>& begun) {
  // More than a header that was packed takes.
  std::array<std::byte, 2 * kFileHeaderSize> buffer;
  const ssize_t got = pread(file, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  std::span<const std::byte> bytes = std::span(buffer).first(static_cast<std::size_t>(got));
  Header header;
  if (name.packing != Packing::kNone) {
    if (!begins_with(bytes, magic_of(name.packing))) return false;
    // Of the others nothing can be read here; they bear our name, and are packed as it says.
    if (name.packing != Packing::kGzip) return true;
    bytes = unpacked(bytes, header);
  }
  if (!begins_as_log(bytes)) return false;
  if (bytes.size() >= kFileHeaderSize) begun = recorded_time_of(bytes);
  return true;
}

std::optional<ListedLog> look_at(int directory, const char* entry) {
  const auto name = parse_log_name(entry);
  if (!name) return std::nullopt;
  struct stat status {};
  if (fstatat(directory, entry, &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  // A sparse file takes less than it is long.
  const Bytes size{std::min<Count>(status.st_size, status.st_blocks * kBytesPerSector)};
  const Bytes gives_back = status.st_nlink > 1 ? Bytes{} : size;
  ListedLog log{.file = {.name = *name, .size = size, .gives_back = gives_back}};
  const bool is_torn = name->kind == LogName::Kind::kTornTail && name->packing == Packing::kNone;
  if (is_torn) return log;
  const Fd file(openat(directory, entry, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file || !is_log(file.get(), *name, log.begun)) return std::nullopt;
  return log;
}

}  // namespace

Result<std::vector<LogName>> log_names_in(const std::string& path) {
  const DirectoryStream directory(opendir(path.c_str()));
  if (!directory) return error_from_errno(errno, "list " + path);
  std::vector<LogName> names;
  while (const dirent* entry = readdir(directory.get())) {
    if (const auto name = parse_log_name(entry->d_name)) names.push_back(*name);
  }
  return names;
}

Result<> LogList::begin(const std::string& path) {
  found_.clear();
  stream_.reset(opendir(path.c_str()));
  if (!stream_) return error_from_errno(errno, "list " + path);
  return {};
}

bool LogList::go_on(std::chrono::nanoseconds budget) {
  Stopwatch watch;
  std::chrono::nanoseconds passed{};
  constexpr int kBetweenLooks = 64;  // at the clock
  for (int i = 1; stream_; ++i) {
    const dirent* entry = readdir(stream_.get());
    if (!entry) {
      stream_.reset();
      break;
    }
    if (auto log = look_at(dirfd(stream_.get()), entry->d_name)) found_.push_back(std::move(*log));
    if (i % kBetweenLooks == 0 && (passed += watch.lap()) > budget) return false;
  }
  return true;
}

}  // namespace proctape
