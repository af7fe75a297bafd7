// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/recorded_task.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text/format.h"
#include "base/units.h"

namespace proctape {
namespace {

using Text = std::optional<std::string>;  // none: the log does not tell

bool has_exited(const Task& task) { return task.identity.state == TaskIdentity::kExited; }
// Kernel threads, zombies and what has ended have no memory of their own.
bool has_memory(const Task& task) {
  return !has_exited(task) && task.memory.virtual_size.value > 0;
}

Text number(Count value) { return std::to_string(value); }
Text of_living(const Task& task, Count value) { return has_exited(task) ? Text{} : number(value); }
Text kilobytes(Bytes size) {
  return size.value < 0 ? Text{} : formatted("{} kB", size.value / 1024);
}
Text of_memory(const Task& task, Bytes TaskMemory::*member) {
  return has_memory(task) ? kilobytes(task.memory.*member) : Text{};
}
Text bytes(Sectors sectors) { return number(wrapping_product(sectors.value, kBytesPerSector)); }
Text ids(Count real, Count effective, Count saved, Count file_system) {
  return formatted("{}\t{}\t{}\t{}", real, effective, saved, file_system);
}

char state_of(const Task& task) { return has_exited(task) ? 'X' : task.identity.state; }
const char* meaning_of_state(char state) {
  switch (state) {
    case 'R':
      return "running";
    case 'S':
      return "sleeping";
    case 'D':
      return "disk sleep";
    case 'T':
      return "stopped";
    case 't':
      return "tracing stop";
    case 'X':
      return "dead";
    case 'Z':
      return "zombie";
    case 'P':
      return "parked";
    case 'I':
      return "idle";
    default:
      return nullptr;
  }
}
Text state_letter(const Task& task) {
  const char state = state_of(task);
  return state == 0 ? Text{} : std::string(1, state);
}
Text state_words(const Task& task) {
  const char state = state_of(task);
  const char* const meaning = meaning_of_state(state);
  return meaning ? formatted("{} ({})", state, meaning) : state_letter(task);
}

// `status` has escapes for what `stat` has as it is. The log holds no newlines.
Text escaped_name(const Task& task) {
  std::string name;
  for (const char c : task.identity.name.view()) name += c == '\\' ? "\\\\" : std::string(1, c);
  return name;
}

struct RecordedField {
  TaskFile file;
  std::string_view name;
  Text (*value)(const RecordedTask& told);
  Version since = Version::v2_3;  // the log has it
};

constexpr Count kPriorityOfAtop = 100;  // is added in the log
constexpr Count kWaitStatus = 0xffff;   // bits of `exit_code`

constexpr RecordedField kRecordedFields[] = {
    {TaskFile::kStat, "pid",
     [](const RecordedTask& told) { return number(told.task.identity.pid); }},
    {TaskFile::kStat, "comm",
     [](const RecordedTask& told) { return Text(told.task.identity.name.view()); }},
    {TaskFile::kStat, "state", [](const RecordedTask& told) { return state_letter(told.task); }},
    {TaskFile::kStat, "ppid",
     [](const RecordedTask& told) { return number(told.task.identity.ppid); }},
    {TaskFile::kStat, "minflt",
     [](const RecordedTask& told) { return number(told.task.memory.minor_faults); }},
    {TaskFile::kStat, "majflt",
     [](const RecordedTask& told) { return number(told.task.memory.major_faults); }},
    {TaskFile::kStat, "utime",
     [](const RecordedTask& told) { return number(told.task.cpu.user.value); }},
    {TaskFile::kStat, "stime",
     [](const RecordedTask& told) { return number(told.task.cpu.system.value); }},
    {TaskFile::kStat, "priority",
     [](const RecordedTask& told) {
       return of_living(told.task, wrapping_difference(told.task.cpu.priority, kPriorityOfAtop));
     }},
    {TaskFile::kStat, "nice",
     [](const RecordedTask& told) { return of_living(told.task, told.task.cpu.nice); }},
    {TaskFile::kStat, "num_threads",
     [](const RecordedTask& told) {
       return told.task.identity.is_process ? of_living(told.task, told.task.identity.threads)
                                            : Text{};
     }},
    {TaskFile::kStat, "vsize",
     [](const RecordedTask& told) {
       return of_living(told.task, told.task.memory.virtual_size.value);
     }},
    {TaskFile::kStat, "rss",
     [](const RecordedTask& told) {
       return of_living(told.task,
                        told.task.memory.resident.value / std::max<Count>(told.host.page_size, 1));
     }},
    {TaskFile::kStat, "processor",
     [](const RecordedTask& told) { return of_living(told.task, told.task.cpu.current_cpu); }},
    {TaskFile::kStat, "rt_priority",
     [](const RecordedTask& told) {
       return of_living(told.task, told.task.cpu.realtime_priority);
     }},
    {TaskFile::kStat, "policy",
     [](const RecordedTask& told) { return of_living(told.task, told.task.cpu.policy); }},
    {TaskFile::kStat, "delayacct_blkio_ticks",
     [](const RecordedTask& told) { return number(told.task.cpu.block_io_delay.value); }, v2_8},
    {TaskFile::kStat, "exit_code",
     [](const RecordedTask& told) {
       return has_exited(told.task) ? number(told.task.identity.exit_code & kWaitStatus) : Text{};
     }},

    {TaskFile::kStatus, "Name", [](const RecordedTask& told) { return escaped_name(told.task); }},
    {TaskFile::kStatus, "State", [](const RecordedTask& told) { return state_words(told.task); }},
    {TaskFile::kStatus, "Tgid",
     [](const RecordedTask& told) { return number(told.task.identity.tgid); }},
    {TaskFile::kStatus, "Pid",
     [](const RecordedTask& told) { return number(told.task.identity.pid); }},
    {TaskFile::kStatus, "PPid",
     [](const RecordedTask& told) { return number(told.task.identity.ppid); }},
    {TaskFile::kStatus, "Uid",
     [](const RecordedTask& told) {
       const TaskIdentity& who = told.task.identity;
       return ids(who.ruid, who.euid, who.suid, who.fsuid);
     }},
    {TaskFile::kStatus, "Gid",
     [](const RecordedTask& told) {
       const TaskIdentity& who = told.task.identity;
       return ids(who.rgid, who.egid, who.sgid, who.fsgid);
     }},
    {TaskFile::kStatus, "VmSize",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::virtual_size); }},
    {TaskFile::kStatus, "VmLck",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::locked); }, v2_6},
    {TaskFile::kStatus, "VmHWM",
     [](const RecordedTask& told) {
       return has_exited(told.task) && told.task.memory.resident.value > 0
                  ? kilobytes(told.task.memory.resident)
                  : Text{};
     }},
    {TaskFile::kStatus, "VmRSS",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::resident); }},
    {TaskFile::kStatus, "VmData",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::data); }},
    {TaskFile::kStatus, "VmStk",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::stack); }},
    {TaskFile::kStatus, "VmExe",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::executable); }},
    {TaskFile::kStatus, "VmLib",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::libraries); }},
    {TaskFile::kStatus, "VmSwap",
     [](const RecordedTask& told) { return of_memory(told.task, &TaskMemory::swap); }},
    {TaskFile::kStatus, "Threads",
     [](const RecordedTask& told) {
       return told.task.identity.is_process ? of_living(told.task, told.task.identity.threads)
                                            : Text{};
     }},
    {TaskFile::kStatus, "voluntary_ctxt_switches",
     [](const RecordedTask& told) { return number(told.task.cpu.voluntary_switches); }, v2_9},
    {TaskFile::kStatus, "nonvoluntary_ctxt_switches",
     [](const RecordedTask& told) { return number(told.task.cpu.involuntary_switches); }, v2_9},

    {TaskFile::kIo, "read_bytes",
     [](const RecordedTask& told) { return bytes(told.task.disk.read); }},
    {TaskFile::kIo, "write_bytes",
     [](const RecordedTask& told) { return bytes(told.task.disk.written); }},
    {TaskFile::kIo, "cancelled_write_bytes",
     [](const RecordedTask& told) { return bytes(told.task.disk.cancelled); }},
};

}  // namespace

void visit_fields(const RecordedTask& told, FileFieldVisitor visit) {
  for (const RecordedField& field : kRecordedFields) {
    if (told.version < field.since || (field.file == TaskFile::kIo && !told.has_io)) continue;
    if (const Text value = field.value(told)) visit(field.file, field.name, *value);
  }
}

}  // namespace proctape
