// SPDX-License-Identifier: Apache-2.0
//
// The files of a task in /proc whose fields `proctape procfs` shows: their names and values, as the
// kernel writes them. Nothing is converted, so that a field of a newer kernel needs no change here.
// Kernel documents: proc_pid_stat(5), proc_pid_status(5), proc_pid_io(5).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"

namespace proctape {

enum class TaskFile : unsigned char { kStat, kStatus, kIo };
inline constexpr std::array kTaskFiles = {TaskFile::kStat, TaskFile::kStatus, TaskFile::kIo};

constexpr std::size_t index_of(TaskFile file) { return static_cast<std::size_t>(file); }

// "stat": its name in /proc/PID.
const char* name_of(TaskFile file);

// The fields of all kernels up to 6.18, in their order in the file. `stat` has no names in it: they
// are those of the manual page. `status` and `io` tell their own.
std::span<const std::string_view> known_fields(TaskFile file);

// Shows each field of `text`, the content of `file`, in its order. A field of `stat` behind those
// that have names is "field53". Values are without the blanks around them, except names of tasks,
// which may begin and end with blanks.
using FieldVisitor = FunctionRef<void(std::string_view name, std::string_view value)>;
Result<> visit_fields(TaskFile file, std::string_view text, FieldVisitor visit);

}  // namespace proctape
