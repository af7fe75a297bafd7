// SPDX-License-Identifier: Apache-2.0
#include "collector/bpf/load_error.h"

#include <cerrno>
#include <string_view>

#include "collector/kernel/pid_namespace.h"

namespace proctape {

Result<> may_load_bpf(bool built, const KernelFs& fs) {
  using Kind = Error::Kind;
  if (!built) return Error{Kind::kMissing, "BPF: built without BPF"};
  if (!in_initial_pid_namespace(fs)) {
    return Error{Kind::kMissing, "BPF: in a pid namespace, where pids are others than it tells"};
  }
  return {};
}

Error bpf_load_error(const KernelFs& fs, int error_number, std::string_view kernel) {
  std::string hint;
  if (error_number == EPERM) {
    hint = " (needs CAP_BPF and CAP_PERFMON)";
  } else if (!fs.exists("sys/kernel/btf/vmlinux")) {
    hint = " (the kernel has no /sys/kernel/btf/vmlinux)";
  } else if (error_number != ENOMEM && error_number != EMFILE && error_number != ENFILE) {
    hint = " (needs a kernel from " + std::string(kernel) + " on)";
  }
  Error error = error_from_errno(error_number, "BPF");
  error.message += hint;
  return error;
}

}  // namespace proctape
