// SPDX-License-Identifier: Apache-2.0
//
// Which members of the records of one version have no place in those of another, and which of
// those had anything to say. Members may have other names there, or be made by other rules: what
// is written in the other version and back again, and is not the same then, has no place.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rawlog/layout/record.h"
#include "rawlog/layout/version.h"

namespace proctape {

class LostMembers {
 public:
  // Of sstat and tstat.
  LostMembers(Version from, Version to);

  // Looks for them in a system block, and in entries of a task block, of version `from`.
  void look_at_system(std::span<const std::byte> block);
  void look_at_tasks(std::span<const std::byte> entries);

  // Those that were found to say something, by their paths without indexes: "sstat.psi.cpusome".
  const std::set<std::string, std::less<>>& found() const { return found_; }

 private:
  struct Candidate {
    std::string path;
    std::size_t kept = 0;  // so many bytes of a text have a place
  };
  // In an entry of the task block.
  struct TaskMember {
    Candidate candidate;
    Kind kind;
    bool text;
    std::size_t offset;
    std::size_t size;
  };

  Version from_;
  std::vector<Candidate> system_;  // those that were not found yet
  std::vector<TaskMember> tasks_;
  std::size_t gpu_state_ = 0;  // where it lies in an entry; its size where there is none
  std::set<std::string, std::less<>> found_;
};

// Whether a value is more than 0, unknown (-1), undefined (-2) or no text.
bool says_something(Kind kind, std::span<const std::byte> bytes);

// "sstat.dsk.dsk.name" of "sstat.dsk.dsk[3].name".
std::string without_indexes(std::string_view path);

}  // namespace proctape
