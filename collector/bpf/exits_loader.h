/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads exits.bpf.c, which is compiled into this program (a light skeleton: no library is
 * needed for it), into the kernel. C, as what bpftool generates is.
 */
#ifndef PROCTAPE_BPF_EXITS_LOADER_H
#define PROCTAPE_BPF_EXITS_LOADER_H

#include <linux/types.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct exits_bpf; /* the skeleton */

struct ExitsProgram {
  struct exits_bpf *skeleton;
  int ring;          /* descriptor of the ring buffer of exit_events, EXIT_EVENT_RING_BYTES large */
  const __u64 *lost; /* counts exits that it had no room for; the kernel writes it */
};

/* False: this build has no BPF programs in it. */
extern const bool kExitsProgramBuilt;

/* Runs from success on until it is unloaded. Returns 0, or a negated errno: EPERM without
 * CAP_BPF and CAP_PERFMON, others if this kernel cannot do it. */
int exits_program_load(struct ExitsProgram *program);

void exits_program_unload(struct ExitsProgram *program);

#ifdef __cplusplus
}
#endif

#endif
