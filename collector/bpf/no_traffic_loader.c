// SPDX-License-Identifier: Apache-2.0
//
// In the place of traffic_loader.c when the build has no compiler for BPF.
#include <errno.h>

#include "collector/bpf/traffic_loader.h"

const bool kTrafficProgramBuilt = false;

int traffic_program_load(struct TrafficProgram *program) {
  (void)program;
  return -EOPNOTSUPP;
}

void traffic_program_unload(struct TrafficProgram *program) { (void)program; }

bool traffic_program_take_stirred(const struct TrafficProgram *program) {
  (void)program;
  return false;
}

int traffic_program_run(const struct TrafficProgram *program) {
  (void)program;
  return -EOPNOTSUPP;
}

long traffic_program_take_ended(const struct TrafficProgram *program, __u32 *position,
                                struct TrafficKey *keys, struct TrafficCounters *counters,
                                __u32 room) {
  (void)program, (void)position, (void)keys, (void)counters, (void)room;
  return 0;
}

long traffic_program_read_stray(const struct TrafficProgram *program, __u32 *position,
                                struct TrafficKey *keys, struct TrafficCounters *counters,
                                __u32 room) {
  (void)program, (void)position, (void)keys, (void)counters, (void)room;
  return 0;
}

__u64 traffic_program_lost(const struct TrafficProgram *program) {
  (void)program;
  return 0;
}
