// SPDX-License-Identifier: Apache-2.0
#include "cli/view/record_dump.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text/text.h"
#include "base/text/visible_text.h"
#include "cli/output/json_text.h"
#include "cli/view/csv_text.h"
#include "rawlog/file/cgroup_chain.h"
#include "rawlog/file/record_check.h"
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

template <typename Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits;
  out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr);
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Every value but texts, the same in all formats but for single characters and what is no
// number.
void append_plain(std::string& out, const FieldStep& step, const std::byte* at) {
  switch (step.kind) {
    case Kind::kI32:
      return append_number(out, field_at<std::int32_t>(at));
    case Kind::kI64:
      return append_number(out, field_at<std::int64_t>(at));
    case Kind::kU64:
      return append_number(out, field_at<std::uint64_t>(at));
    case Kind::kF32:
      // The fewest digits that give the float back.
      return append_number(out, field_at<float>(at));
    default:
      return append_number(out, integer_at(step.kind, at));
  }
}

void append_json_value(std::string& out, const FieldStep& step, const std::byte* at) {
  if (step.text) {
    append_json_string(out, text_at(step, at));
  } else if (step.kind == Kind::kChar && is_letter(field_at<char>(at))) {
    out += '"';
    out += field_at<char>(at);
    out += '"';
  } else if (step.kind == Kind::kF32 && !std::isfinite(field_at<float>(at))) {
    out += "null";
  } else {
    append_plain(out, step, at);
  }
}

void append_json_steps(std::string& out, std::span<const FieldStep> steps,
                       const std::byte* record) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const FieldStep& step = steps[i];
    out += step.json;
    const std::byte* at = record + step.offset;
    if (step.kind != Kind::kRecord) {
      append_json_value(out, step, at);
      continue;
    }
    out += '[';
    const std::size_t count = elements_in_use(step, record);
    for (std::size_t e = 0; e < count; ++e) {
      if (e > 0) out += ',';
      append_json_steps(out, steps.subspan(i + 1, step.body), at + e * step.size);
      out += step.json_end;
    }
    out += ']';
    i += step.body;
  }
}

void append_json(std::string& out, const FieldPlan& plan, const std::byte* record) {
  append_json_steps(out, plan.steps(), record);
  out += plan.json_end();
}

// Values for people and for rows.
void append_text_value(std::string& out, const FieldStep& step, const std::byte* at) {
  if (step.text) {
    out += text_at(step, at);
  } else if (step.kind == Kind::kChar && is_letter(field_at<char>(at))) {
    out += field_at<char>(at);
  } else {
    append_plain(out, step, at);
  }
}

// Calls row(step, at) for each value, `place` being its path then.
template <typename Row>
void for_each_value(std::span<const FieldStep> steps, const std::byte* record, std::string& place,
                    const Row& row) {
  const std::size_t length = place.size();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const FieldStep& step = steps[i];
    place += step.path;
    if (step.kind != Kind::kRecord) {
      row(step, record + step.offset);
    } else {
      const std::size_t array_length = place.size();
      const std::size_t count = elements_in_use(step, record);
      for (std::size_t e = 0; e < count; ++e) {
        place += '[';
        append_number(place, e);
        place += ']';
        for_each_value(steps.subspan(i + 1, step.body), record + step.offset + e * step.size, place,
                       row);
        place.resize(array_length);
      }
      i += step.body;
    }
    place.resize(length);
  }
}

// A name or other text that no member describes.
FieldStep text_step(std::string_view text, const char* path) {
  return {.kind = Kind::kChar,
          .text = true,
          .size = text.size(),
          .path = path,
          .unit = unit_text(Unit::kText)};
}

const std::byte* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::byte*>(text.data());
}

// Calls visit(entry) for each task of the record that `reader` is at.
FieldFilter& with_time(FieldFilter& filter) {
  filter.always("record.curtime");
  return filter;
}

}  // namespace

RecordDump::RecordDump(Version version, FieldFilter& filter)
    : version_(version),
      header_(layout_of<kRawrecord>(version), "record", with_time(filter)),
      system_(layout_of<kSstat>(version), "sstat", filter),
      task_(layout_of<kTstat>(version), "tasks", filter),
      cgroup_(layout_of<kCstat>(version), "cgroups", filter),
      cgroup_names_(filter.selects("cgroups.cgname")),
      cgroup_paths_(filter.selects("cgroups.path")),
      cgroup_pids_(filter.selects("cgroups.pids")) {}

template <typename Visit>
void RecordDump::for_each_cgroup(const RawRecord& record, Visit visit) {
  if (!has_cgroups(record.header, version_)) return;
  // The scanner has checked the chain.
  auto entries = record.cgroups;
  auto pids = record.cgroup_pids;
  places_.clear();
  for (std::size_t i = 0; i < record.header.cgroups; ++i) {
    CgroupIdentity identity;
    record_of<kCgroupGen>(version_).decode(entries.data(), 0, identity);
    const auto name_length = static_cast<std::size_t>(identity.name_length);
    const std::size_t pids_length =
        static_cast<std::size_t>(identity.processes) * sizeof(std::int32_t);
    const std::string_view name(reinterpret_cast<const char*>(entries.data()) + kCstatSize,
                                name_length);
    places_.push_back({identity.parent, name});
    const std::string path = cgroup_path(i, [&](std::size_t of) { return places_[of]; });
    visit(i, CgroupEntry{entries.data(), name, path, pids.first(pids_length)});
    entries = entries.subspan(cgroup_entry_size(name_length));
    pids = pids.subspan(pids_length);
  }
}

// Calls visit(number, bytes) for each that is chosen.
template <typename Visit>
void RecordDump::for_each_task(Reader& reader, const Visit& visit) {
  std::size_t number = 0;
  if (is_chosen_) {
    reader.visit_tasks([&](const Task& task, const std::byte* stored) {
      if (is_chosen_(task)) visit(number, stored);
      ++number;
    });
    return;
  }
  const std::size_t size = layout_of<kTstat>(reader.version()).size;
  reader.visit_task_block([&](std::span<const std::byte> block) {
    for (std::size_t at = 0; at < block.size(); at += size) visit(number++, &block[at]);
  });
}

void RecordDump::append_json(Reader& reader, std::string& out, Drain drain) {
  const RawRecord& record = reader.record();
  append_json_steps(out, header_.steps(), record.stored.data());
  if (!system_.empty()) {
    out += ",\"sstat\":";
    proctape::append_json(out, system_, record.system.data());
  }
  if (!task_.empty()) {
    out += ",\"tasks\":[";
    bool first = true;
    for_each_task(reader, [&](std::size_t, const std::byte* task) {
      if (!std::exchange(first, false)) out += ',';
      proctape::append_json(out, task_, task);
      drain(out);
    });
    out += ']';
  }
  if (has_cgroups(record.header, version_) && has_cgroup_values()) {
    out += ",\"cgroups\":[";
    for_each_cgroup(record, [&](std::size_t i, const CgroupEntry& entry) {
      if (i > 0) out += ',';
      append_json(entry, out);
      drain(out);
    });
    out += ']';
  }
  out += header_.json_end();
  out += '\n';
  drain(out);
}

void RecordDump::append_json(const CgroupEntry& entry, std::string& out) {
  append_json_steps(out, cgroup_.steps(), entry.fixed);
  out += cgroup_.empty() ? "{" : cgroup_.json_end();
  if (!cgroup_.empty()) out.back() = ',';  // instead of the brace that closes it
  if (cgroup_names_) {
    out += "\"cgname\":";
    append_json_string(out, entry.name);
    out += ',';
  }
  if (cgroup_paths_) {
    out += "\"path\":";
    append_json_string(out, entry.path);
    out += ',';
  }
  if (cgroup_pids_) {
    out += "\"pids\":[";
    for (std::size_t at = 0; at < entry.pids.size(); at += sizeof(std::int32_t)) {
      if (at > 0) out += ',';
      append_number(out, field_at<std::int32_t>(&entry.pids[at]));
    }
    out += "],";
  }
  out.back() = '}';  // instead of the last comma
}

template <typename Row, typename After>
void RecordDump::for_each_row(Reader& reader, const Row& row, const After& after) {
  const RawRecord& record = reader.record();
  place_ = "record";
  for_each_value(header_.steps(), record.stored.data(), place_, row);
  place_ = "sstat";
  for_each_value(system_.steps(), record.system.data(), place_, row);
  after();

  const auto numbered = [&](const char* what, std::size_t number) {
    place_ = what;
    append_number(place_, number);
    place_ += ']';
  };
  if (!task_.empty()) {
    for_each_task(reader, [&](std::size_t number, const std::byte* task) {
      numbered("tasks[", number);
      for_each_value(task_.steps(), task, place_, row);
      after();
    });
  }
  if (!has_cgroup_values()) return;
  for_each_cgroup(record, [&](std::size_t i, const CgroupEntry& entry) {
    numbered("cgroups[", i);
    for_each_value(cgroup_.steps(), entry.fixed, place_, row);
    const auto text = [&](bool selected, const char* name, std::string_view value) {
      const FieldStep step = text_step(value, name);
      if (selected) for_each_value(std::span(&step, 1), bytes_of(value), place_, row);
    };
    text(cgroup_names_, ".cgname", entry.name);
    text(cgroup_paths_, ".path", entry.path);
    for (std::size_t n = 0; cgroup_pids_ && n * sizeof(std::int32_t) < entry.pids.size(); ++n) {
      numbered("cgroups[", i);
      place_ += ".pids[";
      append_number(place_, n);
      place_ += ']';
      const FieldStep step{.kind = Kind::kI32, .unit = unit_text(Unit::kNone)};
      row(step, &entry.pids[n * sizeof(std::int32_t)]);
      after();
    }
    after();
  });
}

void RecordDump::append_lines(Reader& reader, std::string& out, Drain drain) {
  const auto row = [&](const FieldStep& step, const std::byte* at) {
    out += place_;
    out += ' ';
    out += step.unit;
    out += ' ';
    if (step.text) {
      out += visible(text_at(step, at));
    } else {
      append_text_value(out, step, at);
    }
    out += '\n';
  };
  for_each_row(reader, row, [&] { drain(out); });
}

void RecordDump::append_csv(Reader& reader, Count number, std::string& out, Drain drain) {
  std::string begin;
  append_number(begin, reader.record().header.time.value);
  begin += ',';
  append_number(begin, number);
  begin += ',';
  const auto row = [&](const FieldStep& step, const std::byte* at) {
    out += begin;
    out += place_;
    out += ',';
    out += step.unit;
    out += ',';
    if (step.text) {
      append_csv_text(out, text_at(step, at));
    } else {
      append_text_value(out, step, at);
    }
    out += '\n';
  };
  for_each_row(reader, row, [&] { drain(out); });
}

}  // namespace proctape
