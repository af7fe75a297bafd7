// SPDX-License-Identifier: Apache-2.0
//
// Makes damaged logs out of logs, for reader_fuzz.cc. Bytes changed at random seldom get
// past a block's checksum, so most changes are made to a block's content or to a member of
// a header, and what belongs together is mostly made right again.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "rawlog/codec/compress.h"
#include "rawlog/codec/inflate.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/leaves.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

// libFuzzer's own mutation.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace proctape {
namespace {

using Buffer = std::vector<std::byte>;

constexpr std::size_t kMostPlain = std::size_t{4} << 20U;  // of a block that is changed
constexpr std::array<std::string_view, 4> kLengthMembers = {"scomplen", "pcomplen", "ccomplen",
                                                            "icomplen"};

std::vector<LeafMember> leaves_of(const Layout& layout) {
  std::vector<LeafMember> leaves;
  for_each_leaf(layout, "", [&](const LeafMember& leaf) { leaves.push_back(leaf); });
  return leaves;
}

class LogMutator {
 public:
  LogMutator(std::span<const std::byte> log, unsigned seed)
      : log_(log.begin(), log.end()), random_(seed) {
    find_records();
  }

  // The changed log; empty: this is no log to change with sense.
  Buffer mutate() {
    if (records_.empty()) return {};
    const std::size_t record = below(records_.size());
    switch (below(12)) {
      case 0:
        change_member(log_, layout_of<kRawheader>(version_), 0, kFileHeaderSize);
        break;
      case 1:
        change_member(log_, layout_of<kRawrecord>(version_), records_[record].begin,
                      kRecordHeaderSize);
        break;
      case 2:
        erase(records_[record].begin, records_[record].end);
        break;
      case 3: {
        const Buffer copy(at(records_[record].begin), at(records_[record].end));
        log_.insert(at(records_[below(records_.size())].begin), copy.begin(), copy.end());
        break;
      }
      case 4: {  // cut off, or stray bytes
        const std::size_t place = below(log_.size());
        if (below(2) == 0) {
          log_.resize(place);
        } else {
          log_.insert(at(place), below(200), std::byte(below(256)));
        }
        break;
      }
      default:
        if (!change_block(records_[record])) return {};
    }
    return std::move(log_);
  }

 private:
  struct Record {
    std::size_t begin;
    std::size_t end;
    RecordHeader header;
  };

  std::size_t below(std::size_t bound) {
    return bound == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  Buffer::iterator at(std::size_t place) {
    return log_.begin() + static_cast<std::ptrdiff_t>(place);
  }
  void erase(std::size_t begin, std::size_t end) { log_.erase(at(begin), at(end)); }

  // Those up to the first that does not lie within the log.
  void find_records() {
    if (log_.size() < kFileHeaderSize) return;
    std::uint16_t aversion = 0;
    std::memcpy(&aversion, log_.data() + 4, sizeof aversion);
    const auto version = from_aversion(aversion);
    if (!version) return;
    version_ = *version;
    for (std::size_t begin = kFileHeaderSize; log_.size() - begin >= kRecordHeaderSize;) {
      Record record{.begin = begin, .end = 0, .header = {}};
      record_of<kRawrecord>(version_).decode(log_.data() + begin, 0, record.header);
      std::uint64_t size = kRecordHeaderSize;
      for (const std::uint32_t length : lengths(record.header)) size += length;
      if (size > log_.size() - begin) break;
      begin += static_cast<std::size_t>(size);
      record.end = begin;
      records_.push_back(record);
    }
  }

  static std::array<std::uint32_t, 4> lengths(const RecordHeader& header) {
    return {header.system_length, header.tasks_length, header.cgroups_length,
            header.cgroup_pids_length};
  }

  std::uint64_t plain_length(const RecordHeader& header, std::size_t block) const {
    const std::array<std::uint64_t, 4> plain = {
        layout_of<kSstat>(version_).size,
        std::uint64_t{header.entries} * layout_of<kTstat>(version_).size,
        header.cgroups_original_length,
        std::uint64_t{header.cgroup_pids} * sizeof(std::int32_t),
    };
    return plain.at(block);
  }

  // Unpacks a block, changes it, packs it again, with the right length or the old one.
  bool change_block(const Record& record) {
    const auto stored = lengths(record.header);
    std::size_t block = below(stored.size());
    if (stored.at(block) == 0) block = below(2);
    const std::uint64_t plain = plain_length(record.header, block);
    if (plain > kMostPlain) return false;
    std::size_t begin = record.begin + kRecordHeaderSize;
    for (std::size_t i = 0; i < block; ++i) begin += stored.at(i);

    Buffer content(static_cast<std::size_t>(plain));
    if (!Inflater().inflate(std::span(log_).subspan(begin, stored.at(block)), content)) {
      return false;
    }
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
      change_content(content, block, record.begin);
    }
    Buffer packed;
    Compressor compressor;
    compressor.begin(packed);
    compressor.add(content);
    compressor.finish();

    if (below(8) != 0) {
      put_header(record.begin, kLengthMembers.at(block), packed.size());
    }
    erase(begin, begin + stored.at(block));
    log_.insert(at(begin), packed.begin(), packed.end());
    return true;
  }

  void change_content(Buffer& content, std::size_t block, std::size_t record) {
    if (below(8) == 0) return change_window(content);
    switch (block) {
      case 0:
        return change_member(content, layout_of<kSstat>(version_), 0, content.size());
      case 1: {
        const std::size_t size = layout_of<kTstat>(version_).size;
        if (below(4) == 0) {
          change_count(content, size);
          put_counts(record, content.size() / size);
        } else {
          const std::size_t entry = below(content.size() / size) * size;
          change_member(content, layout_of<kTstat>(version_), entry, size);
        }
        return;
      }
      case 2:
        if (below(4) == 0) {
          change_count(content, cgroup_entry_size(0));
          put_header(record, "coriglen", content.size());
        } else {
          // Entries begin at multiples of 8.
          const std::size_t entry = below(content.size() / 8) * 8;
          change_member(content, layout_of<kCstat>(version_), below(2) == 0 ? 0 : entry,
                        kCstatSize);
        }
        return;
      default:
        change_count(content, sizeof(std::int32_t));
        if (below(2) == 0) put_header(record, "ncgpids", content.size() / sizeof(std::int32_t));
    }
  }

  // One entry of `size` more or less.
  void change_count(Buffer& content, std::size_t size) {
    if (content.size() >= size && below(2) == 0) {
      content.resize(content.size() - size);
    } else if (content.size() + size <= kMostPlain) {
      content.resize(content.size() + size, std::byte(below(256)));
    }
  }

  void change_window(Buffer& content) {
    const std::size_t begin = below(content.size());
    const std::size_t size = std::min<std::size_t>(content.size() - begin, 1 + below(64));
    if (size == 0) return;
    LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(content.data() + begin), size, size);
  }

  // Gives a member of the record at `begin`, of which `room` bytes are there, another value.
  void change_member(Buffer& bytes, const Layout& layout, std::size_t begin, std::size_t room) {
    auto leaves = leaves_of(layout);
    if (below(3) == 0) {
      // The counts of arrays, which are few among so many.
      std::erase_if(leaves, [](const LeafMember& leaf) {
        const auto name = std::string_view(leaf.path).substr(leaf.path.rfind('.') + 1);
        return leaf.repeats != 0 || !(name.starts_with('n') || name.starts_with("max"));
      });
    }
    if (leaves.empty()) return;
    const LeafMember leaf = leaves[below(leaves.size())];
    // The first elements are those in use.
    const std::size_t element =
        leaf.repeats == 0 ? 0 : below(std::min<std::size_t>(leaf.repeats, 4));
    const std::size_t offset = leaf.offset + element * leaf.stride;
    if (offset + leaf.size > room || begin + offset + leaf.size > bytes.size()) return;
    std::byte* place = bytes.data() + begin + offset;
    if (leaf.kind == Kind::kChar && leaf.array > 0) {
      LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(place), leaf.size, leaf.size);
      return;
    }
    const std::int64_t value = number();
    std::memcpy(place, &value, std::min(leaf.size, sizeof value));
  }

  // One that is likely to be wrong.
  std::int64_t number() {
    static constexpr std::array<std::int64_t, 22> kNumbers = {
        0,
        1,
        -1,
        -2,
        2,
        3,
        127,
        128,
        255,
        256,
        1023,
        1024,
        2048,
        4096,
        4097,
        65535,
        65536,
        0x7FFFFFFF,
        0x80000000,
        0xFFFFFFFF,
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()};
    if (below(4) != 0) return kNumbers.at(below(kNumbers.size()));
    return static_cast<std::int64_t>(random_()) << below(33);
  }

  void put_counts(std::size_t record, std::size_t tasks) {
    put_header(record, "ndeviat", tasks);
    if (below(8) != 0) put_header(record, "ntask", tasks);
  }
  void put_header(std::size_t record, std::string_view name, std::size_t value) {
    for (const auto& member : layout_of<kRawrecord>(version_).members) {
      const auto stored = static_cast<std::uint32_t>(value);
      if (member.name == name) std::memcpy(log_.data() + record + member.offset, &stored, 4);
    }
  }

  Buffer log_;
  std::mt19937 random_;
  Version version_ = kNewestVersion;
  std::vector<Record> records_;
};

}  // namespace
}  // namespace proctape

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (seed % 8 != 0) {
    proctape::LogMutator mutator(std::as_bytes(std::span(data, size)), seed);
    const auto log = mutator.mutate();
    if (!log.empty() && log.size() <= max_size) {
      std::memcpy(data, log.data(), log.size());
      return log.size();
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}
