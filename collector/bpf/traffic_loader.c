// SPDX-License-Identifier: Apache-2.0
#include "collector/bpf/traffic_loader.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "traffic.lskel.h"
#include "traffic_calls.lskel.h"

const bool kTrafficProgramBuilt = true;

static int load_tracepoints(struct TrafficProgram *program) {
  struct traffic_bpf *skeleton = traffic_bpf__open();
  if (!skeleton) return -ENOMEM;
  int error = traffic_bpf__load(skeleton);
  if (!error) error = traffic_bpf__attach(skeleton);
  if (error) {
    traffic_bpf__destroy(skeleton);
    return error;
  }
  program->by_tracepoints = skeleton;
  program->iterator = skeleton->links.tell_traffic_fd;
  program->ended = skeleton->maps.ended.map_fd;
  program->stray = skeleton->maps.stray.map_fd;
  program->state = &skeleton->bss->state;
  return 0;
}

static int load_calls(struct TrafficProgram *program) {
  struct traffic_calls_bpf *skeleton = traffic_calls_bpf__open();
  if (!skeleton) return -ENOMEM;
  int error = traffic_calls_bpf__load(skeleton);
  if (!error) error = traffic_calls_bpf__attach(skeleton);
  if (error) {
    traffic_calls_bpf__destroy(skeleton);
    return error;
  }
  program->by_calls = skeleton;
  program->iterator = skeleton->links.tell_traffic_fd;
  program->ended = skeleton->maps.ended.map_fd;
  program->stray = skeleton->maps.stray.map_fd;
  program->state = &skeleton->bss->state;
  return 0;
}

// Whether the functions have the arguments that traffic_calls.bpf.c expects, which nothing else
// tells.
static bool has_known_calls(void) {
  struct utsname name;
  unsigned major = 0;
  unsigned minor = 0;
  if (uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2) return false;
  return (major == 5 && minor >= 19) || (major == 6 && minor <= 2);
}

int traffic_program_load(struct TrafficProgram *program) {
  memset(program, 0, sizeof *program);
  return has_known_calls() ? load_calls(program) : load_tracepoints(program);
}

void traffic_program_unload(struct TrafficProgram *program) {
  traffic_bpf__destroy(program->by_tracepoints);
  traffic_calls_bpf__destroy(program->by_calls);
  memset(program, 0, sizeof *program);
}

bool traffic_program_take_stirred(const struct TrafficProgram *program) {
  return __atomic_exchange_n(&program->state->stirred, 0, __ATOMIC_RELAXED) != 0;
}

int traffic_program_run(const struct TrafficProgram *program) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.iter_create.link_fd = (__u32)program->iterator;
  const long fd = syscall(SYS_bpf, BPF_ITER_CREATE, &attributes, sizeof attributes);
  return fd < 0 ? -errno : (int)fd;
}

// Up to `room` elements of a map of TrafficKey and TrafficCounters.
static long batch(int command, int map, __u32 *position, struct TrafficKey *keys,
                  struct TrafficCounters *counters, __u32 room) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  __u32 next = *position;
  attributes.batch.map_fd = (__u32)map;
  // The number of the first bucket; the first call has none.
  attributes.batch.in_batch = *position == 0 ? 0 : (__u64)(size_t)position;
  attributes.batch.out_batch = (__u64)(size_t)&next;
  attributes.batch.keys = (__u64)(size_t)keys;
  attributes.batch.values = (__u64)(size_t)counters;
  attributes.batch.count = room;
  const long failed = syscall(SYS_bpf, command, &attributes, sizeof attributes);
  // ENOENT: that was the last bucket.
  if (failed && errno != ENOENT) return -errno;
  *position = failed ? 0 : next;
  return attributes.batch.count;
}

long traffic_program_take_ended(const struct TrafficProgram *program, __u32 *position,
                                struct TrafficKey *keys, struct TrafficCounters *counters,
                                __u32 room) {
  if (*position == 0 && __atomic_exchange_n(&program->state->has_ended, 0, __ATOMIC_RELAXED) == 0) {
    return 0;
  }
  const long taken =
      batch(BPF_MAP_LOOKUP_AND_DELETE_BATCH, program->ended, position, keys, counters, room);
  if (__atomic_load_n(&program->state->has_stray, __ATOMIC_RELAXED) == 0) return taken;
  for (long i = 0; i < taken; ++i) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_fd = (__u32)program->stray;
    attributes.key = (__u64)(size_t)&keys[i];
    syscall(SYS_bpf, BPF_MAP_DELETE_ELEM, &attributes, sizeof attributes);  // most have none
  }
  return taken;
}

long traffic_program_read_stray(const struct TrafficProgram *program, __u32 *position,
                                struct TrafficKey *keys, struct TrafficCounters *counters,
                                __u32 room) {
  if (__atomic_load_n(&program->state->has_stray, __ATOMIC_RELAXED) == 0) return 0;
  return batch(BPF_MAP_LOOKUP_BATCH, program->stray, position, keys, counters, room);
}

__u64 traffic_program_lost(const struct TrafficProgram *program) {
  return __atomic_load_n(&program->state->lost, __ATOMIC_RELAXED);
}
