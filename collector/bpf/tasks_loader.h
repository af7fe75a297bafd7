/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads tasks.bpf.c, which is compiled into this program as exits.bpf.c is (exits_loader.h), into
 * the kernel.
 */
#ifndef PROCTAPE_BPF_TASKS_LOADER_H
#define PROCTAPE_BPF_TASKS_LOADER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tasks_bpf; /* the skeleton */

struct TasksProgram {
  struct tasks_bpf *skeleton;
};

/* False: this build has no BPF programs in it. */
extern const bool kTasksProgramBuilt;

/* Returns 0, or a negated errno: EPERM without CAP_BPF and CAP_PERFMON, others if this kernel
 * cannot do it. */
int tasks_program_load(struct TasksProgram *program);

void tasks_program_unload(struct TasksProgram *program);

/* A descriptor to read the reports of all tasks from (task_report.h), once; or a negated errno.
 * A read gives whole reports if there is room for all that the kernel gathers at a time. */
int tasks_program_run(const struct TasksProgram *program);

#ifdef __cplusplus
}
#endif

#endif
