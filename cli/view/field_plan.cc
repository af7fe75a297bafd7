// SPDX-License-Identifier: Apache-2.0
#include "cli/view/field_plan.h"

#include <fnmatch.h>

#include <cassert>
#include <utility>

#include "rawlog/layout/field_values.h"

namespace proctape {
namespace {

class Builder {
 public:
  Builder(FieldFilter& filter, std::vector<FieldStep>& steps) : filter_(filter), steps_(steps) {}

  // Adds the steps of an element or a whole record, whose offsets begin at 0, and returns
  // what closes it.
  std::string element(const Layout& layout, const std::string& path) {
    const std::string outer_json = std::exchange(json_, {});
    const std::size_t outer_length = std::exchange(base_length_, path.size());
    record(layout, path, 0);
    base_length_ = outer_length;
    return std::exchange(json_, outer_json);
  }

 private:
  // `offset` is that of the record in the element.
  void record(const Layout& layout, const std::string& path, std::size_t offset) {
    json_ += '{';
    bool first = true;
    for (const Layout::Member& member : layout.members) {
      if (member.spare) continue;
      const std::string member_path = path + '.' + std::string(member.name);
      const std::size_t steps_before = steps_.size();
      const std::string json_before = json_;
      if (!first) json_ += ',';
      json_ += '"' + std::string(member.name) + "\":";
      add(layout, member, member_path, offset);
      if (steps_.size() == steps_before) {
        json_ = json_before;  // a record of which nothing is selected
      } else {
        first = false;
      }
    }
    json_ += '}';
  }

  void add(const Layout& layout, const Layout::Member& member, const std::string& path,
           std::size_t offset) {
    const bool text = member.kind == Kind::kChar && member.is_array;
    if (member.nested && !member.is_array) {
      record(*member.nested, path, offset + member.offset);
    } else if (member.nested) {
      array(layout, member, path, offset);
    } else if (filter_.selects(path)) {
      // Arrays of numbers are all spare.
      assert(text || !member.is_array);
      steps_.push_back({.kind = member.kind,
                        .text = text,
                        .offset = offset + member.offset,
                        .size = member.element_size * member.count,
                        .path = path.substr(base_length_),
                        .unit = unit_text(member.unit),
                        .json = std::exchange(json_, {})});
    }
  }

  void array(const Layout& layout, const Layout::Member& member, const std::string& path,
             std::size_t offset) {
    const std::size_t place = steps_.size();
    steps_.push_back({.kind = Kind::kRecord,
                      .offset = offset + member.offset,
                      .size = member.element_size,
                      .path = path.substr(base_length_),
                      .most = member.count});
    std::string end = element(*member.nested, path);
    FieldStep& step = steps_[place];
    step.body = steps_.size() - place - 1;
    if (step.body == 0) {
      steps_.pop_back();
      return;
    }
    const Layout::Member* count = count_member(layout, member);
    assert(count);
    step.count_offset = offset + count->offset;
    step.count_kind = count->kind;
    step.json_end = std::move(end);
    step.json = std::exchange(json_, {});
  }

  FieldFilter& filter_;
  std::vector<FieldStep>& steps_;
  std::string json_;             // not yet in a step
  std::size_t base_length_ = 0;  // of the path of the element
};

}  // namespace

FieldFilter::FieldFilter(std::vector<std::string> patterns) {
  for (std::string& pattern : patterns) patterns_.push_back({std::move(pattern)});
}

bool FieldFilter::selects(const std::string& path) {
  bool selected = patterns_.empty();
  for (Pattern& pattern : patterns_) {
    // The path itself, and those of all records that the member lies in.
    for (std::size_t end = path.size(); end != path.npos && end > 0;
         end = path.rfind('.', end - 1)) {
      if (fnmatch(pattern.text.c_str(), path.substr(0, end).c_str(), 0) != 0) continue;
      pattern.used = selected = true;
      break;
    }
  }
  return selected;
}

void FieldFilter::always(const std::string& path) {
  if (!patterns_.empty()) patterns_.push_back({path, true});
}

std::vector<std::string> FieldFilter::unused() const {
  std::vector<std::string> unused;
  for (const Pattern& pattern : patterns_) {
    if (!pattern.used) unused.push_back(pattern.text);
  }
  return unused;
}

FieldPlan::FieldPlan(const Layout& layout, std::string_view name, FieldFilter& filter) {
  json_end_ = Builder(filter, steps_).element(layout, std::string(name));
}

std::string_view unit_text(Unit unit) {
  switch (unit) {
    case Unit::kNone:
      return "-";
    case Unit::kText:
      return "text";
    case Unit::kPages:
      return "pages";
    case Unit::kBytes:
      return "bytes";
    case Unit::kKibibytes:
      return "KiB";
    case Unit::kTicks:
      return "ticks";
    case Unit::kSectors:
      return "sectors";
    case Unit::kSeconds:
      return "s";
    case Unit::kMilliseconds:
      return "ms";
    case Unit::kMicroseconds:
      return "us";
    case Unit::kNanoseconds:
      return "ns";
  }
  return "-";
}

}  // namespace proctape
