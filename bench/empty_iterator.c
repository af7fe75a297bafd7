// SPDX-License-Identifier: Apache-2.0
#include "bench/empty_iterator.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "empty_iterator.lskel.h"

int empty_iterator_open(void) {
  struct empty_iterator_bpf *skeleton = empty_iterator_bpf__open();
  if (!skeleton) return -ENOMEM;
  const int error = empty_iterator_bpf__load(skeleton);
  if (error) return error;
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.link_create.prog_fd = (unsigned)skeleton->progs.empty.prog_fd;
  attributes.link_create.attach_type = BPF_TRACE_ITER;
  const long link = syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, sizeof attributes);
  return link < 0 ? -errno : (int)link;
}

int empty_iterator_walk(int iterator) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.iter_create.link_fd = (unsigned)iterator;
  const long walk = syscall(SYS_bpf, BPF_ITER_CREATE, &attributes, sizeof attributes);
  if (walk < 0) return -errno;
  static char nothing[64 * 1024];
  long got = 0;
  do {
    got = read((int)walk, nothing, sizeof nothing);
  } while (got > 0 || (got < 0 && errno == EAGAIN));
  const int error = got < 0 ? -errno : 0;
  close((int)walk);
  return error;
}
