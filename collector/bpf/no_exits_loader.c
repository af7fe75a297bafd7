// SPDX-License-Identifier: Apache-2.0
//
// In the place of exits_loader.c when the build has no compiler for BPF.
#include <errno.h>

#include "collector/bpf/exits_loader.h"

const bool exits_program_built = false;

int exits_program_load(struct exits_program *program) {
  (void)program;
  return -EOPNOTSUPP;
}

void exits_program_unload(struct exits_program *program) { (void)program; }
