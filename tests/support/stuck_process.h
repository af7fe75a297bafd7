// SPDX-License-Identifier: Apache-2.0
//
// A process that holds its mmap lock and gives it back never, as one does that touched a
// mapped file of a dead file server: opening or reading its cmdline hangs.
//
// The file server is a FUSE file system of one file that answers no read. Somebody reads the
// process's memory where that file is mapped, which holds the lock for reading; the process
// itself maps memory, waits for the lock, and whoever comes later waits behind it. All of it
// ends when the file system is taken away.
#pragma once

#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>

#include "base/file/fd.h"
#include "tests/support/test_host.h"

namespace proctape {

class StuckProcess {
 public:
  // Whether it is stuck is told by why_not().
  StuckProcess() {
    if (mount_files()) start_process();
  }
  StuckProcess(const StuckProcess&) = delete;
  StuckProcess& operator=(const StuckProcess&) = delete;
  ~StuckProcess() {
    if (mounted_) ::umount2(path_.c_str(), MNT_FORCE | MNT_DETACH);
    for (const pid_t process : {server_, pid_}) {
      if (process > 0) ::kill(process, SIGKILL);
    }
    if (reader_.joinable()) reader_.join();
    for (const pid_t process : {server_, pid_}) {
      if (process > 0) ::waitpid(process, nullptr, 0);
    }
  }

  pid_t pid() const { return pid_; }
  const std::string& why_not() const { return why_not_; }  // empty: it is stuck

 private:
  bool fail(const char* what) {
    why_not_ = std::string(what) + ": " + std::strerror(errno);
    return false;
  }

  bool mount_files() {
    device_ = Fd(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
    if (!device_) return fail("open /dev/fuse");
    directory_.write("file", "");
    path_ = (directory_.path() / "file").string();
    const std::string options =
        "fd=" + std::to_string(device_.get()) + ",rootmode=100644,user_id=0,group_id=0";
    if (::mount("test", path_.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
      return fail("mount fuse");
    }
    mounted_ = true;
    // A process of its own, which ends with this one: the kernel lets everybody go then, also
    // if a test crashes.
    server_ = ::fork();
    if (server_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      serve(device_.get());
      ::_exit(0);
    }
    device_.reset();
    return true;
  }

  static void answer(int fd, const fuse_in_header& request, int error, const void* body,
                     std::size_t size) {
    std::array<char, 512> bytes{};
    fuse_out_header header{.len = static_cast<std::uint32_t>(sizeof(header) + size),
                           .error = error,
                           .unique = request.unique};
    std::memcpy(bytes.data(), &header, sizeof(header));
    if (size > 0) std::memcpy(bytes.data() + sizeof(header), body, size);
    static_cast<void>(::write(fd, bytes.data(), header.len));
  }

  static void serve(int fd) {
    std::array<char, 256 * 1024> buffer;
    for (;;) {
      const ssize_t size = ::read(fd, buffer.data(), buffer.size());
      if (size < 0 && (errno == EINTR || errno == ENOENT)) continue;
      if (size < static_cast<ssize_t>(sizeof(fuse_in_header))) return;  // unmounted
      fuse_in_header request;
      std::memcpy(&request, buffer.data(), sizeof(request));
      if (request.opcode == FUSE_INIT) {
        fuse_init_out out{};
        out.major = FUSE_KERNEL_VERSION;
        out.minor = FUSE_KERNEL_MINOR_VERSION;
        out.max_write = 4096;
        answer(fd, request, 0, &out, sizeof(out));
      } else if (request.opcode == FUSE_GETATTR) {
        fuse_attr_out out{};
        out.attr_valid = 1000;
        out.attr = {.ino = 1, .size = 4096, .blocks = 8, .mode = S_IFREG | 0644, .nlink = 1};
        answer(fd, request, 0, &out, sizeof(out));
      } else if (request.opcode == FUSE_OPEN) {
        fuse_open_out out{};
        answer(fd, request, 0, &out, sizeof(out));
      } else if (request.opcode != FUSE_READ && request.opcode != FUSE_FORGET) {
        answer(fd, request, -ENOSYS, nullptr, 0);
      }
    }
  }

  bool start_process() {
    std::array<int, 2> up{};
    std::array<int, 2> go{};
    if (::pipe2(up.data(), O_CLOEXEC) != 0 || ::pipe2(go.data(), O_CLOEXEC) != 0) {
      return fail("pipe");
    }
    const Fd up_in(up[0]), go_out(go[1]);
    Fd up_out(up[1]), go_in(go[0]);
    pid_ = ::fork();
    if (pid_ == 0) run_process(path_.c_str(), up_out.get(), go_in.get());
    up_out.reset();
    void* address = nullptr;
    if (::read(up_in.get(), &address, sizeof(address)) != sizeof(address)) {
      return fail("map the file");
    }
    const std::string memory = "/proc/" + std::to_string(pid_) + "/mem";
    memory_ = Fd(::open(memory.c_str(), O_RDONLY | O_CLOEXEC));
    reader_ = std::thread([fd = memory_.get(), address] {
      char byte = 0;
      static_cast<void>(::pread(fd, &byte, 1, reinterpret_cast<off_t>(address)));
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    static_cast<void>(::write(go_out.get(), "", 1));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    // Now it waits for its own lock, if all went well.
    const std::string stat = "/proc/" + std::to_string(pid_) + "/stat";
    std::array<char, 512> text{};
    const Fd file(::open(stat.c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t size = ::read(file.get(), text.data(), text.size());
    const std::string_view view(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    if (!view.substr(view.rfind(')') + 2).starts_with('D')) why_not_ = "it does not hang";
    return true;
  }

  [[noreturn]] static void run_process(const char* path, int up, int go) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    ::fstat(file, &status);  // the kernel asks for the file's size only now
    void* address = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0);
    if (file < 0 || address == MAP_FAILED) ::_exit(1);
    static_cast<void>(::write(up, &address, sizeof(address)));
    char byte = 0;
    static_cast<void>(::read(go, &byte, 1));
    for (;;) {
      void* memory = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      ::munmap(memory, 4096);
      ::usleep(1000);
    }
  }

  TestDirectory directory_;
  std::string path_;
  Fd device_;
  Fd memory_;
  bool mounted_ = false;
  pid_t pid_ = -1;
  pid_t server_ = -1;
  std::thread reader_;
  std::string why_not_;
};

}  // namespace proctape
