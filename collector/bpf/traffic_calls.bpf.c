// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
//
// Counts what each task sends and receives through its sockets by the functions of the protocols,
// for kernels from 5.19 to 6.2, which have no tracepoints there (traffic.bpf.c). They must let
// programs trace functions, as Debian's do. Not counted: receiving by mmap.

#include "traffic_count.h"

SEC("fexit/tcp_sendmsg")
int BPF_PROG(tcp_sent, struct sock *socket, void *message, unsigned long size, int bytes) {
  count(socket, bytes, 1);
  return 0;
}

// sendfile(), and splice() into a socket.
SEC("fexit/tcp_sendpage")
int BPF_PROG(tcp_page_sent, struct sock *socket, void *page, int offset, unsigned long size,
             int flags, int bytes) {
  count(socket, bytes, 1);
  return 0;
}

SEC("fexit/tcp_recvmsg")
int BPF_PROG(tcp_received, struct sock *socket, void *message, unsigned long size, int flags,
             int *address_length, int bytes) {
  count_received(socket, bytes, flags);
  return 0;
}

// splice() out of a socket.
SEC("fexit/tcp_splice_read")
int BPF_PROG(tcp_spliced, struct socket *file, void *position, void *pipe, unsigned long size,
             unsigned int flags, long bytes) {
  count(file->sk, bytes, 0);
  return 0;
}

// That of IPv6 calls it for addresses of IPv4, and is counted itself.
SEC("fexit/udp_sendmsg")
int BPF_PROG(udp_sent, struct sock *socket, void *message, unsigned long size, int bytes) {
  if (socket->__sk_common.skc_family == AF_INET) count(socket, bytes, 1);
  return 0;
}

SEC("fexit/udpv6_sendmsg")
int BPF_PROG(udpv6_sent, struct sock *socket, void *message, unsigned long size, int bytes) {
  count(socket, bytes, 1);
  return 0;
}

SEC("fexit/udp_recvmsg")
int BPF_PROG(udp_received, struct sock *socket, void *message, unsigned long size, int flags,
             int *address_length, int bytes) {
  count_received(socket, bytes, flags);
  return 0;
}

SEC("fexit/udpv6_recvmsg")
int BPF_PROG(udpv6_received, struct sock *socket, void *message, unsigned long size, int flags,
             int *address_length, int bytes) {
  count_received(socket, bytes, flags);
  return 0;
}
