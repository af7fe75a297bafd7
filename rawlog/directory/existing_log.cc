// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/existing_log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "base/timing.h"
#include "base/zeros.h"
#include "rawlog/codec/inflate.h"
#include "rawlog/file/damage.h"
#include "rawlog/file/file_header.h"
#include "rawlog/file/record_check.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

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
  return Bytes{static_cast<std::int64_t>(kRecordHeaderSize + header.blocks_length())};
}

// Whether `bytes`, which lie at `offset`, and all that follows are zeros: a tail that was given
// its length and never its content. Of more than a tail can be only the begin counts.
Result<bool> only_zeros(int fd, Bytes offset, std::span<const std::byte> bytes) {
  std::array<std::byte, 65536> buffer;
  const Bytes most = offset + kLongestTail + Bytes{ssize_t{buffer.size()}};
  while (all_zero(bytes)) {
    if (offset > most) return true;
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
  log.begun = recorded_time_of(*bytes);
  log.whole = Bytes{kFileHeaderSize};
  return std::optional(identity->version);
}

// The time that examine() may take.
class Patience {
 public:
  explicit Patience(std::chrono::nanoseconds time) : left_(time) {}
  bool is_out() { return (left_ -= watch_.lap()) < std::chrono::nanoseconds{}; }

 private:
  Stopwatch watch_;
  std::chrono::nanoseconds left_;
};

struct SeenRecord {
  Bytes offset;
  RecordHeader header;
  Seconds adds;  // to ExistingLog::recorded
};

// Whether the blocks of `record` can be unpacked. None if there was no time to see.
std::optional<bool> can_be_unpacked(int fd, const SeenRecord& record, Version version,
                                    Patience& patience) {
  const RecordHeader& header = record.header;
  struct Block {
    std::uint64_t packed;
    std::uint64_t plain;
  };
  const std::uint64_t tasks = impossible_tasks(header.entries, header, version)
                                  ? std::uint64_t{header.tasks}
                                  : std::uint64_t{header.entries};
  std::array<Block, 4> blocks = {
      Block{header.system_length, layout_of<kSstat>(version).size},
      Block{header.tasks_length, tasks * layout_of<kTstat>(version).size}};
  if (has_cgroups(header, version)) {
    blocks[2] = {header.cgroups_length, header.cgroups_original_length};
    blocks[3] = {header.cgroup_pids_length, header.cgroup_pids * sizeof(std::int32_t)};
  }
  std::array<std::byte, 65536> buffer;
  Bytes offset = record.offset + Bytes{std::int64_t{kRecordHeaderSize}};
  bool in_time = true;
  for (const Block& block : blocks) {
    if (block.packed == 0) continue;
    std::uint64_t left = block.packed;
    const auto next = [&]() -> std::span<const std::byte> {
      in_time = !patience.is_out();
      if (!in_time) return {};
      const auto piece = std::min<std::uint64_t>(left, buffer.size());
      const auto bytes = read_at(fd, offset, std::span(buffer).first(piece));
      if (!bytes) return {};
      offset += Bytes{static_cast<std::int64_t>(bytes->size())};
      left -= bytes->size();
      return *bytes;
    };
    const bool whole = unpacks_to(block.plain, next);
    if (!in_time) return std::nullopt;
    if (!whole) return false;
  }
  return true;
}

// Unpacks the last of `seen`, from the end: where one of them cannot be, `log` ends before it.
// Whether there was time for that.
bool unpack_last(int fd, std::span<const SeenRecord> seen, Version version, Patience& patience,
                 ExistingLog& log) {
  constexpr std::size_t kAtLeast = 2;
  std::size_t kept = seen.size();
  for (std::size_t i = seen.size(); i-- > 0;) {
    const bool is_recent = seen[i].header.time + kUnpackedFrom >= seen.back().header.time;
    if (!is_recent && i + kAtLeast < seen.size()) break;
    // What lies before it was not kept: it only tells where the log ends.
    if (i == 0 && log.records > static_cast<Count>(seen.size())) break;
    const auto whole = can_be_unpacked(fd, seen[i], version, patience);
    if (!whole) return i + kAtLeast < seen.size();
    if (!*whole) kept = i;
  }
  if (kept == seen.size()) return true;
  for (const SeenRecord& cut : seen.subspan(kept)) log.recorded = log.recorded - cut.adds;
  log.whole = seen[kept].offset;
  log.records -= static_cast<Count>(seen.size() - kept);
  log.last_time = kept > 0 ? seen[kept - 1].header.time : Seconds{};
  return true;
}

}  // namespace

Result<ExistingLog> examine(int fd, std::chrono::nanoseconds patience_for) {
  Patience patience(patience_for);
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
  const auto too_slow = [&] {
    log.damage = "it cannot be checked in time";
    return log;
  };
  std::deque<SeenRecord> last;  // as many as are unpacked at most, and the one before them
  constexpr std::size_t kMostUnpacked = 130;
  const auto checked = [&] {
    const std::vector<SeenRecord> seen(last.begin(), last.end());
    return unpack_last(fd, seen, **version, patience, log) ? log : too_slow();
  };
  std::array<std::byte, kRecordBeginning> buffer;
  constexpr Count kBetweenLooks = 1024;  // at the clock
  while (log.whole < log.size) {
    if (log.records % kBetweenLooks == 0 && patience.is_out()) return too_slow();
    const auto bytes = read_at(fd, log.whole, buffer);
    if (!bytes) return bytes.error();
    const auto zeros = only_zeros(fd, log.whole, *bytes);
    if (!zeros) return zeros.error();
    if (*zeros || bytes->size() < kRecordHeaderSize) return checked();

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
      return checked();
    }
    const auto before = log.records > 0 ? std::optional(log.last_time) : std::nullopt;
    // A log is of one date: more is damage.
    const Seconds adds = std::min(time_recorded_by(record, before), kLongestLog - log.recorded);
    last.push_back({log.whole, record, adds});
    if (last.size() > kMostUnpacked) last.pop_front();
    log.whole += length(record);
    log.recorded += adds;
    log.last_time = record.time;
    ++log.records;
  }
  return checked();
}

}  // namespace proctape
