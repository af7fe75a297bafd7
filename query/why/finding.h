// SPDX-License-Identifier: Apache-2.0
//
// What a rule found in a log: what was wrong, by which figures, when, who caused it and who
// suffered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "query/table/table.h"

namespace proctape {

enum class Severity { kCritical, kWarning, kNote };
std::string_view to_string(Severity severity);

// A process, several processes of one program, a container, a user; or what is no process at all
// (the hypervisor).
struct Party {
  std::string name;
  Count pid = 0;            // 0: more than one process, or none
  Count processes = 0;      // how many it stands for
  std::string command;      // command line; of several processes that of the one with most
  std::string container;    //
  std::string cgroup;       // path
  std::string description;  // what it did: "58 % of the CPU time"
};

// A figure behind a finding.
struct Proof {
  std::string member;           // a name of ours (docs/WHY.md)
  double value = 0;             //
  double baseline = kNotKnown;  // the same before; kNotKnown without a baseline
  std::string_view unit;        // "percent", "bytes", "per_second" ...
};

struct Finding {
  std::string_view rule;  // id of the rule
  Severity severity = Severity::kNote;
  double weight = 0;  // order of findings of one severity: the largest first
  std::string_view resource;
  std::string sentence;
  std::vector<Party> culprits;
  std::vector<Party> victims;
  std::vector<Proof> evidence;
  Seconds from, to;
  std::string see;  // arguments of `proctape show`; times and logs are still to be added
};

}  // namespace proctape
