// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/installed_atop.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include "base/file/fd.h"
#include "base/text/text.h"

namespace proctape {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr char kCommand[] = "atop -V";

// A running child in a process group of its own. Nothing of it is left when this ends.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

 private:
  pid_t pid_;
};

// Starts `atop -V` with its output going to `output`. 0, or an errno.
int spawn_atop(int output, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);

  // The daemon blocks the signals that its event loop waits for; the child must not.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);

  std::string name = "atop";
  std::string option = "-V";
  std::array<char*, 3> arguments = {name.data(), option.data(), nullptr};
  const int error =
      ::posix_spawnp(&pid, name.c_str(), &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

// What arrives at `fd` until `deadline`, up to its first newline or its end.
Result<std::string> read_first_line(int fd, SteadyClock::time_point deadline) {
  constexpr std::size_t kEnough = 1024;
  std::string text(kEnough, '\0');
  std::size_t size = 0;
  while (size < text.size() && text.find('\n') == text.npos) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    const int polled = ::poll(&ready, 1, static_cast<int>(std::max(left.count(), 0L)));
    if (polled == 0) return Error{Error::Kind::kMalformed, std::string(kCommand) + ": no answer"};
    if (polled < 0 && errno == EINTR) continue;
    if (polled < 0) return error_from_errno(errno, kCommand);
    const ssize_t count = ::read(fd, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_from_errno(errno, kCommand);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

}  // namespace

Result<Version> installed_atop_version(std::chrono::milliseconds patience) {
  const auto deadline = SteadyClock::now() + patience;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return error_from_errno(errno, kCommand);
  const Fd reader(ends[0]);
  Fd writer(ends[1]);

  pid_t pid = 0;
  if (const int error = spawn_atop(writer.get(), pid); error != 0) {
    return error_from_errno(error, kCommand);
  }
  const Child child(pid);
  writer.reset();  // or the end of the child's output would never come

  const auto text = read_first_line(reader.get(), deadline);
  if (!text) return text.error();
  return parse_atop_version(*text);
}

Result<Version> parse_atop_version(std::string_view text) {
  std::string_view line = next_line(text);
  const std::string_view whole = line;
  const auto expected = [&] { return malformed(kCommand, "'Version: <number>.<number>'", whole); };
  if (next_word(line) != "Version:") return expected();
  // "2.8.1": the patch level does not matter to the format.
  const std::string_view release = next_word(line);
  const auto major_end = release.find('.');
  if (major_end == release.npos) return expected();
  const std::string_view version = release.substr(0, release.find('.', major_end + 1));
  if (!to_number(version.substr(0, major_end)) || !to_number(version.substr(major_end + 1))) {
    return expected();
  }
  if (const auto known = parse_version(version)) return *known;
  return Error{Error::Kind::kInvalid, std::string(kCommand) + ": the log format of atop " +
                                          std::string(version) + " is not known"};
}

}  // namespace proctape
