// SPDX-License-Identifier: Apache-2.0
//
// What processes of this host send and receive is recorded of them to the byte, by whatever calls,
// also of those that end between two samples.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/file/fd.h"
#include "collector/collector.h"
#include "sample/deviation/deviation.h"

namespace proctape {
namespace {

// Its status tells whether all calls did what was meant.
void must(bool done) {
  if (!done) ::_exit(1);
}

// A child that waits to be told to begin, does its work, tells that it is done, and ends when it is
// told to.
class Child {
 public:
  explicit Child(const std::function<void()>& work) {
    must(::pipe2(to_, O_CLOEXEC) == 0 && ::pipe2(from_, O_CLOEXEC) == 0);
    pid_ = ::fork();
    if (pid_ != 0) return;
    // Nobody else's end of it.
    ::close(to_[1]);
    char c = 0;
    must(::read(to_[0], &c, 1) == 1);
    work();
    must(::write(from_[1], "", 1) == 1);
    ::_exit(::read(to_[0], &c, 1) == 1 ? 0 : 1);
  }
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    end();
    for (const int fd : {to_[0], to_[1], from_[0], from_[1]}) ::close(fd);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return id_ == 0 ? pid_ : id_; }
  void begin() const { must(::write(to_[1], "", 1) == 1); }
  void wait_until_done() const {
    ::close(std::exchange(from_[1], -1));
    char c = 0;
    EXPECT_EQ(::read(from_[0], &c, 1), 1) << "it failed";
  }
  void end() {
    if (pid_ <= 0) return;
    id_ = pid_;
    if (::write(to_[1], "", 1) == 1) ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  int to_[2] = {-1, -1};
  mutable int from_[2] = {-1, -1};
  pid_t pid_ = -1;
  pid_t id_ = 0;  // once it has ended
};

// Of one family on the loopback interface.
struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  explicit Address(int family) {
    if (family == AF_INET6) {
      auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
      v6 = {.sin6_family = AF_INET6,
            .sin6_port = 0,
            .sin6_flowinfo = 0,
            .sin6_addr = in6addr_loopback,
            .sin6_scope_id = 0};
      length = sizeof v6;
    } else {
      auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
      v4.sin_family = AF_INET;
      v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      length = sizeof v4;
    }
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// A socket that has an address; of TCP it listens.
struct Bound {
  Fd fd;
  Address address;

  Bound(int family, int type) : fd(::socket(family, type | SOCK_CLOEXEC, 0)), address(family) {
    must(::bind(fd.get(), address.get(), address.length) == 0);
    if (type == SOCK_STREAM) must(::listen(fd.get(), 8) == 0);
    must(::getsockname(fd.get(), address.get(), &address.length) == 0);
  }
};

Fd connected(Bound& to, int type) {
  Fd fd(::socket(to.address.storage.ss_family, type | SOCK_CLOEXEC, 0));
  must(::connect(fd.get(), to.address.get(), to.address.length) == 0);
  return fd;
}

void send_all(int fd, std::size_t bytes, Count& calls) {
  const std::string data(1000, 'x');
  for (std::size_t sent = 0; sent < bytes; ++calls) {
    const ssize_t n = ::send(fd, data.data(), std::min(data.size(), bytes - sent), 0);
    must(n > 0);
    sent += static_cast<std::size_t>(n);
  }
}

void receive_all(int fd, std::size_t bytes) {
  std::string data(65536, ' ');
  for (std::size_t received = 0; received < bytes;) {
    const ssize_t n = ::recv(fd, data.data(), data.size(), 0);
    must(n > 0);
    received += static_cast<std::size_t>(n);
  }
}

class NetworkUse : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto collector = Collector::open("/", {}, clock_);
    ASSERT_TRUE(collector);
    collector_.emplace(std::move(*collector));
    collector_->choose_tasks(GetParam() == std::string("/proc") ? TaskChoice::kProc
                                                                : TaskChoice::kBpf);
    collector_->watch_exits(ExitChoice::kAuto);
    collector_->watch_network(NetworkChoice::kPayload);
    if (!collector_->network().source()) {
      GTEST_SKIP() << "network use is not counted here: " << collector_->network().refusal();
    }
    sample();
  }

  // What each process did since the sample before, and each thread.
  void sample() {
    std::swap(previous_, current_);
    std::vector<SourceProblem> problems;
    ASSERT_TRUE(collector_->collect(previous_, current_, problems));
    for (const SourceProblem& problem : problems) {
      EXPECT_NE(problem.source, "network use") << problem.error.message;
    }
    ASSERT_TRUE(current_.network);
    visit_tasks(previous_, current_, {}, [&](const Task& task) {
      auto& of = task.identity.is_process ? processes_ : threads_;
      TaskNetwork& sum = of[task.identity.pid];
      for_each_member<TaskNetwork>(schema::kCounters, [&](auto member) {
        plain(sum.*member) += plain((*task.network).*member);
        EXPECT_GE(plain((*task.network).*member), 0);
      });
    });
  }
  // Until its exit was told.
  void sample_until_told(pid_t pid) {
    const auto told = [&] {
      return std::ranges::any_of(current_.exits, [&](const Exit& exit) {
        return exit.pid == static_cast<std::uint32_t>(pid);
      });
    };
    for (int i = 0; i < 100 && !told(); ++i) {
      ::usleep(20'000);
      sample();
    }
    EXPECT_TRUE(told());
  }
  const TaskNetwork& of(const Child& child) { return processes_[child.pid()]; }

  SystemClock clock_;
  std::optional<Collector> collector_;
  Snapshot previous_, current_;
  std::map<Count, TaskNetwork> processes_, threads_;
};
INSTANTIATE_TEST_SUITE_P(Live, NetworkUse, testing::Values("BPF", "/proc"));

TEST_P(NetworkUse, OfTcpIsExactOnBothSides) {
  for (const int family : {AF_INET, AF_INET6}) {
    Bound server(family, SOCK_STREAM);
    const Child receiver([&] {
      const Fd peer(::accept(server.fd.get(), nullptr, nullptr));
      receive_all(peer.get(), 5'000'000);
      Count calls = 0;
      send_all(peer.get(), 1234, calls);
    });
    const Child sender([&] {
      const Fd peer = connected(server, SOCK_STREAM);
      Count calls = 0;
      send_all(peer.get(), 5'000'000, calls);
      must(calls == 5000);
      receive_all(peer.get(), 1234);
    });
    sample();
    receiver.begin();
    sender.begin();
    sender.wait_until_done();
    receiver.wait_until_done();
    sample();
    EXPECT_EQ(of(sender).tcp_sent, 5000);
    EXPECT_EQ(of(sender).tcp_bytes_sent, Bytes{5'000'000});
    EXPECT_EQ(of(sender).tcp_bytes_received, Bytes{1234});
    EXPECT_EQ(of(receiver).tcp_bytes_received, Bytes{5'000'000});
    EXPECT_EQ(of(receiver).tcp_bytes_sent, Bytes{1234});
    EXPECT_EQ(of(receiver).tcp_sent, 2);
    EXPECT_EQ(of(sender).udp_sent, 0);
  }
}

TEST_P(NetworkUse, OfUdpCountsDatagramsAlsoEmptyOnes) {
  for (const int family : {AF_INET, AF_INET6}) {
    Bound server(family, SOCK_DGRAM);
    const Child child([&] {
      const Fd peer = connected(server, SOCK_DGRAM);
      std::string data(700, 'x');
      for (int i = 0; i < 2000; ++i) {
        must(::send(peer.get(), data.data(), data.size(), 0) == 700);
        must(::recv(server.fd.get(), data.data(), data.size(), 0) == 700);
      }
      must(::send(peer.get(), "", 0, 0) == 0);
      must(::recv(server.fd.get(), data.data(), data.size(), 0) == 0);
    });
    sample();
    child.begin();
    child.wait_until_done();
    sample();
    EXPECT_EQ(of(child).udp_sent, 2001);
    EXPECT_EQ(of(child).udp_bytes_sent, Bytes{1'400'000});
    EXPECT_EQ(of(child).udp_received, 2001);
    EXPECT_EQ(of(child).udp_bytes_received, Bytes{1'400'000});
    EXPECT_EQ(of(child).tcp_sent, 0);
  }
}

TEST_P(NetworkUse, OfAnIpv4AddressBehindASocketOfIpv6CountsOnce) {
  Bound server(AF_INET, SOCK_DGRAM);
  const Child child([&] {
    const Fd fd(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 mapped{};
    mapped.sin6_family = AF_INET6;
    mapped.sin6_port = reinterpret_cast<sockaddr_in&>(server.address.storage).sin_port;
    must(::inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr) == 1);
    must(::sendto(fd.get(), "abc", 3, 0, reinterpret_cast<sockaddr*>(&mapped), sizeof mapped) == 3);
  });
  child.begin();
  child.wait_until_done();
  sample();
  EXPECT_EQ(of(child).udp_sent, 1);
  EXPECT_EQ(of(child).udp_bytes_sent, Bytes{3});
}

TEST_P(NetworkUse, OfAProcessThatEndsBetweenTwoSamplesIsExact) {
  Bound server(AF_INET, SOCK_STREAM);
  Child child([&] {
    const Fd peer = connected(server, SOCK_STREAM);
    Count calls = 0;
    send_all(peer.get(), 40'000, calls);
    // One that ends before the process does.
    std::thread([&] { send_all(peer.get(), 2'000, calls); }).join();
  });
  child.begin();
  child.wait_until_done();
  child.end();
  sample_until_told(child.pid());
  EXPECT_EQ(of(child).tcp_bytes_sent, Bytes{42'000});
  EXPECT_EQ(of(child).tcp_sent, 42);
}

TEST_P(NetworkUse, OfAProcessThatASampleShowedGoesOnFromThere) {
  Bound server(AF_INET, SOCK_STREAM);
  int more[2];
  ASSERT_EQ(::pipe2(more, O_CLOEXEC), 0);
  Child child([&] {
    const Fd peer = connected(server, SOCK_STREAM);
    Count calls = 0;
    send_all(peer.get(), 3'000, calls);
    must(::write(more[1], "", 1) == 1);
    ::usleep(300'000);
    send_all(peer.get(), 4'000, calls);
  });
  child.begin();
  char c = 0;
  ASSERT_EQ(::read(more[0], &c, 1), 1);
  sample();
  EXPECT_EQ(of(child).tcp_bytes_sent, Bytes{3'000});
  child.wait_until_done();
  child.end();
  sample_until_told(child.pid());
  EXPECT_EQ(of(child).tcp_bytes_sent, Bytes{7'000});
  ::close(more[0]);
  ::close(more[1]);
}

TEST_P(NetworkUse, OfThreadsIsTheirOwnAndTheSumIsThatOfTheProcess) {
  Bound server(AF_INET, SOCK_DGRAM);
  int ids[2];
  ASSERT_EQ(::pipe2(ids, O_CLOEXEC), 0);
  const Child child([&] {
    std::vector<std::thread> threads;
    for (int i = 1; i <= 8; ++i) {
      threads.emplace_back([&, i] {
        const Fd peer = connected(server, SOCK_DGRAM);
        const std::string data(10, 'x');
        for (int k = 0; k < 100 * i; ++k) must(::send(peer.get(), data.data(), 10, 0) == 10);
        const Count told[] = {::gettid(), i};
        must(::write(ids[1], told, sizeof told) == sizeof told);
        if (i != 3) ::pause();  // that one ends before the sample
      });
    }
    const Fd peer = connected(server, SOCK_DGRAM);
    must(::send(peer.get(), "abc", 3, 0) == 3);
    threads[2].join();
    for (auto& thread : threads) {
      if (thread.joinable()) thread.detach();
    }
  });
  child.begin();
  std::map<Count, Count> numbers;
  for (int i = 0; i < 8; ++i) {
    Count told[2];
    ASSERT_EQ(::read(ids[0], told, sizeof told), ssize_t{sizeof told});
    numbers[told[0]] = told[1];
  }
  child.wait_until_done();
  sample();
  EXPECT_EQ(of(child).udp_sent, 3601);
  EXPECT_EQ(of(child).udp_bytes_sent, Bytes{36'003});
  EXPECT_EQ(threads_[child.pid()].udp_bytes_sent, Bytes{3}) << "the main thread";
  for (const auto& [tid, number] : numbers) {
    const Count sent = number == 3 ? 0 : 100 * number;
    EXPECT_EQ(threads_[tid].udp_sent, sent) << number;
  }
  ::close(ids[0]);
  ::close(ids[1]);
}

TEST_P(NetworkUse, OfSendfileAndManyBuffersIsCounted) {
  Bound server(AF_INET, SOCK_STREAM);
  const Child child([&] {
    const Fd peer = connected(server, SOCK_STREAM);
    const Fd receiver(::accept(server.fd.get(), nullptr, nullptr));
    const Fd file(::memfd_create("file", MFD_CLOEXEC));
    must(::ftruncate(file.get(), 50'000) == 0);
    for (std::size_t left = 50'000; left > 0;) {
      const ssize_t n = ::sendfile(peer.get(), file.get(), nullptr, left);
      must(n > 0);
      left -= static_cast<std::size_t>(n);
    }
    char a[] = "abc";
    char b[] = "defgh";
    const iovec both[] = {{a, 3}, {b, 5}};
    must(::writev(peer.get(), both, 2) == 8);
    receive_all(receiver.get(), 50'008);
  });
  child.begin();
  child.wait_until_done();
  sample();
  EXPECT_EQ(of(child).tcp_bytes_sent, Bytes{50'008});
  EXPECT_EQ(of(child).tcp_bytes_received, Bytes{50'008});
}

TEST_P(NetworkUse, IsNotWhatStaysInTheSocketOrFailsOrIsOfAnotherProtocol) {
  Bound server(AF_INET, SOCK_STREAM);
  const Child child([&] {
    const Fd peer = connected(server, SOCK_STREAM);
    Fd receiver(::accept(server.fd.get(), nullptr, nullptr));
    must(::send(peer.get(), "abc", 3, 0) == 3);
    char data[64];
    for (int i = 0; i < 5; ++i) must(::recv(receiver.get(), data, sizeof data, MSG_PEEK) == 3);
    must(::recv(receiver.get(), data, sizeof data, 0) == 3);
    must(::recv(receiver.get(), data, sizeof data, MSG_DONTWAIT) < 0);
    // Unread data makes the other side reset the connection.
    must(::send(peer.get(), "d", 1, 0) == 1);
    receiver.reset();
    must(::send(peer.get(), "e", 1, MSG_NOSIGNAL) < 0);
    int local[2];
    must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, local) == 0);
    must(::send(local[0], "local", 5, 0) == 5 && ::recv(local[1], data, 5, 0) == 5);
  });
  child.begin();
  child.wait_until_done();
  sample();
  EXPECT_EQ(of(child).tcp_sent, 2);
  EXPECT_EQ(of(child).tcp_bytes_sent, Bytes{4});
  EXPECT_EQ(of(child).tcp_received, 1);
  EXPECT_EQ(of(child).tcp_bytes_received, Bytes{3});
  EXPECT_EQ(of(child).udp_sent, 0);
}

// A socket belongs to nobody: what is sent is the sender's.
TEST_P(NetworkUse, IsThatOfWhoCallsWhoeverMadeTheSocket) {
  Bound server(AF_INET, SOCK_DGRAM);
  const Fd shared = connected(server, SOCK_DGRAM);
  const auto send = [&](int times) {
    for (int i = 0; i < times; ++i) must(::send(shared.get(), "abcd", 4, 0) == 4);
  };
  const Child one([&] { send(10); });
  const Child other([&] { send(25); });
  one.begin();
  other.begin();
  one.wait_until_done();
  other.wait_until_done();
  sample();
  EXPECT_EQ(of(one).udp_bytes_sent, Bytes{40});
  EXPECT_EQ(of(other).udp_bytes_sent, Bytes{100});
  EXPECT_EQ(processes_[::getpid()].udp_sent, 0);
}

// As when the recorder is started anew: nobody knows when what was counted before had been.
TEST_P(NetworkUse, CountedByNewProgramsBeginsAtNothing) {
  Bound server(AF_INET, SOCK_DGRAM);
  int more[2];
  ASSERT_EQ(::pipe2(more, O_CLOEXEC), 0);
  const Child child([&] {
    const Fd peer = connected(server, SOCK_DGRAM);
    for (int i = 0; i < 50; ++i) must(::send(peer.get(), "abcd", 4, 0) == 4);
    char c = 0;
    must(::read(more[0], &c, 1) == 1);
    for (int i = 0; i < 70; ++i) must(::send(peer.get(), "abcd", 4, 0) == 4);
  });
  child.begin();
  while (of(child).udp_sent < 50) sample();
  collector_->watch_network(NetworkChoice::kNone);
  collector_->watch_network(NetworkChoice::kPayload);
  processes_.clear();
  sample();
  EXPECT_EQ(of(child).udp_sent, 0);
  ASSERT_EQ(::write(more[1], "", 1), 1);
  child.wait_until_done();
  sample();
  EXPECT_EQ(of(child).udp_sent, 70);
  EXPECT_EQ(of(child).udp_bytes_sent, Bytes{280});
  ::close(more[0]);
  ::close(more[1]);
}

}  // namespace
}  // namespace proctape
