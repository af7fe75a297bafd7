// SPDX-License-Identifier: Apache-2.0
#include "collector/exits/taskstats_socket.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

namespace proctape {
namespace {

// Since then a message tells the process that a thread belongs to, and whether it was the last.
constexpr int kWantedVersion = 12;

using Message = std::array<std::byte, 8192>;

// A request with a single attribute.
Result<> send_request(int socket, std::uint16_t family, std::uint8_t command,
                      std::uint16_t attribute, std::span<const std::byte> value,
                      std::uint16_t flags) {
  struct {
    nlmsghdr header;
    genlmsghdr generic;
    nlattr attribute;
    std::byte value[1024];
  } request{};
  if (value.size() > sizeof request.value) return error_from_errno(EMSGSIZE, "taskstats");
  request.attribute.nla_type = attribute;
  request.attribute.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + value.size());
  std::memcpy(request.value, value.data(), value.size());
  request.generic.cmd = command;
  request.generic.version = 1;
  request.header.nlmsg_len =
      static_cast<std::uint32_t>(NLMSG_LENGTH(GENL_HDRLEN + NLA_ALIGN(request.attribute.nla_len)));
  request.header.nlmsg_type = family;
  request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  if (::send(socket, &request, request.header.nlmsg_len, 0) < 0) {
    return error_from_errno(errno, "taskstats: send");
  }
  return {};
}

// The kernel has answered by the time that the request was sent.
Result<std::span<const std::byte>> receive(int socket, Message& buffer) {
  const ssize_t length = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (length < 0) return error_from_errno(errno, "taskstats: receive");
  return std::span<const std::byte>(buffer.data(), static_cast<std::size_t>(length));
}

// Attributes, one after the other.
class Attributes {
 public:
  explicit Attributes(std::span<const std::byte> bytes) : rest_(bytes) {}

  struct One {
    std::uint16_t type;
    std::span<const std::byte> value;
  };
  std::optional<One> next() {
    nlattr header{};
    if (rest_.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, rest_.data(), sizeof header);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > rest_.size()) return std::nullopt;
    const One one{static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                  rest_.first(header.nla_len).subspan(NLA_HDRLEN)};
    rest_ = rest_.subspan(std::min<std::size_t>(NLA_ALIGN(header.nla_len), rest_.size()));
    return one;
  }

 private:
  std::span<const std::byte> rest_;
};

// The attributes of the first message in `bytes`; none if it is an error or an acknowledgement.
struct Answer {
  int error = 0;
  std::span<const std::byte> attributes;
};
Answer parse_answer(std::span<const std::byte> bytes) {
  nlmsghdr header{};
  if (bytes.size() < sizeof header) return {EBADMSG, {}};
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > bytes.size()) return {EBADMSG, {}};
  const auto payload = bytes.first(header.nlmsg_len).subspan(NLMSG_HDRLEN);
  if (header.nlmsg_type == NLMSG_ERROR) {
    nlmsgerr error{};
    if (payload.size() < sizeof error) return {EBADMSG, {}};
    std::memcpy(&error, payload.data(), sizeof error);
    return {-error.error, {}};
  }
  if (payload.size() < GENL_HDRLEN) return {EBADMSG, {}};
  return {0, payload.subspan(GENL_HDRLEN)};
}

Result<std::uint16_t> find_family(int socket) {
  constexpr char kName[] = TASKSTATS_GENL_NAME;
  if (auto sent = send_request(socket, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME,
                               std::as_bytes(std::span(kName)), 0);
      !sent) {
    return std::move(sent.error());
  }
  Message buffer;
  const auto received = receive(socket, buffer);
  if (!received) return received.error();
  const Answer answer = parse_answer(*received);
  if (answer.error) return error_from_errno(answer.error, "taskstats: not in this kernel");
  Attributes attributes(answer.attributes);
  while (const auto one = attributes.next()) {
    std::uint16_t family = 0;
    if (one->type != CTRL_ATTR_FAMILY_ID || one->value.size() != sizeof family) continue;
    std::memcpy(&family, one->value.data(), sizeof family);
    return family;
  }
  return Error{Error::Kind::kMalformed, "taskstats: the kernel tells no number of the family"};
}

Result<> register_cpus(int socket, std::uint16_t family, std::string_view cpus) {
  const std::string terminated(cpus);
  if (auto sent =
          send_request(socket, family, TASKSTATS_CMD_GET, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK,
                       std::as_bytes(std::span(terminated.c_str(), cpus.size() + 1)), NLM_F_ACK);
      !sent) {
    return sent;
  }
  Message buffer;
  const auto received = receive(socket, buffer);
  if (!received) return received.error();
  switch (const int error = parse_answer(*received).error) {
    case 0:
      return {};
    case EPERM:
      return error_from_errno(EPERM, "taskstats (needs CAP_NET_ADMIN on the host)");
    case EINVAL:
      return Error{Error::Kind::kMissing, "taskstats: refused; in a pid namespace?"};
    default:
      return error_from_errno(error, "taskstats");
  }
}

// In a network namespace all the above succeeds, and nothing is ever told.
Result<> hear_of_a_thread(int socket) {
  std::thread([] {}).join();
  pollfd wait{socket, POLLIN, 0};
  constexpr int kPatience = 1000;  // ms
  if (::poll(&wait, 1, kPatience) <= 0) {
    return Error{Error::Kind::kMissing, "taskstats: nothing is told; in a network namespace?"};
  }
  Message buffer;
  const auto received = receive(socket, buffer);
  if (!received) return received.error();
  const auto thread = parse_taskstats(*received);
  if (!thread || thread->version < kWantedVersion) {
    return Error{Error::Kind::kMissing, "taskstats: needs a kernel from 5.19 on"};
  }
  return {};
}

}  // namespace

Result<Fd> open_taskstats(std::string_view cpus, int buffer_size) {
  Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_GENERIC));
  if (!socket) return error_from_errno(errno, "taskstats: socket");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    return error_from_errno(errno, "taskstats: bind");
  }
  // Beyond the limit for everybody if we may, else up to it.
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer_size, sizeof buffer_size)) {
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof buffer_size);
  }
  const auto family = find_family(socket.get());
  if (!family) return family.error();
  if (auto done = register_cpus(socket.get(), *family, cpus); !done) return done.error();
  if (auto heard = hear_of_a_thread(socket.get()); !heard) return heard.error();
  return socket;
}

std::optional<taskstats> parse_taskstats(std::span<const std::byte> message) {
  const Answer answer = parse_answer(message);
  Attributes attributes(answer.attributes);
  while (const auto one = attributes.next()) {
    if (one->type != TASKSTATS_TYPE_AGGR_PID) continue;
    Attributes parts(one->value);
    while (const auto part = parts.next()) {
      if (part->type != TASKSTATS_TYPE_STATS) continue;
      taskstats thread{};
      std::memcpy(&thread, part->value.data(), std::min(sizeof thread, part->value.size()));
      return thread;
    }
  }
  return std::nullopt;
}

}  // namespace proctape
