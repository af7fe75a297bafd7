// SPDX-License-Identifier: Apache-2.0
//
// The rules of `proctape why`, in one table. docs/WHY.md is made of it: a threshold is a number
// here, and nowhere else.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/why/finding.h"

namespace proctape {

class Evidence;

// In the order of the table.
enum class RuleId {
  kOomKill,
  kMemoryShort,
  kSwapping,
  kCgroupMemory,
  kLeak,
  kCpuSaturated,
  kCpuStolen,
  kCpuQuota,
  kWaitsWhileIdle,
  kCpuHog,
  kForkStorm,
  kDiskSaturated,
  kStuck,
  kRetransmits,
  kPacketsDropped,
  kUdpErrors,
  kNfsRetransmits,
  kRestartLoop,
  kCrashed,
  kZombies,
  kThreads,
  kProcesses,
  kRebooted,
  kGap,
  kChanged,
  kNew,
  kGone,
};
inline constexpr std::size_t kRuleCount = static_cast<std::size_t>(RuleId::kGone) + 1;

struct Rule {
  std::string_view id;
  std::string_view resource;
  std::string_view condition;  // "{0}" stands for the first of `limits`
  std::string_view severity;   // which it has when; with limits, too
  std::string_view reason;
  std::string_view source;
  std::array<double, 6> limits;
  double weight;  // among findings of one severity: what is rare and exact before what is common
  void (*find)(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings);
};

std::span<const Rule> rules();
const Rule& rule_of(RuleId id);
inline double limit(RuleId id, std::size_t index) { return rule_of(id).limits[index]; }

// `text` with the limits in their places.
std::string with_limits(std::string_view text, const Rule& rule);

// Of all rules: the most important first.
std::vector<Finding> findings_of(const Evidence& evidence);

// The rules, each with threshold, reason and source, as docs/WHY.md has them.
std::string rules_as_markdown();

// What a rule does, in the files of its subject.
using FindFunction = void(const Evidence& evidence, const Rule& rule,
                          std::vector<Finding>& findings);
FindFunction find_oom_kills, find_short_memory, find_swapping, find_full_cgroups, find_leaks;
FindFunction find_cpu_saturation, find_stolen_cpu, find_quotas, find_waits_while_idle, find_hogs;
FindFunction find_fork_storms;
FindFunction find_disk_saturation, find_stuck_tasks;
FindFunction find_retransmits, find_drops, find_udp_errors, find_nfs_retransmits;
FindFunction find_restart_loops, find_crashes, find_zombies, find_threads, find_processes;
FindFunction find_reboots, find_gaps, find_changes, find_new_programs, find_gone_programs;

}  // namespace proctape
