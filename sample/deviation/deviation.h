// SPDX-License-Identifier: Apache-2.0
//
// The difference of two snapshots: what the interval between them showed.
//
// Counters are subtracted, gauges taken as they are at the end. An element is compared with
// itself, by identity (sample/identity.h), not with what had its name; one that was away for a
// while goes on from its last known counters (sample/known_elements.h). One that is new counts from
// 0 if it was made after the previous snapshot: its whole counters belong to the interval. If that
// is not known, its history may be older than the interval, which gets nothing of it.
// An element most of whose counters fell began anew and counts from 0; one counter that falls is a
// correction, and 0 (sample/deviation/subtract.h). So are CPU times, which the kernel corrects
// backwards by a tick; those of tasks' sums, which fall when a thread ends, are made from the
// threads that are left. The total of all CPUs is the sum of those that are online
// (sample/deviation/cpu_deviation.h).
//
// With an empty previous snapshot this gives the since-boot sample that begins a run.
#pragma once

#include "sample/deviation/thread_selection.h"
#include "sample/sample.h"
#include "sample/snapshot.h"
#include "sample/task_visitor.h"

namespace proctape {

struct DeviationOptions {
  ThreadSelection threads;     // which are listed
  bool idle_processes = true;  // list processes of which nothing changed, and their threads
};

// Replaces all of `sample`, whose memory is kept. `previous` is empty (taken_at 0) for the
// first sample of a run.
void deviation(const Snapshot& previous, const Snapshot& current, const DeviationOptions& options,
               Sample& sample);

// The same in two steps, without the tasks of all being in memory: first what is no task, with
// `containers` set whether or not a task has one, ...
void deviation_without_tasks(const Snapshot& previous, const Snapshot& current, Sample& sample);
// ... then the tasks, one after another: the live ones, and those that ended.
void visit_tasks(const Snapshot& previous, const Snapshot& current, const DeviationOptions& options,
                 TaskVisitor visit);

// Parts of these.
void system_deviation(const Snapshot& previous, const Snapshot& current, System& difference);
void task_deviation(const Snapshot& previous, const Snapshot& current,
                    const DeviationOptions& options, TaskVisitor visit);
void exit_deviation(const Snapshot& previous, const Snapshot& current, TaskVisitor visit);

// Fills `current.departed`, once its tasks and exits are there: the exit of a process that has
// just ended may be told with the next snapshot only, and must be compared with what was shown of
// it in the one before this. And one that is missing from a reading goes on from there.
void find_departed(const Snapshot& previous, Snapshot& current);
// Fills cgroups, at most kMostCgroups of them, and their pids. A group is the one of before
// if path and id are the same.
void cgroup_deviation(const Snapshot& previous, const Snapshot& current, Sample& sample);

}  // namespace proctape
