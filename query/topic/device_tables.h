// SPDX-License-Identifier: Apache-2.0
//
// Tables of disks, volumes and network interfaces.
#pragma once

#include <string>
#include <vector>

#include "query/measure/device_use.h"
#include "query/table/table.h"

namespace proctape {

// Of which of them there is a row.
enum class DevicesShown {
  kUsed,  // those that did something
  kAll,
};

// The busiest first.
Table table_of_disks(std::string_view name, std::string title, const std::vector<DiskUse>& uses,
                     DevicesShown shown = DevicesShown::kUsed);
Table table_of_interfaces(std::string_view name, std::string title,
                          const std::vector<InterfaceUse>& uses,
                          DevicesShown shown = DevicesShown::kUsed);

}  // namespace proctape
