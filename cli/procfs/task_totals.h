// SPDX-License-Identifier: Apache-2.0
//
// A log tells what a task did in each interval, /proc what it did since it began. Adds up the one
// to the other.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>

#include "base/units.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

// For the samples of one host, in their order.
class TaskTotals {
 public:
  void begin(const Sample& sample);
  // `task`, its counters since it began. If no sample so far tells of its beginning they are since
  // the first sample that has it.
  Task whole(const Task& task);
  // Forgets processes that the sample does not have, and their threads.
  void end();

 private:
  // Threads have the numbers of tasks, too: the main thread that of its process.
  struct Key {
    Count pid;
    bool is_process;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<Count>{}(key.pid * 2 + (key.is_process ? 1 : 0));
    }
  };
  // Only the counters of the parts mean anything.
  struct Totals {
    Seconds started;
    Count tgid = 0;
    Count sample = 0;  // the last that had it
    TaskCpu cpu;
    TaskDisk disk;
    TaskMemory memory;
  };

  Totals& totals_of(const TaskIdentity& task);

  std::unordered_map<Key, Totals, Hash> totals_;   // of the last task that had the number
  std::unordered_map<Key, Totals, Hash> earlier_;  // of one that gave it up in this interval
  Count sample_ = 0;
};

}  // namespace proctape
