// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
//
// Counts what each task sends and receives through its sockets, which the kernel itself does not,
// by the tracepoints behind sendmsg and recvmsg, which kernels from 6.3 on have. What takes other
// ways is not counted: splice() out of a socket, receiving by mmap, and until 6.4 sendfile() and
// splice() into one.

#include "traffic_count.h"

SEC("tp_btf/sock_send_length")
int BPF_PROG(on_send, struct sock *socket, int bytes, int flags) {
  count(socket, bytes, 1);
  return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(on_receive, struct sock *socket, int bytes, int flags) {
  count_received(socket, bytes, flags);
  return 0;
}
