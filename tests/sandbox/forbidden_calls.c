// SPDX-License-Identifier: Apache-2.0
//
// forbidden_calls [PID]: tries, from within the sandbox of the service, the system calls by which
// its capabilities would be a way to root, and to open the memory of that process for writing.
// Says which were not refused, and exits with their number. Arguments are such that without a
// filter another error comes of it than EPERM; "--unfiltered" demands just that, as a test of
// itself.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#ifndef SYS_process_mrelease
#define SYS_process_mrelease 448
#endif

static const struct {
  const char* name;
  long number;
} kCalls[] = {
    {"ptrace", SYS_ptrace},
    {"process_vm_readv", SYS_process_vm_readv},
    {"process_vm_writev", SYS_process_vm_writev},
    {"process_madvise", SYS_process_madvise},
    {"process_mrelease", SYS_process_mrelease},
    {"pidfd_getfd", SYS_pidfd_getfd},
    {"kcmp", SYS_kcmp},
    {"userfaultfd", SYS_userfaultfd},
    {"setns", SYS_setns},
    {"unshare", SYS_unshare},
    {"open_by_handle_at", SYS_open_by_handle_at},
    {"io_uring_setup", SYS_io_uring_setup},
    {"add_key", SYS_add_key},
    {"request_key", SYS_request_key},
    {"keyctl", SYS_keyctl},
    {"mount", SYS_mount},
    {"umount2", SYS_umount2},
    {"move_pages", SYS_move_pages},
    {"init_module", SYS_init_module},
    {"finit_module", SYS_finit_module},
    {"kexec_load", SYS_kexec_load},
    {"reboot", SYS_reboot},
    {"settimeofday", SYS_settimeofday},
    {"swapon", SYS_swapon},
    {"acct", SYS_acct},
};

int main(int argc, char** argv) {
  const int unfiltered = argc > 1 && strcmp(argv[1], "--unfiltered") == 0;
  int wrong = 0;
  for (size_t i = 0; i < sizeof kCalls / sizeof *kCalls; ++i) {
    errno = 0;
    const long result = syscall(kCalls[i].number, -1L, -1L, -1L, -1L, -1L, -1L);
    const int refused = result < 0 && errno == EPERM;
    if (refused != unfiltered) continue;
    printf("%s: %s\n", kCalls[i].name, result < 0 ? strerror(errno) : "was done");
    ++wrong;
  }
  if (argc > 1 && !unfiltered) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/mem", argv[1]);
    for (int flags = O_WRONLY; flags <= O_RDWR; ++flags) {
      const int file = open(path, flags | O_CLOEXEC);
      if (file < 0 && errno != ENOENT) continue;
      printf("%s: could be opened for writing\n", path);
      ++wrong;
    }
  }
  return wrong;
}
