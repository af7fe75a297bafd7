// SPDX-License-Identifier: Apache-2.0
#include "report/plot/shot.h"

#include "base/text/format.h"
#include "base/text/size_text.h"
#include "query/measure/elapsed.h"
#include "report/plot/theme.h"

namespace proctape {
namespace {

// The parent of all threads of the kernel.
constexpr Count kKthreadd = 2;

bool is_of_the_kernel(const Task& task) {
  const TaskIdentity& identity = task.identity;
  const bool is_below = identity.tgid == kKthreadd || identity.ppid == kKthreadd;
  return is_below && task.memory.virtual_size.value <= 0 && identity.euid == 0;
}

}  // namespace

Shot shot_of(const Host& host, const Sample& sample, const Task& task) {
  Shot shot;
  const TaskIdentity& identity = task.identity;
  shot.pid = identity.pid;
  shot.tgid = identity.tgid;
  shot.started = bounded(identity.started);
  shot.name = identity.name;
  shot.command_line = identity.command_line;
  shot.is_process = identity.is_process;
  shot.ended = identity.state == TaskIdentity::kExited;
  shot.uid = is_of_the_kernel(task) ? Shot::kKernel : identity.euid;
  shot.resident = used(task.memory.resident);
  shot.virtual_size = used(task.memory.virtual_size);
  if (sample.since_boot) return shot;
  const double seconds = seconds_of(sample);
  shot.cpu = 100 * (used(task.cpu.user) + used(task.cpu.system)) / ticks_per_second(host) / seconds;
  shot.read = used(task.disk.read) * kBytesPerSector / seconds;
  shot.written = used(task.disk.written) * kBytesPerSector / seconds;
  shot.growth = static_cast<double>(task.memory.resident_growth.value);
  return shot;
}

std::string user_text(Count uid, const PlotOptions& options) {
  if (uid == Shot::kKernel) return "kernel";
  const std::string name = options.user_name ? options.user_name(uid) : std::string();
  if (!name.empty()) return name;
  return uid == 0 ? "root" : "uid " + std::to_string(uid);
}

Color color_of_user(Count uid, const PlotOptions& options) {
  const Theme& theme = theme_of(options.dark);
  return uid == Shot::kKernel ? theme.grey : color_of_name(user_text(uid, options), theme);
}

std::string hint_of(const Shot& shot, const PlotOptions& options) {
  std::string text = formatted("{}{} {} ({})", shot.is_process ? "" : "thread ", shot.pid,
                               shot.name.view(), user_text(shot.uid, options));
  if (shot.ended) text += ", ended";
  text += formatted(": CPU {:.1f} %, resident {}, virtual {}", shot.cpu, size_text(shot.resident),
                    size_text(shot.virtual_size));
  if (shot.read > 0) text += ", reads " + size_text(shot.read) + "/s";
  if (shot.written > 0) text += ", writes " + size_text(shot.written) + "/s";
  if (!shot.command_line.empty()) text += ": " + std::string(shot.command_line.view());
  return text;
}

std::string label_of(const Shot& shot) {
  return std::string(shot.name.view()) + ' ' + std::to_string(shot.pid);
}

}  // namespace proctape
