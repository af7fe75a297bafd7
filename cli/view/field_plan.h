// SPDX-License-Identifier: Apache-2.0
//
// A record's layout worked out for dumping it again and again: one list of steps with all
// offsets, paths and JSON punctuation ready, so that a value costs a conversion and a copy.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rawlog/layout/record.h"

namespace proctape {

// The members that were asked for: shell patterns, of a member's path without array
// indexes ("sstat.cpu.cpu.utime", "tasks.gen.*"), or of a record's that holds it ("sstat.mem").
class FieldFilter {
 public:
  // No patterns select everything.
  explicit FieldFilter(std::vector<std::string> patterns);

  bool selects(const std::string& path);
  // Selects `path` whatever the patterns say.
  void always(const std::string& path);
  // The patterns that did not select anything so far.
  std::vector<std::string> unused() const;

 private:
  struct Pattern {
    std::string text;
    bool used = false;
  };
  std::vector<Pattern> patterns_;
};

// A value, or an array with the steps of one element behind it.
struct FieldStep {
  Kind kind = Kind::kRecord;  // kRecord: an array of records
  bool text = false;          // a text in `size` bytes
  std::size_t offset = 0;     // in the record, or in the element of the array it lies in
  std::size_t size = 0;       // of an array: from one element to the next
  std::string path;           // behind the path of the record or element: ".cpu.nrcpu"
  std::string_view unit;
  std::string json;  // stands before the value: `,"mem":{"physmem":`

  // Of an array.
  std::size_t body = 0;          // number of steps that follow and are for one element
  std::size_t most = 0;          // elements there is room for
  std::size_t count_offset = 0;  // what says how many are in use; it lies in the same record
  Kind count_kind = Kind::kI32;
  std::string json_end;  // closes each element
};

class FieldPlan {
 public:
  // Of the members of `layout` but the spare ones that `filter` selects, `name` being the
  // record's path ("sstat").
  FieldPlan(const Layout& layout, std::string_view name, FieldFilter& filter);

  // Nothing was selected.
  bool empty() const { return steps_.empty(); }
  std::span<const FieldStep> steps() const { return steps_; }
  // Closes the record in JSON, behind the last step.
  const std::string& json_end() const { return json_end_; }

 private:
  std::vector<FieldStep> steps_;
  std::string json_end_;
};

// "pages", "KiB", "us"; "-" for what has none.
std::string_view unit_text(Unit unit);

template <typename C>
C field_at(const std::byte* at) {
  C value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

inline std::int64_t integer_at(Kind kind, const std::byte* at) {
  switch (kind) {
    case Kind::kChar:
      return field_at<char>(at);
    case Kind::kI16:
      return field_at<std::int16_t>(at);
    case Kind::kI32:
      return field_at<std::int32_t>(at);
    case Kind::kU8:
      return field_at<std::uint8_t>(at);
    case Kind::kU16:
      return field_at<std::uint16_t>(at);
    case Kind::kU32:
      return field_at<std::uint32_t>(at);
    default:
      return field_at<std::int64_t>(at);
  }
}

// How many elements of the array `step` are in use in the record at `record`.
inline std::size_t elements_in_use(const FieldStep& step, const std::byte* record) {
  const std::int64_t stored = integer_at(step.count_kind, record + step.count_offset);
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(stored, 0, static_cast<std::int64_t>(step.most)));
}

inline std::string_view text_at(const FieldStep& step, const std::byte* at) {
  const auto* text = reinterpret_cast<const char*>(at);
  return {text, strnlen(text, step.size)};
}

}  // namespace proctape
