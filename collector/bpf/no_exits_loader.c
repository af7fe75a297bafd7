// SPDX-License-Identifier: Apache-2.0
//
// In the place of exits_loader.c when the build has no compiler for BPF.
#include <errno.h>

#include "collector/bpf/exits_loader.h"

const bool kExitsProgramBuilt = false;

int exits_program_load(struct ExitsProgram *program) {
  (void)program;
  return -EOPNOTSUPP;
}

void exits_program_unload(struct ExitsProgram *program) { (void)program; }
