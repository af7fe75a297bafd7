// SPDX-License-Identifier: Apache-2.0
//
// A small host and what it did in ten seconds, with something in each place that readers
// look at.
#pragma once

#include <string>

#include "sample/host.h"
#include "sample/sample.h"

namespace proctape {

inline Host plausible_host() {
  Host host;
  host.system_name = "Linux";
  host.node_name = "web-17.example.org";
  host.kernel_release = "6.18.44-1-amd64";
  host.kernel_version = "#1 SMP PREEMPT_DYNAMIC";
  host.machine = "x86_64";
  host.domain_name = "(none)";
  host.ticks_per_second = 100;
  host.page_size = 4096;
  host.pid_digits = 7;
  return host;
}

inline Task plausible_process(Count pid, std::string_view name) {
  Task task;
  task.identity.tgid = task.identity.pid = pid;
  task.identity.ppid = 1;
  task.identity.name = name;
  const std::string command_line = "/usr/bin/" + std::string(name) + " --quiet";
  task.identity.command_line.assign(command_line);
  task.identity.state = 'S';
  task.identity.started = Seconds{1'700'000'000};
  task.identity.threads_sleeping = 1;
  task.cpu.user = Ticks{12};
  task.cpu.system = Ticks{3};
  task.cpu.priority = 120;
  task.disk.read = Sectors{16};
  task.memory.virtual_size = kibibytes(20'000);
  task.memory.resident = kibibytes(4'000);
  return task;
}

inline Sample plausible_sample(Seconds time) {
  Sample sample;
  sample.time = time;
  sample.interval = Seconds{10};
  sample.task_io = true;
  sample.accounting = true;

  Cpus& cpus = sample.system.cpus;
  cpus.online = 2;
  cpus.context_switches = 5000;
  cpus.load1 = 0.5F;
  cpus.each.resize(2);
  for (Cpu& cpu : cpus.each) {
    cpu.number = &cpu - cpus.each.data();
    cpu.online = true;
    cpu.times.user = Ticks{100};
    cpu.times.system = Ticks{50};
    cpu.times.idle = Ticks{850};
  }
  cpus.all.times.user = Ticks{200};
  cpus.all.times.system = Ticks{100};
  cpus.all.times.idle = Ticks{1700};

  Memory& memory = sample.system.memory;
  memory.total = kibibytes(8'000'000);
  memory.free = kibibytes(2'000'000);
  memory.cached = kibibytes(3'000'000);
  memory.buffers = kibibytes(100'000);
  memory.swap_total = memory.swap_free = kibibytes(1'000'000);

  Interface interface;
  interface.name = "eth0";
  interface.received = Bytes{123'456};
  interface.packets_received = 200;
  interface.type = Interface::kEthernet;
  interface.speed = 1000;
  sample.system.interfaces.each.push_back(interface);

  Disk disk;
  disk.name = "vda";
  disk.writes = 30;
  disk.sectors_written = Sectors{960};
  disk.busy = Milliseconds{40};
  sample.system.disks.physical.push_back(disk);

  sample.tasks.push_back(plausible_process(1, "init"));
  sample.tasks.push_back(plausible_process(300, "nginx"));
  return sample;
}

}  // namespace proctape
