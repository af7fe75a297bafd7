// SPDX-License-Identifier: Apache-2.0
//
// The least that an iterator over all tasks can cost: it does nothing with them.
#include <linux/bpf.h>
// Needs the types.
#include <bpf/bpf_helpers.h>

struct task_struct;
struct bpf_iter_meta;

// As the kernel hands it over.
struct bpf_iter__task {
  union {
    struct bpf_iter_meta *meta;
    __u64 meta_bits;
  };
  union {
    struct task_struct *task;
    __u64 task_bits;
  };
};

const char kLicense[] SEC("license") = "GPL";

SEC("iter/task")
int empty(struct bpf_iter__task *context) { return 0; }
