// SPDX-License-Identifier: Apache-2.0
#include "collector/bpf/tasks_loader.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tasks.lskel.h"

const bool kTasksProgramBuilt = true;

int tasks_program_load(struct TasksProgram *program) {
  struct tasks_bpf *skeleton = tasks_bpf__open();
  if (!skeleton) return -ENOMEM;
  int error = tasks_bpf__load(skeleton);
  if (!error) error = tasks_bpf__attach(skeleton);
  if (error) {
    tasks_bpf__destroy(skeleton);
    return error;
  }
  program->skeleton = skeleton;
  return 0;
}

void tasks_program_unload(struct TasksProgram *program) {
  tasks_bpf__destroy(program->skeleton);
  program->skeleton = NULL;
}

int tasks_program_run(const struct TasksProgram *program) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.iter_create.link_fd = (__u32)program->skeleton->links.tell_task_fd;
  const long fd = syscall(SYS_bpf, BPF_ITER_CREATE, &attributes, sizeof attributes);
  return fd < 0 ? -errno : (int)fd;
}
