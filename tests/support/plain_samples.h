// SPDX-License-Identifier: Apache-2.0
//
// Samples of a host that does little, for tests that add to them.
#pragma once

#include "sample/host.h"
#include "sample/sample.h"

namespace proctape {

// Of two CPUs, a quarter of which was busy, and of 1000 KiB, 400 of them available.
inline Sample plain_sample(Count time, Count interval = 10) {
  Sample sample;
  sample.time = {time};
  sample.interval = {interval};
  sample.task_io = true;
  sample.system.cpus.online = 2;
  sample.system.cpus.all.times.user = {500};
  sample.system.cpus.all.times.idle = {1500};
  sample.system.memory.total = kibibytes(1000);
  sample.system.memory.available = kibibytes(400);
  return sample;
}

inline Task plain_process(Count pid, Count started, Count ticks) {
  Task task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.started = {started};
  task.identity.name = "busy";
  task.identity.command_line = "/bin/busy";
  task.identity.state = 'R';
  task.cpu.user = {ticks};
  task.memory.resident = kibibytes(100);
  return task;
}

// Gives a sample with its tasks to who takes them (a Topic, TaskGroups ...).
template <typename Taker>
void give(const Sample& sample, Taker& taker) {
  taker.begin(Host{}, sample);
  for (const Task& task : sample.tasks) taker.take(task);
  taker.end();
}

}  // namespace proctape
