// SPDX-License-Identifier: Apache-2.0
//
// Spells a record out, from its unpacked blocks: as JSON, as lines or as CSV. Decodes
// nothing, and keeps all its memory from record to record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/field_plan.h"
#include "rawlog/record_scanner.h"

namespace proctape {

class RecordDump {
 public:
  // Of the members that `filter` selects in `version`, and always the record's time.
  RecordDump(Version version, FieldFilter& filter);

  // One object on a line: the record header's members, "sstat", "tasks", and "cgroups" where
  // the record has them, with their "cgname", "path" and "pids".
  void append_json(const RawRecord& record, std::string& out);

  // A line for each value, "tasks[3].gen.pid - 812": path, unit, value.
  void append_lines(const RawRecord& record, std::string& out);

  // Rows of kCsvHeading; `number` counts the records of the log.
  void append_csv(const RawRecord& record, Count number, std::string& out);
  static constexpr std::string_view kCsvHeading = "time,record,path,unit,value\n";

 private:
  // A cgroup, as it is there during one visit.
  struct CgroupEntry {
    const std::byte* fixed;
    std::string_view name;
    std::string_view path;
    std::span<const std::byte> pids;
  };
  template <typename Visit>
  void for_each_cgroup(const RawRecord& record, Visit visit);
  // Calls row(step, at) for each value, place_ being its path then.
  template <typename Row>
  void for_each_row(const RawRecord& record, const Row& row);
  void append_json(const CgroupEntry& entry, std::string& out);
  bool has_cgroup_values() const {
    return !cgroup_.empty() || cgroup_names_ || cgroup_paths_ || cgroup_pids_;
  }

  Version version_;
  FieldPlan header_;
  FieldPlan system_;
  FieldPlan task_;
  FieldPlan cgroup_;
  bool cgroup_names_;
  bool cgroup_paths_;
  bool cgroup_pids_;
  std::vector<std::string> paths_;  // of the cgroups of a record
  std::string place_;               // path of the value that is visited
};

}  // namespace proctape
