// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer target: whatever bytes are given for a log, the reader ends, reports what it
// leaves out, and what it delivers can be dumped, converted to any version, and read again.
// log_mutator.cc makes the bytes, from the fixture logs on. Run by ./dev fuzz, which keeps
// memory below 512 MB for inputs of at most 64 KiB.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rawlog/file/conversion.h"
#include "rawlog/file/encoder.h"
#include "rawlog/file/reader.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/field_values.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"
#include "tests/fuzz/require.h"
#include "tests/support/layout_words.h"

namespace proctape {
namespace {

Input input_of(std::span<const std::byte> bytes) {
  Fd fd(memfd_create("log", MFD_CLOEXEC));
  require(fd && ::write(fd.get(), bytes.data(), bytes.size()) == std::ssize(bytes) &&
              lseek(fd.get(), 0, SEEK_SET) == 0,
          "bytes can be held in memory");
  return {std::move(fd), "log"};
}

// Touches each value, which must lie within its block.
void dump(const Layout& layout, std::string_view name, std::span<const std::byte> block) {
  for_each_value(layout, name, block, [&](const FieldValue& value) {
    require(value.bytes.data() >= block.data() &&
                value.bytes.data() + value.bytes.size() <= block.data() + block.size(),
            "a dumped value lies within its block");
    to_text(value);
  });
}

void dump(const RawRecord& record, Version version) {
  dump(layout_of<kSstat>(version), "sstat", record.system);
  const Layout& task = layout_of<kTstat>(version);
  if (!record.tasks.empty()) dump(task, "tstat", record.tasks.first(task.size));
  if (!record.cgroups.empty()) dump(layout_of<kCstat>(version), "cstat", record.cgroups);
}

std::vector<std::byte> log_of(Encoder& encoder, const Sample& sample) {
  const auto header = encoder.file_header();
  const auto record = encoder.encode(sample);
  std::vector<std::byte> log(header.begin(), header.end());
  log.insert(log.end(), record.begin(), record.end());
  return log;
}

using Values = std::vector<std::pair<std::string, std::string>>;  // path, value

Values values_of(std::span<const std::byte> log) {
  Values values;
  const auto add = [&](const Layout& layout, std::string_view name,
                       std::span<const std::byte> block) {
    for_each_value(layout, name, block, [&](const FieldValue& value) {
      values.emplace_back(value.path, to_text(value));
    });
  };
  auto reader = Reader::open(input_of(log), [](const Damage&) {});
  const Version version = reader->version();
  add(layout_of<kRawheader>(version), "rawheader", log);
  Sample sample;
  if (!*reader->next(sample)) return values;
  const RawRecord& record = reader->record();
  add(layout_of<kSstat>(version), "sstat", record.system);
  const Layout& task = layout_of<kTstat>(version);
  for (auto rest = record.tasks; !rest.empty(); rest = rest.subspan(task.size)) {
    add(task, "tstat", rest);
  }
  add(layout_of<kRawrecord>(version), "rawrecord", log.subspan(kFileHeaderSize));
  return values;
}

// Tells the first value in which two logs differ, and ends.
void require_equal(std::span<const std::byte> log, std::span<const std::byte> again) {
  if (std::ranges::equal(log, again)) return;
  const Values before = values_of(log);
  const Values after = values_of(again);
  const auto [b, a] = std::ranges::mismatch(before, after);
  if (b != before.end() && a != after.end()) {
    std::fprintf(stderr, "%s %s, written again %s %s\n", b->first.c_str(), b->second.c_str(),
                 a->first.c_str(), a->second.c_str());
  }
  require(false, "what was written decodes to the same");
}

// What was decoded is a sample like any other: what is written of it is a whole record,
// which decodes to the same.
void convert(const Sample& sample, const Host& host, Version version) {
  Encoder encoder(version, host);
  const auto log = log_of(encoder, sample);
  auto reader = Reader::open(input_of(log), [](const Damage& damage) {
    require(damage.skipped == 0, to_string(damage).c_str());
  });
  require(static_cast<bool>(reader), "a converted log has a good header");
  Sample again;
  const auto found = reader->next(again);
  require(static_cast<bool>(found) && *found, "a converted log has its record");
  Encoder second(version, reader->host());
  require_equal(log, log_of(second, again));
}

// What `proctape convert` makes of the record that `reader` is at has nothing wrong.
void convert(Reader& reader, Version to) {
  Host host = reader.host();
  host.cgroup_v2 = host.cgroup_v2 || to >= v2_11;
  auto log = converted_file_header(reader.header(), host, to);
  Conversion conversion(reader, to);
  const auto record = conversion.convert(reader);
  conversion.left_out();
  log.insert(log.end(), record.begin(), record.end());
  auto again = Reader::open(
      input_of(log), [](const Damage& damage) { require(false, to_string(damage).c_str()); });
  require(again && *again->next(), "a converted log has its record");
}

void read(std::span<const std::byte> log) {
  std::uint64_t accounted = kFileHeaderSize;
  auto reader = Reader::open(input_of(log), [&](const Damage& damage) {
    require(!damage.expected.empty() && !damage.found.empty(), "a report says what is wrong");
    accounted += damage.skipped;
  });
  if (!reader) return;

  Sample sample;
  for (std::size_t count = 0;; ++count) {
    const auto found = reader->next(sample);
    require(static_cast<bool>(found), "memory can always be read");
    if (!*found) break;
    const RawRecord& record = reader->record();
    require(record.offset == accounted, "a record begins where all before it was told of");
    accounted += record.size;
    dump(record, reader->version());
    const Version to = kVersions.at(log.size() % kVersions.size());
    if (count == 0) convert(sample, reader->host(), to);
    if (count == 0) convert(*reader, to);
  }
  require(accounted == reader->offset(), "each byte is delivered or told of");
  require(!reader->packing().empty() || accounted == log.size(), "all is read");
}

}  // namespace
}  // namespace proctape

// Freed memory waits here before it is used again; it counts for the limit.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=32"; }

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  proctape::read(std::as_bytes(std::span(data, size)));
  return 0;
}
