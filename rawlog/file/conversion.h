// SPDX-License-Identifier: Apache-2.0
//
// What it takes to write a log's records in another version, beyond what the encoder does: the
// file header goes with them, what versions keep in different places is moved there, and what has
// no place is told by name.
//
//   containers   ids in tasks until 2.9, names in tasks from 2.10 on: either becomes the other
//   cgroups      path and settings in tasks of 2.8 to 2.10, a chain of groups from 2.11 on; a
//                record from 2.11 on always has one, as readers that see no record without a
//                chain want it: where nothing is known, the root with all processes
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rawlog/file/cgroup_forest.h"
#include "rawlog/file/encoder.h"
#include "rawlog/file/reader.h"
#include "rawlog/layout/features.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/lost_members.h"
#include "rawlog/layout/version.h"
#include "sample/effective_limits.h"
#include "sample/sample.h"

namespace proctape {

// The file header of `original` in `version`: all that it tells and `version` has a place
// for is kept. `host` has what was read from it, corrected where it cannot be true.
std::vector<std::byte> converted_file_header(const FileHeader& original, const Host& host,
                                             Version version);

class Conversion {
 public:
  // Of a log like that of `reader`, which is at its beginning.
  Conversion(const Reader& reader, Version to);

  // The record that `reader` is at, in the other version; valid until the next call.
  std::span<const std::byte> convert(Reader& reader);

  // What the records had that has no place in the other version, by the names that dump gives
  // members; empty if nothing.
  std::vector<std::string> left_out() const;

 private:
  // Whether only the original, or only the result has it.
  bool is_lost(Feature feature) const { return feature.in(from_) && !feature.in(to_); }
  bool is_gained(Feature feature) const { return !feature.in(from_) && feature.in(to_); }
  void make_chain(Reader& reader);
  void find_limits();
  void convert_task(Task& task);
  void note_losses(Reader& reader);
  void note_lost_cgroups(const RawRecord& record);

  Version from_;
  Version to_;
  Encoder encoder_;
  Sample sample_;
  CgroupForest forest_;
  std::vector<EffectiveLimits> limits_;  // of the cgroups of sample_, where tasks need them
  std::optional<LostMembers> lost_members_;
  std::set<std::string> other_losses_;
  std::map<std::string_view, LeftOut> no_room_;  // the worst of each kind
};

}  // namespace proctape
