// SPDX-License-Identifier: Apache-2.0
#include "collector/bpf/exits_loader.h"

#include <errno.h>
#include <stddef.h>

#include "exits.lskel.h"

const bool kExitsProgramBuilt = true;

int exits_program_load(struct ExitsProgram *program) {
  struct exits_bpf *skeleton = exits_bpf__open();
  if (!skeleton) return -ENOMEM;
  int error = exits_bpf__load(skeleton);
  if (!error) error = exits_bpf__attach(skeleton);
  if (error) {
    exits_bpf__destroy(skeleton);
    return error;
  }
  program->skeleton = skeleton;
  program->ring = skeleton->maps.exits.map_fd;
  program->lost = &skeleton->bss->lost;
  return 0;
}

void exits_program_unload(struct ExitsProgram *program) {
  exits_bpf__destroy(program->skeleton);
  program->skeleton = NULL;
}
