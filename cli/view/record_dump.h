// SPDX-License-Identifier: Apache-2.0
//
// Spells a record out, from its unpacked blocks: as JSON, as lines or as CSV. Decodes
// nothing, and keeps all its memory from record to record.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "cli/view/field_plan.h"
#include "rawlog/file/reader.h"
#include "sample/task.h"

namespace proctape {

class RecordDump {
 public:
  // Of the members that `filter` selects in `version`, and always the record's time.
  RecordDump(Version version, FieldFilter& filter);

  // From now on only these tasks; their number in a path stays what it is in the record.
  void choose_tasks(std::function<bool(const Task&)> is_chosen) {
    is_chosen_ = std::move(is_chosen);
  }

  // More is selected than the record's header has.
  bool needs_blocks() const { return !system_.empty() || !task_.empty() || has_cgroup_values(); }

  // These append to `out` what the record that `reader` is at holds. Now and then, and at the
  // end, `drain` may take out of it what is there: that of many tasks shall not gather.
  using Drain = FunctionRef<void(std::string& out)>;

  // One object on a line: the record header's members, "sstat", "tasks", and "cgroups" where
  // the record has them, with their "cgname", "path" and "pids".
  void append_json(Reader& reader, std::string& out, Drain drain);

  // A line for each value, "tasks[3].gen.pid - 812": path, unit, value.
  void append_lines(Reader& reader, std::string& out, Drain drain);

  // Rows of kCsvHeading; `number` counts the records of the log.
  void append_csv(Reader& reader, Count number, std::string& out, Drain drain);
  static constexpr std::string_view kCsvHeading = "time,record,path,unit,value\n";

 private:
  // A cgroup, as it is there during one visit.
  struct CgroupEntry {
    const std::byte* fixed;
    std::string_view name;
    std::string path;
    std::span<const std::byte> pids;
  };
  template <typename Visit>
  void for_each_task(Reader& reader, const Visit& visit);
  template <typename Visit>
  void for_each_cgroup(const RawRecord& record, Visit visit);
  // Calls row(step, at) for each value, place_ being its path then, and after(), where a value may
  // be the last for a while.
  template <typename Row, typename After>
  void for_each_row(Reader& reader, const Row& row, const After& after);
  void append_json(const CgroupEntry& entry, std::string& out);
  bool has_cgroup_values() const {
    return !cgroup_.empty() || cgroup_names_ || cgroup_paths_ || cgroup_pids_;
  }

  Version version_;
  std::function<bool(const Task&)> is_chosen_;
  FieldPlan header_;
  FieldPlan system_;
  FieldPlan task_;
  FieldPlan cgroup_;
  bool cgroup_names_;
  bool cgroup_paths_;
  bool cgroup_pids_;
  std::vector<CgroupPlace> places_;  // of the cgroups of a record
  std::string place_;                // path of the value that is visited
};

}  // namespace proctape
