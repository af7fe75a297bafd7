// SPDX-License-Identifier: Apache-2.0
//
// The functions of all rows of the tables, which would otherwise be compiled with each file that
// reads or writes a record.
#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {

template const Record<System>& record_of<kSstat>(Version);
template const Record<Task>& record_of<kTstat>(Version);
template const Record<Cgroup>& record_of<kCstat>(Version);
template const Record<FileHeader>& record_of<kRawheader>(Version);
template const Record<RecordHeader>& record_of<kRawrecord>(Version);

}  // namespace proctape
