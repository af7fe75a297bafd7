// SPDX-License-Identifier: Apache-2.0
#include "rawlog/existing_log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "base/zeros.h"
#include "rawlog/damage.h"
#include "rawlog/file_header.h"
#include "rawlog/record_check.h"

namespace proctape {
namespace {

// The bytes at `offset`, fewer at the end of the file.
Result<std::span<const std::byte>> read_at(int fd, Bytes offset, std::span<std::byte> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = pread(fd, &buffer[filled], buffer.size() - filled,
                              offset.value + static_cast<std::int64_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_from_errno(errno, "read at " + std::to_string(offset.value));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return std::span<const std::byte>(buffer.first(filled));
}

// Of the record, its header and its blocks.
Bytes length(const RecordHeader& header) {
  return Bytes{static_cast<std::int64_t>(kRecordHeaderSize) + header.system_length +
               header.tasks_length + header.cgroups_length + header.cgroup_pids_length};
}

// Whether `bytes`, which lie at `offset`, and all that follows are zeros: a tail that was given
// its length and never its content.
Result<bool> only_zeros(int fd, Bytes offset, std::span<const std::byte> bytes) {
  std::array<std::byte, 65536> buffer;
  while (all_zero(bytes)) {
    offset += Bytes{static_cast<std::int64_t>(bytes.size())};
    const auto next = read_at(fd, offset, buffer);
    if (!next) return next.error();
    if (next->empty()) return true;
    bytes = *next;
  }
  return false;
}

// Reads the file header; its version is what is needed to walk on. None if the log ends
// within it, or `log.damage` was found.
Result<std::optional<Version>> read_header(int fd, ExistingLog& log) {
  const std::optional<Version> none;
  std::array<std::byte, kFileHeaderSize> buffer;
  const auto bytes = read_at(fd, Bytes{0}, buffer);
  if (!bytes) return bytes.error();
  const auto zeros = only_zeros(fd, Bytes{0}, *bytes);
  if (!zeros) return zeros.error();
  if (*zeros) return none;
  if (bytes->size() < kFileHeaderSize) {
    if (std::memcmp(bytes->data(), &kMagic, std::min(bytes->size(), sizeof kMagic)) != 0) {
      log.damage = "expected the magic number of an atop log, found " + describe(*bytes);
    }
    return none;
  }
  // A reader makes the best of a damaged header; a writer does not add to it.
  const auto identity =
      read_file_header(*bytes, [&](const Damage& damage) { log.damage = to_string(damage); });
  if (!identity) log.damage = identity.error().message;
  // Nor to one whose layout is not that of its version.
  if (identity && log.damage.empty()) log.damage = identity->note;
  if (!log.damage.empty()) return none;
  log.header = identity->header;
  log.whole = Bytes{kFileHeaderSize};
  return std::optional(identity->version);
}

}  // namespace

Result<ExistingLog> examine(int fd) {
  ExistingLog log;
  struct stat status {};
  if (fstat(fd, &status) != 0) return error_from_errno(errno, "fstat");
  log.size = Bytes{status.st_size};

  const auto version = read_header(fd, log);
  if (!version) return version.error();
  if (!*version) return log;

  const auto damaged = [&](const Mismatch& wrong) {
    log.damage = to_string(Damage{.offset = static_cast<std::uint64_t>(log.whole.value),
                                  .expected = wrong.expected,
                                  .found = wrong.found});
    return log;
  };
  std::array<std::byte, kRecordBeginning> buffer;
  while (log.whole < log.size) {
    const auto bytes = read_at(fd, log.whole, buffer);
    if (!bytes) return bytes.error();
    const auto zeros = only_zeros(fd, log.whole, *bytes);
    if (!zeros) return zeros.error();
    if (*zeros || bytes->size() < kRecordHeaderSize) return log;

    RecordHeader record;
    record_of<kRawrecord>(**version).decode(bytes->data(), log.header.page_size, record);
    if (const auto wrong = impossible(record, bytes->first(kRecordHeaderSize), **version)) {
      return damaged(*wrong);
    }
    if (log.records > 0 && record.time < log.last_time) {
      return damaged({"a time of at least " + std::to_string(log.last_time.value),
                      std::to_string(record.time.value)});
    }
    if (log.size - log.whole < length(record)) {
      // A torn record, unless a damaged length led astray, into the midst of whole ones.
      if (bytes->size() == kRecordBeginning && !plausible_record(*bytes, **version)) {
        return damaged({"a record", "a length that leads beyond the end"});
      }
      return log;
    }
    log.whole += length(record);
    log.last_time = record.time;
    ++log.records;
  }
  return log;
}

}  // namespace proctape
