/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads traffic.bpf.c, or on older kernels traffic_calls.bpf.c, which are compiled into this
 * program as exits.bpf.c is (exits_loader.h), into the kernel.
 */
#ifndef PROCTAPE_BPF_TRAFFIC_LOADER_H
#define PROCTAPE_BPF_TRAFFIC_LOADER_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/bpf/traffic_report.h"

#ifdef __cplusplus
extern "C" {
#endif

struct traffic_bpf; /* the skeletons, of which one is loaded */
struct traffic_calls_bpf;

struct TrafficProgram {
  struct traffic_bpf *by_tracepoints;
  struct traffic_calls_bpf *by_calls;
  int iterator; /* descriptor of the link of the program that tells of all tasks */
  int ended;    /* that of the map of ended processes */
  int stray;    /* and of what could not be kept with the task itself */
  struct TrafficState *state;
};

/* False: this build has no BPF programs in it. */
extern const bool kTrafficProgramBuilt;

/* Counts from success on until it is unloaded. Returns 0, or a negated errno: EPERM without
 * CAP_BPF and CAP_PERFMON, others if this kernel cannot do it. */
int traffic_program_load(struct TrafficProgram *program);

void traffic_program_unload(struct TrafficProgram *program);

/* Whether anything was counted since this was last asked. */
bool traffic_program_take_stirred(const struct TrafficProgram *program);

/* A descriptor to read the TrafficReports of all tasks from, once; or a negated errno. */
int traffic_program_run(const struct TrafficProgram *program);

/* Moves up to `room` processes that have ended to `keys` and `counters`. Returns how many, or a
 * negated errno; 0: there are no more. `position` is for the next call, 0 at first. */
long traffic_program_take_ended(const struct TrafficProgram *program, __u32 *position,
                                struct TrafficKey *keys, struct TrafficCounters *counters,
                                __u32 room);

/* Likewise, and without removing them: what processes and their threads have that could not be kept
 * with the task itself. It is part of what is told of a process when it has ended. */
long traffic_program_read_stray(const struct TrafficProgram *program, __u32 *position,
                                struct TrafficKey *keys, struct TrafficCounters *counters,
                                __u32 room);

/* What could not be counted so far: calls of tasks and ended processes without memory for them. */
__u64 traffic_program_lost(const struct TrafficProgram *program);

#ifdef __cplusplus
}
#endif

#endif
