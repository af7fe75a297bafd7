// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/pressure_watch.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file/spare_files.h"
#include "base/text/text.h"
#include "collector/system/pressure.h"

namespace proctape {
namespace {

// Nothing but the kernel's own file is opened for writing: below another root there may be an
// ordinary one, of a copied tree, or what a container has put in its place.
Result<Fd> open_trigger(const std::string& path, Count percent) {
  const Fd place(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!place) return error_from_errno(errno, "open " + path);
  struct statfs of_mount {};
  if (::fstatfs(place.get(), &of_mount) != 0 || of_mount.f_type != PROC_SUPER_MAGIC) {
    return Error{Error::Kind::kMissing, path + ": expected a file of the kernel's"};
  }
  const std::string same = "/proc/self/fd/" + std::to_string(place.get());
  Fd file(::open(same.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!file) return error_from_errno(errno, "open " + path);
  if (!leaves_room(file)) return error_from_errno(EMFILE, "keep " + path + " open");
  const std::string wish = pressure_trigger(percent);
  // The kernel wants the zero behind it.
  if (::write(file.get(), wish.c_str(), wish.size() + 1) < 0) {
    return error_from_errno(errno, "ask " + path + " for " + std::to_string(percent) + " %");
  }
  return file;
}

Result<Count> read_waited(const KernelFs& fs, std::string_view resource, FileBuffer& buffer) {
  const std::string path = "proc/pressure/" + std::string(resource);
  const auto text = fs.read(path, buffer);
  if (!text) return text.error();
  Stall some;
  if (auto parsed = parse_pressure(*text, '/' + path, &some, nullptr); !parsed) {
    return std::move(parsed.error());
  }
  return some.total.value;
}

Result<Count> read_oom_kills(const KernelFs& fs, FileBuffer& buffer) {
  auto text = fs.read("proc/vmstat", buffer);
  if (!text) return std::move(text.error());
  constexpr std::string_view kKey = "\noom_kill ";
  const auto place = text->find(kKey);
  if (place == text->npos) {
    return Error{Error::Kind::kMissing, "/proc/vmstat counts no oom_kill"};
  }
  std::string_view rest = text->substr(place + kKey.size());
  const auto count = to_number(next_line(rest));
  if (!count) return malformed("/proc/vmstat: oom_kill", "a number", rest);
  return *count;
}

}  // namespace

std::string pressure_trigger(Count percent) {
  constexpr Count kWindow = std::chrono::microseconds(PressureWatch::kWindow).count();
  return "some " + std::to_string(kWindow / 100 * percent) + ' ' + std::to_string(kWindow);
}

PressureWatch PressureWatch::open(const std::string& root, const PressureLimits& limits,
                                  SinceBoot now, std::vector<Error>& problems) {
  PressureWatch watch;
  auto fs = KernelFs::open(root);
  if (!fs) {
    problems.push_back(std::move(fs.error()));
    return watch;
  }
  watch.fs_ = std::move(*fs);
  const auto add = [&](std::string_view resource, Count limit) {
    if (limit == 0) return;
    auto file = open_trigger(root + "/proc/pressure/" + std::string(resource), limit);
    if (file) {
      watch.triggers_.push_back({resource, limit, std::move(*file)});
    } else if (const auto waited = read_waited(*watch.fs_, resource, watch.buffer_)) {
      watch.counters_.push_back({resource, limit, {*waited, *waited}, {now, now}});
    } else {
      problems.push_back(std::move(file.error()));
    }
  };
  add("cpu", limits.cpu);
  add("memory", limits.memory);
  add("io", limits.io);
  if (!limits.oom_kills) return watch;
  auto count = read_oom_kills(*watch.fs_, watch.buffer_);
  if (count) {
    watch.oom_kills_ = *count;
  } else {
    problems.push_back(std::move(count.error()));
  }
  return watch;
}

std::vector<const PressureWatch::Counter*> PressureWatch::look(SinceBoot now) {
  std::vector<const Counter*> exceeded;
  for (Counter& counter : counters_) {
    const auto waited = read_waited(*fs_, counter.resource, buffer_);
    if (!waited) continue;  // is told as a source of samples
    const Count passed = (now - counter.at[1]) / std::chrono::microseconds(1);
    if ((*waited - counter.waited[1]) * 100 > passed * counter.limit) exceeded.push_back(&counter);
    counter.waited = {*waited, counter.waited[0]};
    counter.at = {now, counter.at[0]};
  }
  return exceeded;
}

Count PressureWatch::take_oom_kills() {
  if (!oom_kills_) return 0;
  const auto now = read_oom_kills(*fs_, buffer_);
  if (!now) return 0;
  return *now - std::exchange(*oom_kills_, *now);
}

}  // namespace proctape
