// SPDX-License-Identifier: Apache-2.0
//
// In the place of tasks_loader.c when the build has no compiler for BPF.
#include <errno.h>

#include "collector/bpf/tasks_loader.h"

const bool kTasksProgramBuilt = false;

int tasks_program_load(struct TasksProgram *program) {
  (void)program;
  return -EOPNOTSUPP;
}

void tasks_program_unload(struct TasksProgram *program) { (void)program; }

int tasks_program_run(const struct TasksProgram *program) {
  (void)program;
  return -EOPNOTSUPP;
}
