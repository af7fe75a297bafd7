// SPDX-License-Identifier: Apache-2.0
//
// The least that an iterator over all tasks can cost: it does nothing with them.
struct task_struct;
struct bpf_iter_meta;
struct bpf_iter__task {
  union {
    struct bpf_iter_meta *meta;
  };
  union {
    struct task_struct *task;
  };
};

#include <bpf/bpf_helpers.h>
#include <linux/types.h>

char license[] SEC("license") = "GPL";

SEC("iter/task")
int empty(struct bpf_iter__task *context) { return 0; }
