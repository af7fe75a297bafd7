// SPDX-License-Identifier: Apache-2.0
//
// Tables of disks, volumes and network interfaces.
#pragma once

#include <string>
#include <vector>

#include "query/measure/device_use.h"
#include "query/table/table.h"

namespace proctape {

// The busiest first; those that did nothing are left out.
Table table_of_disks(std::string_view name, std::string title, const std::vector<DiskUse>& uses);
Table table_of_interfaces(std::string_view name, std::string title,
                          const std::vector<InterfaceUse>& uses);

}  // namespace proctape
