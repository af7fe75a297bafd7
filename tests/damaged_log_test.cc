// SPDX-License-Identifier: Apache-2.0
//
// What the reader says of damaged logs, and what it still gets out of them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <future>
#include <string>
#include <vector>

#include "rawlog/codec/compress.h"
#include "rawlog/layout/cgroup_record.h"
#include "tests/support/logs.h"

namespace proctape {
namespace {

// tests/fixtures/logs/damaged: atop-2.13.raw, four records at 480, 4391, 8169 and 11937,
// 15741 bytes, with one thing changed. Each is reported once; an error gives no samples.
struct Expected {
  const char* name;
  std::size_t samples;
  std::string_view report;
};
constexpr Expected kDamaged[] = {
    {"cgroup-flag-cleared", 4,
     "offset 4391: expected flag 0x0100, as there are cgroup blocks, found flags 0x0070"},
    {"coriglen-too-small", 3,
     "offset 4391: expected coriglen from 4840 to 49808, found 4000; 3778 bytes skipped"},
    {"cut-in-cgroup-block", 3,
     "offset 11937: expected a cgroup block of 497 bytes, found 100 bytes and the end; "
     "3380 bytes skipped"},
    {"cut-in-pidlist", 3,
     "offset 11937: expected a pid block of 27 bytes, found 17 bytes and the end; "
     "3794 bytes skipped"},
    {"cut-in-record-header", 3,
     "offset 11937: expected a record header of 96 bytes, found 50 bytes "
     "(73 20 01 6b 00 00 00 00 ...) and the end; 50 bytes skipped"},
    {"cut-in-system-block", 3,
     "offset 11937: expected a system block of 1786 bytes, found 500 bytes and the end; "
     "596 bytes skipped"},
    {"cut-in-task-block", 3,
     "offset 11937: expected a task block of 1398 bytes, found 300 bytes and the end; "
     "2182 bytes skipped"},
    {"empty", 0, "log: offset 0: expected a file header of 480 bytes, found an empty file"},
    {"filehdr-only", 0, "offset 480: expected a record, found the end of the log"},
    {"filehdr-truncated", 0, "log: offset 0: expected a file header of 480 bytes, found 200 bytes"},
    {"flip-cgroup", 3,
     "offset 4391: expected a cgroup block of 5008 bytes unpacked, found a corrupt stream "
     "(invalid distance too far back); 3778 bytes skipped"},
    {"flip-pidlist", 3,
     "offset 4391: expected a pid block of 28 bytes unpacked, found a stream of more than "
     "28 bytes; 3778 bytes skipped"},
    {"flip-system", 3,
     "offset 4391: expected a system block of 1408336 bytes unpacked, found a stream of more "
     "than 1408336 bytes; 3778 bytes skipped"},
    {"flip-system-checksum", 3,
     "offset 4391: expected a system block of 1408336 bytes unpacked, found a corrupt stream "
     "(incorrect data check); 3778 bytes skipped"},
    {"flip-system-zlib-header", 3,
     "offset 4391: expected a system block, found 2d 9c ed d4 bf 6b 13 61 ...; "
     "3778 bytes skipped"},
    {"flip-task", 3,
     "offset 4391: expected a task block of 26784 bytes unpacked, found a corrupt stream "
     "(invalid distance too far back); 3778 bytes skipped"},
    {"hertz", 4, "offset 14: expected hertz 100, as on every x86_64, found 250"},
    {"magic", 4, "offset 0: expected the magic number of an atop log, found ef be ed ff"},
    {"ndeviat-too-large", 4,
     "offset 4391: expected ndeviat and ntask to be equal, found 28 and 27"},
    {"ndeviat-too-small", 4,
     "offset 4391: expected ndeviat and ntask to be equal, found 26 and 27"},
    {"no-cgroup-in-filehdr", 4,
     "offset 440: expected supportflags with 0x0100, as there are cgroups, found none"},
    {"pagesize", 4, "offset 436: expected pagesize 4096, as on every x86_64, found 16384"},
    {"scomplen-wrong", 3,
     "offset 4391: expected a system block of 1408336 bytes unpacked, found a stream that ends "
     "after 1776 of its 1777 bytes; 3778 bytes skipped"},
    {"sstatlen", 4, "offset 28: expected sstatlen 1408336, that of version 2.13, found 1408344"},
    {"time-goes-back", 4, "offset 8169: expected a time of at least 1795235953, found 1700000000"},
    {"trailing-garbage", 4,
     "offset 15741: expected a record header of 96 bytes, found 40 bytes (zeros) and the end; "
     "40 bytes skipped"},
    {"version-only", 0, "log: offset 4: expected aversion of 2.3 to 2.13, found 0x8263 (2.99)"},
};

class DamagedLog : public testing::TestWithParam<Expected> {};

TEST_P(DamagedLog, IsReportedOnceAndReadAsFarAsItIsWhole) {
  const Expected& expected = GetParam();
  const auto reading =
      read_all(input_of(read_text(log_path(std::string("damaged/") + expected.name))));
  EXPECT_EQ(reading.samples.size(), expected.samples);
  if (!reading.error.empty()) {
    EXPECT_EQ(reading.error, expected.report);
    EXPECT_TRUE(reading.damage.empty());
  } else {
    ASSERT_EQ(reading.damage.size(), 1U);
    EXPECT_EQ(to_string(reading.damage.front()), expected.report);
  }
}

INSTANTIATE_TEST_SUITE_P(, DamagedLog, testing::ValuesIn(kDamaged), [](const auto& param) {
  return test_name({param.param.name, 0});
});

// A log taken apart, to be put together again differently.
struct Parts {
  std::string header;
  std::vector<std::string> records;
  std::vector<Sample> samples;

  std::string log() const {
    std::string bytes = header;
    for (const std::string& record : records) bytes += record;
    return bytes;
  }
};

Parts parts_of(const std::string& name) {
  const std::string bytes = read_text(log_path(name));
  Parts parts{.header = bytes.substr(0, kFileHeaderSize)};
  auto reader = Reader::open(input_of(bytes), no_damage());
  EXPECT_TRUE(reader);
  Sample sample;
  while (*reader->next(sample)) {
    parts.records.push_back(bytes.substr(reader->record().offset, reader->record().size));
    parts.samples.push_back(sample);
  }
  return parts;
}

std::vector<Sample> without(std::vector<Sample> samples, std::size_t which) {
  samples.erase(samples.begin() + static_cast<std::ptrdiff_t>(which));
  return samples;
}

template <typename Value>
void put(std::string& bytes, std::size_t offset, Value value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

std::size_t offset_of(const Layout& layout, std::string_view member) {
  for (const auto& m : layout.members) {
    if (m.name == member) return m.offset;
  }
  ADD_FAILURE() << member;
  return 0;
}

TEST(Reader, FindsTheNextRecordBehindStrayBytes) {
  const Parts parts = parts_of("atop-2.13");
  const std::string zeros(200, '\0');
  const std::string text = "stray text that somebody's editor left behind";
  for (const std::string& stray :
       {zeros, text, std::string(1, '\0'), parts.header, parts.records[1].substr(0, 1000)}) {
    Parts strayed = parts;
    strayed.records.insert(strayed.records.begin() + 2, stray);
    const auto reading = read_all(input_of(strayed.log()));
    EXPECT_EQ(reading.samples, parts.samples);
    ASSERT_EQ(reading.damage.size(), 1U);
    EXPECT_EQ(reading.damage[0].offset, 480 + parts.records[0].size() + parts.records[1].size());
    EXPECT_EQ(reading.damage[0].skipped, stray.size());
  }
}

TEST(Reader, PassesARecordHeaderWithoutItsBlocks) {
  Parts parts = parts_of("atop-2.7");
  parts.records[1].resize(kRecordHeaderSize);
  const auto reading = read_all(input_of(parts.log()));
  EXPECT_EQ(reading.samples, without(parts.samples, 1));
  ASSERT_EQ(reading.damage.size(), 1U);
  EXPECT_EQ(reading.damage[0].skipped, kRecordHeaderSize);
}

// Up to 2.11 atop appends behind a torn record without a look.
TEST(Reader, FindsWhatWasAppendedBehindATornRecord) {
  for (const std::string name : {"atop-2.3", "atop-2.9", "atop-2.13"}) {
    const Parts parts = parts_of(name);
    for (const std::size_t size : {50UL, 96UL, 97UL, 600UL, parts.records[1].size() - 1}) {
      Parts torn = parts;
      torn.records[1].resize(size);
      const auto reading = read_all(input_of(torn.log()));
      EXPECT_EQ(reading.samples, without(parts.samples, 1)) << name << ' ' << size;
      ASSERT_EQ(reading.damage.size(), 1U);
      EXPECT_EQ(reading.damage[0].skipped, size);
    }
  }
}

TEST(Reader, DeliversEveryWholeRecordOfALogCutAnywhere) {
  const Parts parts = parts_of("atop-2.13-nocgroup");
  const std::string whole = parts.log();
  std::size_t begin = kFileHeaderSize;
  std::size_t records = 0;
  for (std::size_t size = begin; size < whole.size(); size += 37) {
    if (size >= begin + parts.records[records].size()) begin += parts.records[records++].size();
    const auto reading = read_all(input_of(whole.substr(0, size)));
    EXPECT_EQ(reading.samples.size(), records) << size;
    ASSERT_EQ(reading.damage.size(), size == begin && records > 0 ? 0U : 1U) << size;
    if (size > begin) {
      EXPECT_EQ(reading.damage[0].offset, begin);
      EXPECT_EQ(reading.damage[0].skipped, size - begin);
    }
  }
}

TEST(Reader, TellsDamageInEachOfTwoRecordsInARow) {
  Parts parts = parts_of("atop-2.13");
  parts.records[1][200] ^= 0x55;
  parts.records[2][3000] ^= 0x55;
  const auto reading = read_all(input_of(parts.log()));
  EXPECT_EQ(reading.samples.size(), 2U);
  ASSERT_EQ(reading.damage.size(), 2U);
  EXPECT_EQ(reading.damage[0].skipped, parts.records[1].size());
  EXPECT_EQ(reading.damage[1].skipped, parts.records[2].size());
}

TEST(Reader, TrustsTheLengthsWhereTheVersionIsAnotherOne) {
  Parts parts = parts_of("atop-2.13");
  put(parts.header, 4, to_aversion(v2_10));
  const auto reading = read_all(input_of(parts.log()));
  EXPECT_EQ(reading.samples, parts.samples);
  ASSERT_EQ(reading.damage.size(), 1U);
  EXPECT_EQ(to_string(reading.damage[0]),
            "offset 4: expected aversion 0x820d (2.13), whose lengths the header has, "
            "found 0x820a (2.10)");
}

// Somebody's old log is told for what it is.
TEST(Reader, NamesLogsOf32BitMachinesAndOfAtop1) {
  const Parts parts = parts_of("atop-2.8");
  std::string old = parts.header;
  old.replace(old.find("x86_64"), 6, std::string("i686\0\0", 6));
  const Layout& layout = layout_of<kRawheader>(v2_8);
  put(old, offset_of(layout, "sstatlen"), std::uint32_t{600'000});
  put(old, offset_of(layout, "tstatlen"), std::uint32_t{700});
  const std::string of_32_bits = read_all(input_of(old + parts.records[0])).error;
  EXPECT_NE(of_32_bits.find("found 600000: it is of a 32-bit machine (i686)"), old.npos)
      << of_32_bits;

  old = parts.header;
  put(old, 4, std::uint16_t{0x8000 + 256 + 27});
  const std::string of_atop_1 = read_all(input_of(old + parts.records[0])).error;
  EXPECT_NE(of_atop_1.find("expected aversion of 2.3 to 2.13, found 0x811b (1.27): atop 1, which"),
            old.npos)
      << of_atop_1;
}

// Between two releases atop has the name of the one, and from some day on the layout of the next.
TEST(Reader, TakesTheLayoutOfTheNextVersionForASnapshotOfAtop) {
  for (const auto& [of, name] :
       {std::pair{"atop-2.13", v2_12}, {"atop-2.11", v2_10}, {"atop-2.4", v2_3}}) {
    Parts parts = parts_of(of);
    put(parts.header, 4, to_aversion(name));
    auto reader = Reader::open(input_of(parts.log()), no_damage());
    ASSERT_TRUE(reader);
    EXPECT_NE(reader->note().find("snapshot"), std::string::npos) << of;
    Sample sample;
    ASSERT_TRUE(*reader->next(sample));
    EXPECT_EQ(sample, parts.samples[0]);
  }
}

TEST(Reader, GoesByTheVersionWhereSeveralHaveTheseLengths) {
  for (const auto& [name, version] : {std::pair{"atop-2.8", v2_8}, std::pair{"atop-2.9", v2_9},
                                      std::pair{"atop-2.4", v2_4}, std::pair{"atop-2.6", v2_6}}) {
    auto reader = Reader::open(log_path(name), no_damage());
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->version(), version);
  }
}

TEST(Reader, RefusesAHeaderWithMoreThanOneWrongLength) {
  Parts parts = parts_of("atop-2.13");
  put(parts.header, offset_of(layout_of<kRawheader>(v2_13), "sstatlen"), std::uint32_t{700000});
  put(parts.header, offset_of(layout_of<kRawheader>(v2_13), "tstatlen"), std::uint32_t{700});
  EXPECT_EQ(read_all(input_of(parts.log())).error,
            "log: offset 28: expected sstatlen 1408336, that of version 2.13, found 700000");
}

TEST(Reader, RefusesWhatIsNoAtopLog) {
  EXPECT_EQ(read_all(input_of(std::string(1000, 'x'))).error,
            "log: offset 0: expected the magic number of an atop log, found 78 78 78 78");
  Parts parts = parts_of("atop-2.13");
  put(parts.header, 0, __builtin_bswap32(kMagic));
  EXPECT_EQ(read_all(input_of(parts.log())).error,
            "log: offset 0: expected a log of a little-endian machine, found a big-endian one");
}

TEST(Reader, ReportsCountsThatOtherReadersWouldTrust) {
  Parts parts = parts_of("atop-2.6");
  const Layout& layout = layout_of<kRawrecord>(v2_6);
  put(parts.records[1], offset_of(layout, "totproc"), std::uint32_t{3});
  put(parts.records[2], offset_of(layout, "nactproc"), std::uint32_t{3});
  put(parts.records[3], offset_of(layout, "interval"), std::uint32_t{0});
  const auto reading = read_all(input_of(parts.log()));
  EXPECT_EQ(reading.samples, parts.samples);
  ASSERT_EQ(reading.damage.size(), 3U);
  EXPECT_TRUE(reading.damage[0].expected.starts_with("totproc "));
  EXPECT_TRUE(reading.damage[1].expected.starts_with("nactproc "));
  EXPECT_EQ(reading.damage[2].expected, "interval of at least 1");
}

TEST(Reader, ReportsCgroupsThatAreCountedButNotThere) {
  Parts parts = parts_of("atop-2.13-nocgroup");
  put(parts.records[1], offset_of(layout_of<kRawrecord>(v2_13), "ncgroups"), std::uint16_t{5});
  const auto reading = read_all(input_of(parts.log()));
  EXPECT_EQ(reading.samples, parts.samples);
  ASSERT_EQ(reading.damage.size(), 1U);
  EXPECT_EQ(reading.damage[0].found, "5, 0 and 0");
}

TEST(Reader, RawRecordsTileTheLogAndSayWhetherTheyAreWhole) {
  const auto bytes = read_text(log_path("damaged/ndeviat-too-large"));
  auto reader = Reader::open(input_of(bytes), [](const Damage&) {});
  ASSERT_TRUE(reader);
  std::uint64_t next = kFileHeaderSize;
  std::vector<bool> whole;
  Sample sample;
  while (*reader->next(sample)) {
    const RawRecord& record = reader->record();
    EXPECT_EQ(record.offset, next);
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(record.stored.data()), record.size),
              std::string_view(bytes).substr(record.offset, record.size));
    next += record.size;
    whole.push_back(record.whole);
  }
  EXPECT_EQ(next, bytes.size());
  EXPECT_EQ(whole, (std::vector{true, false, true, true}));
}

// ---- records that are not wanted ----

// By the number of records that were asked for before.
std::vector<Sample> read_wanted(const std::string& bytes, FunctionRef<bool(int)> wanted,
                                std::vector<Damage>& damage) {
  auto reader = Reader::open(input_of(bytes), [&](const Damage& d) { damage.push_back(d); });
  EXPECT_TRUE(reader);
  std::vector<Sample> samples;
  Sample sample;
  int asked = 0;
  while (*reader->next([&](const RecordHeader&) { return wanted(asked++); })) {
    reader->decode(sample);
    samples.push_back(sample);
  }
  return samples;
}

TEST(UnwantedRecords, ArePassedWithoutBeingUnpacked) {
  for (const Version version : kVersions) {
    Parts parts = parts_of("atop-" + to_string(version));
    const std::size_t count = parts.records.size();
    ASSERT_GT(count, 2U);
    const auto expected = std::vector{parts.samples[1]};
    // Nobody looks into these.
    parts.records[0][kRecordHeaderSize + 40] ^= 1;
    parts.records.back()[parts.records.back().size() - 1] ^= 1;
    std::vector<Damage> damage;
    EXPECT_EQ(read_wanted(
                  parts.log(), [](int i) { return i == 1; }, damage),
              expected);
    EXPECT_TRUE(damage.empty()) << to_string(version) << to_string(damage.front());
    EXPECT_EQ(read_wanted(
                  parts.log(), [](int) { return true; }, damage)
                  .size(),
              count - 2);
    EXPECT_EQ(damage.size(), 2U);
  }
}

// One with a length that leads astray is looked at, and what is behind it is found.
TEST(UnwantedRecords, AreReadWhereTheirLengthsLeadNowhere) {
  Parts parts = parts_of("atop-2.13");
  const auto at = offset_of(layout_of<kRawrecord>(v2_13), "pcomplen");
  put(parts.records[0], at, std::uint32_t{12345});
  std::vector<Damage> damage;
  EXPECT_EQ(read_wanted(
                parts.log(), [](int) { return true; }, damage),
            without(parts.samples, 0));
  EXPECT_EQ(damage.size(), 1U);
}

TEST(UnwantedRecords, OfDamagedLogsLeaveTheWantedOnes) {
  for (const auto& log : kDamaged) {
    const auto bytes = read_text(log_path(std::string("damaged/") + log.name));
    if (!Reader::open(input_of(bytes), [](const Damage&) {})) continue;
    const auto all = read_all(input_of(bytes)).samples;
    for (const Sample& sample : all) {
      auto reader = Reader::open(input_of(bytes), [](const Damage&) {});
      Sample found;
      ASSERT_TRUE(*reader->next([&](const RecordHeader& header) {
        return header.time == sample.time;
      })) << log.name;
      reader->decode(found);
      EXPECT_EQ(found, sample) << log.name;
    }
    for (const int nth : {2, 3}) {
      std::vector<Damage> damage;
      const auto some = read_wanted(
          bytes, [&](int i) { return i % nth == 0; }, damage);
      for (const Sample& sample : some) {
        EXPECT_NE(std::ranges::find(all, sample), all.end()) << log.name;
      }
    }
  }
}

// Of a pipe whose other end has not yet written what follows. Where it is looked for, the first
// record comes with the second.
TEST(Reader, GivesARecordBeforeTheNextOneIsThere) {
  const Parts parts = parts_of("atop-2.13");
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  Fd writer(ends[1]);
  const std::string bytes = parts.header + parts.records[0];
  ASSERT_EQ(::write(writer.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  auto read = std::async(std::launch::async, [&] {
    auto reader = Reader::open(Input(Fd(ends[0]), "pipe"), no_damage());
    Sample sample;
    return reader && *reader->next(sample) && sample == parts.samples[0];
  });
  EXPECT_EQ(read.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  writer = Fd();
  EXPECT_TRUE(read.get());
}

// ---- bytes meant to harm ----

// The bytes of one record made anew from changed blocks.
class Forgery {
 public:
  explicit Forgery(const std::string& name) : parts_(parts_of(name)) {
    auto reader = Reader::open(input_of(parts_.log()), no_damage());
    Sample sample;
    EXPECT_TRUE(*reader->next(sample) && *reader->next(sample));
    const RawRecord& record = reader->record();
    header = record.header;
    const auto copy = [](auto block) { return std::vector(block.begin(), block.end()); };
    blocks = {copy(record.system), copy(record.tasks), copy(record.cgroups),
              copy(record.cgroup_pids)};
    version_ = reader->version();
  }

  // The log with the forged record in second place. Blocks are packed well, and the header
  // gets the packed lengths.
  std::string log() {
    Compressor compressor;
    std::vector<std::byte> bytes(kRecordHeaderSize);
    const std::array lengths = {&header.system_length, &header.tasks_length, &header.cgroups_length,
                                &header.cgroup_pids_length};
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (i >= 2 && blocks[2].empty()) break;
      compressor.begin(bytes);
      compressor.add(blocks[i]);
      *lengths[i] = static_cast<std::uint32_t>(compressor.finish());
    }
    record_of<kRawrecord>(version_).encode(header, 4096, bytes.data());
    parts_.records[1].assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return parts_.log();
  }

  LogReading read() { return read_all(input_of(log())); }
  std::size_t records() const { return parts_.records.size(); }

  RecordHeader header;
  std::array<std::vector<std::byte>, 4> blocks;

 private:
  Parts parts_;
  Version version_ = kNewestVersion;
};

TEST(HostileLog, WellPackedBlocksOfAnyBytesAreDecoded) {
  for (const std::string name : {"atop-2.3", "atop-2.10", "atop-2.13"}) {
    const Forgery original(name);
    for (const int byte : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      for (const std::size_t block : {0UL, 1UL}) {
        Forgery forgery = original;
        std::ranges::fill(forgery.blocks[block], static_cast<std::byte>(byte));
        EXPECT_EQ(forgery.read().samples.size(), forgery.records()) << name << ' ' << byte;
      }
    }
  }
}

TEST(HostileLog, CgroupChainsThatLeadAstrayAreReported) {
  const std::vector<std::string> members = {"structlen", "sequence", "parentseq", "nprocs",
                                            "namelen"};
  const Layout& layout = layout_of<kCgroupGen>(v2_13);
  const Forgery original("atop-2.13");
  for (const std::string& member : members) {
    for (const std::int32_t value : {-2, -0x7FFFFFFF - 1, 431, 433, 5009, 0x7FFFFFFF}) {
      Forgery forgery = original;
      std::memcpy(&forgery.blocks[2][offset_of(layout, member)], &value, sizeof value);
      const auto reading = forgery.read();
      EXPECT_EQ(reading.samples.size(), 3U) << member << ' ' << value;
      ASSERT_EQ(reading.damage.size(), 1U);
      EXPECT_NE(reading.damage[0].found.find(std::to_string(value)), std::string::npos);
    }
  }
}

TEST(HostileLog, CgroupBlocksThatDoNotFitTheirCountsAreReported) {
  const Forgery original("atop-2.13");
  for (const int cgroups : {0, 1, 10, 12, 65535}) {
    Forgery forgery = original;
    forgery.header.cgroups = static_cast<std::uint16_t>(cgroups);
    EXPECT_EQ(forgery.read().samples.size(), 3U) << cgroups;
  }
  for (const std::uint32_t pids : {0U, 6U, 8U, 0x01000000U, 0x40000001U, 0xFFFFFFFFU}) {
    Forgery forgery = original;
    forgery.header.cgroup_pids = pids;
    EXPECT_EQ(forgery.read().samples.size(), 3U) << pids;
  }
  Forgery forgery = original;
  forgery.blocks[3].resize(32);  // an eighth pid that no cgroup has
  forgery.header.cgroup_pids = 8;
  EXPECT_EQ(forgery.read().samples.size(), 3U);
}

// As atop writes them, and proctaped did: the kernel allows them.
TEST(HostileLog, CgroupsWithTheLongestNamesAreRead) {
  for (const std::size_t length : {256UL, 1000UL, 4095UL}) {
    Forgery forgery("atop-2.13");
    auto cgroups = forgery.read().samples.at(1).cgroups;
    cgroups.back().name.assign(length, 'n');
    forgery.blocks[2].clear();
    for (Cgroup& cgroup : cgroups) {
      cgroup.identity.name_length = static_cast<Count>(cgroup.name.size());
      std::vector<std::byte> entry(cgroup_entry_size(cgroup.name.size()));
      record_of<kCstat>(v2_13).encode(cgroup, 4096, entry.data());
      std::ranges::copy(std::as_bytes(std::span(cgroup.name)), &entry[kCstatSize]);
      forgery.blocks[2].insert(forgery.blocks[2].end(), entry.begin(), entry.end());
    }
    forgery.header.cgroups_original_length = static_cast<std::uint32_t>(forgery.blocks[2].size());
    const LogReading reading = forgery.read();
    EXPECT_TRUE(reading.damage.empty());
    EXPECT_EQ(reading.samples.at(1).cgroups, cgroups);
  }
}

// Kilobytes resident at most so far.
long peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(HostileLog, LengthsThatClaimGigabytesGetNoMemory) {
  const Parts parts = parts_of("atop-2.13");
  const long before = peak_memory();
  for (const char* member : {"scomplen", "pcomplen", "ccomplen", "icomplen", "coriglen", "ncgpids",
                             "ndeviat", "ntask"}) {
    for (const std::uint32_t value : {0xFFFFFFFFU, 0x80000000U, 0x7FFFFFFFU, 0x00100000U, 0U}) {
      Parts claim = parts;
      put(claim.records[1], offset_of(layout_of<kRawrecord>(v2_13), member), value);
      const auto reading = read_all(input_of(claim.log()));
      EXPECT_GE(reading.samples.size(), 3U) << member << ' ' << value;
      EXPECT_GE(reading.damage.size(), 1U) << member << ' ' << value;
    }
  }
#ifdef PROCTAPE_SANITIZED
  constexpr long kMost = 256 * 1024;  // AddressSanitizer keeps what was freed for a while
#else
  constexpr long kMost = 64 * 1024;
#endif
  EXPECT_LT(peak_memory() - before, kMost);
}

TEST(HostileLog, NoFlippedByteOfABlockGivesAnotherSample) {
  const Parts parts = parts_of("atop-2.3-pss");
  const std::string& record = parts.records[1];
  int harmless = 0;
  for (std::size_t i = kRecordHeaderSize; i < record.size(); i += 5) {
    Parts flipped = parts;
    flipped.records[1][i] ^= 0x55;
    const auto reading = read_all(input_of(flipped.log()));
    // Within a run of zeros it does not matter how far back deflate copies from.
    if (reading.damage.empty()) {
      ++harmless;
      EXPECT_EQ(reading.samples, parts.samples) << i;
      continue;
    }
    EXPECT_EQ(reading.samples, without(parts.samples, 1)) << i;
    ASSERT_EQ(reading.damage.size(), 1U) << i;
    EXPECT_EQ(reading.damage[0].skipped, record.size()) << i;
  }
  EXPECT_LE(harmless, 5);
}

TEST(HostileLog, EveryFlippedByteOfTheHeadersIsSurvived) {
  Parts parts = parts_of("atop-2.13");
  parts.records.resize(2);
  const std::string log = parts.log();
  const auto flip = [&](std::size_t begin, std::size_t end, std::size_t step) {
    for (std::size_t i = begin; i < end; i += step) {
      for (const char bits : {'\x01', '\xFF'}) {
        std::string flipped = log;
        flipped[i] = static_cast<char>(flipped[i] ^ bits);
        const auto reading = read_all(input_of(flipped));
        if (reading.error.empty()) {
          EXPECT_GE(reading.samples.size(), 1U) << i;
        }
      }
    }
  };
  flip(0, 48, 1);     // up to the texts
  flip(424, 480, 1);  // and behind
  flip(480, 480 + kRecordHeaderSize, 1);
}

TEST(HostileLog, ManyRandomMutationsAreSurvived) {
  for (const std::string name : {"atop-2.3-pss", "atop-2.13-pss"}) {
    const std::string log = parts_of(name).log();
    std::uint64_t state = 20261121;  // splitmix64
    const auto random = [&](std::size_t below) {
      std::uint64_t z = state += 0x9E3779B97F4A7C15U;
      z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
      z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
      return static_cast<std::size_t>((z ^ (z >> 31U)) % below);
    };
    for (int round = 0; round < 150; ++round) {
      std::string mutated = log;
      for (std::size_t count = random(6) + 1; count > 0; --count) {
        const std::size_t at = kFileHeaderSize + random(mutated.size() - kFileHeaderSize);
        const std::size_t length = std::min(random(300) + 1, mutated.size() - at);
        switch (random(4)) {
          case 0:
            mutated[at] = static_cast<char>(random(256));
            break;
          case 1:
            mutated.erase(at, length);
            break;
          case 2:
            mutated.insert(at, length, static_cast<char>(random(256)));
            break;
          default:
            mutated.insert(kFileHeaderSize + random(mutated.size() - kFileHeaderSize),
                           mutated.substr(at, length));
        }
        if (mutated.size() <= kFileHeaderSize + 1) break;
      }
      const auto reading = read_all(input_of(mutated));
      EXPECT_EQ(reading.error, "");
      EXPECT_LE(reading.samples.size(), 8U);
    }
  }
}

}  // namespace
}  // namespace proctape
