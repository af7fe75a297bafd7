// SPDX-License-Identifier: Apache-2.0
//
// The host names of processes that have a UTS namespace of their own: containers mostly.
// A namespace is known by its inode, "uts:[4026531838]" in /proc/<pid>/ns/uts; its name is
// asked by a thread that enters it (setns, CAP_SYS_ADMIN), which ends again at once: nothing
// else tells it without reading files of the container, where its file systems may hang.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/units.h"

namespace proctape {

class UtsNames {
 public:
  // Names change: a namespace is asked again after so long, one with no name of its own yet
  // sooner, as runtimes set it only after they made the namespace.
  static constexpr std::chrono::seconds kKeep{60};
  static constexpr std::chrono::seconds kKeepUnnamed{5};
  // Everybody may make namespaces, and to ask one takes a thread: so many are asked in a snapshot.
  static constexpr int kMostQuestions = 64;

  // `proc` is open on /proc and must live on. The host's namespace is that of pid 1, if it
  // may be read, else our own. `host_name` is the name in it.
  UtsNames(int proc, std::string host_name);

  void begin_snapshot(SinceBoot now);

  // Empty if the process is in the host's namespace, its name is that of the host or
  // "localhost", or it cannot be known. Valid until the next snapshot begins.
  // `is_service`: of this host, where systemd gives many a namespace that has the host's name
  // (ProtectHostname=).
  std::string_view name_of(Count pid, bool is_service);

  // Something that is no service has such a namespace, and this process lacks the right to
  // enter it.
  bool refused() const { return refused_; }

 private:
  struct Entry {
    std::string name;
    SinceBoot asked{};
    SinceBoot used{};
  };

  int proc_;
  std::string host_name_;
  std::uint64_t host_namespace_;  // 0: not known
  SinceBoot now_{};
  int questions_ = 0;  // in this snapshot
  bool may_ask_ = true;
  bool refused_ = false;
  std::unordered_map<std::uint64_t, Entry> namespaces_;  // by inode
};

}  // namespace proctape
