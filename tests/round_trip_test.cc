// SPDX-License-Identifier: Apache-2.0
//
// What is read from a log and written again is what was there: every member but the spare
// ones of every record of the logs that each release recorded.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "rawlog/file/encoder.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/field_values.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "tests/support/layout_words.h"
#include "tests/support/logs.h"

namespace proctape {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;  // path, bytes

// Texts up to their terminator; behind it lies anything.
Values values(const Layout& layout, const std::string& name, std::span<const std::byte> block) {
  Values list;
  for_each_value(layout, name, block, [&](const FieldValue& value) {
    const auto* text = std::get_if<std::string_view>(&value.value);
    const auto* bytes = reinterpret_cast<const char*>(value.bytes.data());
    list.emplace_back(value.path, text ? *text : std::string_view(bytes, value.bytes.size()));
  });
  return list;
}

void expect_equal(const Values& ours, const Values& theirs, const std::string& where) {
  ASSERT_EQ(ours.size(), theirs.size()) << where;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i], theirs[i]) << where << ": " << theirs[i].first;
  }
}

template <const auto& Table, typename Source>
std::vector<std::byte> encoded(const Source& source, const Reader& reader) {
  const auto& record = record_of<Table>(reader.version());
  std::vector<std::byte> block(record.size());
  record.encode(source, reader.host().page_size, block.data());
  return block;
}

template <const auto& Table, typename Source>
void expect_round_trip(const Source& source, std::span<const std::byte> original,
                       const Reader& reader, const std::string& name) {
  const Layout& layout = layout_of<Table>(reader.version());
  expect_equal(values(layout, name, encoded<Table>(source, reader)), values(layout, name, original),
               name);
}

// atop leaves these undefined, the reader works them out.
void drop_undefined(const Task& task, Values& list) {
  std::erase_if(list, [&](const auto& value) {
    return value.first == "tstat.gen.cgroupix" ||
           (task.gpu->state == 0 && value.first.starts_with("tstat.gpu."));
  });
}

void expect_tasks_round_trip(const Sample& sample, const Reader& reader) {
  const Layout& layout = layout_of<kTstat>(reader.version());
  ASSERT_EQ(reader.record().tasks.size(), sample.tasks.size() * layout.size);
  for (std::size_t i = 0; i < sample.tasks.size(); ++i) {
    const Task& task = sample.tasks[i];
    auto ours = values(layout, "tstat", encoded<kTstat>(task, reader));
    auto theirs =
        values(layout, "tstat", reader.record().tasks.subspan(i * layout.size, layout.size));
    drop_undefined(task, ours);
    drop_undefined(task, theirs);
    expect_equal(ours, theirs, "task " + std::to_string(i));
  }
}

void expect_cgroups_round_trip(const Sample& sample, const Reader& reader) {
  auto block = reader.record().cgroups;
  for (const Cgroup& cgroup : sample.cgroups) {
    const std::size_t length = cgroup_entry_size(cgroup.name.size());
    ASSERT_GE(block.size(), length);
    expect_round_trip<kCstat>(cgroup, block.first(kCstatSize), reader, "cstat");
    const auto* name = reinterpret_cast<const char*>(block.data()) + kCstatSize;
    EXPECT_EQ(std::string_view(name, length - kCstatSize),
              cgroup.name + std::string(length - kCstatSize - cgroup.name.size(), '\0'));
    block = block.subspan(length);
  }
  EXPECT_TRUE(block.empty());
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(sample.cgroup_pids)),
                                 reader.record().cgroup_pids));
}

class LogOf : public testing::TestWithParam<std::string> {};

TEST_P(LogOf, EveryMemberIsTheSameAfterDecodingAndEncoding) {
  const std::string bytes = read_text(log_path(GetParam()));
  auto reader = Reader::open(log_path(GetParam()), no_damage());
  ASSERT_TRUE(reader) << reader.error().message;
  expect_round_trip<kRawheader>(reader->header(),
                                std::as_bytes(std::span(bytes)).first(kFileHeaderSize), *reader,
                                "rawheader");
  int records = 0;
  Sample sample;
  for (;; ++records) {
    const auto more = reader->next(sample);
    ASSERT_TRUE(more) << more.error().message;
    if (!*more) break;
    const RawRecord& record = reader->record();
    expect_round_trip<kRawrecord>(record.header, record.stored.first(kRecordHeaderSize), *reader,
                                  "rawrecord");
    expect_round_trip<kSstat>(sample.system, record.system, *reader, "sstat");
    expect_tasks_round_trip(sample, *reader);
    expect_cgroups_round_trip(sample, *reader);
  }
  EXPECT_GE(records, 2);
  EXPECT_EQ(reader->offset(), bytes.size());
}

TEST_P(LogOf, ItsSamplesAreTheSameWhenTheyAreWrittenAndReadAgain) {
  auto reader = Reader::open(log_path(GetParam()), no_damage());
  ASSERT_TRUE(reader);
  Encoder encoder(reader->version(), reader->host());
  const auto header = encoder.file_header();
  std::string log(reinterpret_cast<const char*>(header.data()), header.size());
  std::vector<Sample> samples;
  Sample sample;
  while (*reader->next(sample)) {
    const auto record = encoder.encode(sample);
    log.append(reinterpret_cast<const char*>(record.data()), record.size());
    samples.push_back(sample);
  }
  const LogReading again = read_all(input_of(log));
  EXPECT_EQ(again.error, "");
  EXPECT_TRUE(again.damage.empty());
  EXPECT_EQ(again.samples, samples);
}

// The encoder works the header's counts out from the tasks; atop counted them itself.
TEST_P(LogOf, TheCountsInItsRecordHeadersAreThoseTheEncoderMakes) {
  auto reader = Reader::open(log_path(GetParam()), no_damage());
  ASSERT_TRUE(reader);
  Encoder encoder(reader->version(), reader->host());
  const Layout& layout = layout_of<kRawrecord>(reader->version());
  Sample sample;
  while (*reader->next(sample)) {
    auto ours = values(layout, "rawrecord", encoder.encode(sample).first(kRecordHeaderSize));
    auto theirs = values(layout, "rawrecord", reader->record().stored.first(kRecordHeaderSize));
    for (auto* list : {&ours, &theirs}) {
      std::erase_if(*list, [](const auto& value) { return value.first.ends_with("complen"); });
    }
    expect_equal(ours, theirs, "record header");
  }
}

INSTANTIATE_TEST_SUITE_P(, LogOf, testing::ValuesIn(log_names()), test_name);

TEST(FieldValues, EveryArrayOfRecordsHasACountBesideIt) {
  const std::function<void(const Layout&)> look = [&](const Layout& layout) {
    for (const Layout::Member& member : layout.members) {
      if (!member.nested) continue;
      if (member.is_array) {
        EXPECT_TRUE(count_member(layout, member)) << member.name;
      }
      look(*member.nested);
    }
  };
  for (const Version version : kVersions) {
    look(layout_of<kSstat>(version));
    look(layout_of<kTstat>(version));
    look(layout_of<kCstat>(version));
  }
}

TEST(FieldValues, AreWhatTheRecordHolds) {
  auto reader = Reader::open(log_path("atop-2.13"), no_damage());
  ASSERT_TRUE(reader);
  Sample sample;
  ASSERT_TRUE(*reader->next(sample));
  std::map<std::string, std::string> texts;
  const auto collect = [&](const FieldValue& value) {
    EXPECT_TRUE(texts.emplace(value.path, to_text(value)).second) << value.path;
  };
  for_each_value(layout_of<kSstat>(v2_13), "sstat", reader->record().system, collect);
  for_each_value(layout_of<kTstat>(v2_13), "tstat", reader->record().tasks, collect);

  // As in atop-2.13.P.txt.
  EXPECT_EQ(texts["sstat.cpu.nrcpu"], "2");
  EXPECT_EQ(texts["sstat.cpu.cpu[1].utime"], "56791");
  EXPECT_FALSE(texts.contains("sstat.cpu.cpu[2].utime")) << "not in use";
  EXPECT_EQ(texts["sstat.cpu.lavg1"], "1.72");
  EXPECT_EQ(texts["sstat.mem.physmem"], "6171023");
  EXPECT_EQ(texts["sstat.dsk.dsk[0].name"], "vda");
  EXPECT_EQ(texts["sstat.intf.intf[3].name"], "eth0");
  EXPECT_EQ(texts["tstat.gen.name"], "inner.sh");
  EXPECT_EQ(texts["tstat.gen.state"], "S");
  EXPECT_EQ(texts["tstat.gen.isproc"], "1");
  EXPECT_FALSE(texts.contains("tstat.net.avail1")) << "spare";
}

}  // namespace
}  // namespace proctape
