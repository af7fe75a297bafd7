// SPDX-License-Identifier: Apache-2.0
#include "collector/system/diskstats.h"

#include <array>

#include "base/text.h"
#include "collector/system/device_name.h"
#include "collector/system/lines.h"
#include "collector/system/stack_path.h"

namespace proctape {
namespace {

// In a pattern '#' stands for one digit or more, '@' for one small letter or more.
struct NamePattern {
  std::string_view pattern;
  DiskClass disk_class;
};
constexpr NamePattern kNamePatterns[] = {
    {"sd@", DiskClass::kPhysical},
    {"vd@", DiskClass::kPhysical},
    {"hd@", DiskClass::kPhysical},
    {"xvd@", DiskClass::kPhysical},
    {"xvd@#", DiskClass::kPhysical},  // Xen may give a guest partitions without their disk
    {"nvme#n#", DiskClass::kPhysical},
    {"nvme#c#n#", DiskClass::kPhysical},
    {"nbd#", DiskClass::kPhysical},
    {"rd/c#d#", DiskClass::kPhysical},
    {"cciss/c#d#", DiskClass::kPhysical},
    {"fio@", DiskClass::kPhysical},
    {"dasd@", DiskClass::kPhysical},
    {"mmcblk#", DiskClass::kPhysical},
    {"emcpower@", DiskClass::kPhysical},
    {"rbd#", DiskClass::kPhysical},
    {"rbd#p#", DiskClass::kPhysical},
    {"md#", DiskClass::kMd},
    {"dm-#", DiskClass::kLvm},
};

constexpr bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// No pattern has the same wildcard twice in a row, so taking all it can is right.
constexpr bool matches(std::string_view name, std::string_view pattern) {
  for (const char wanted : pattern) {
    if (wanted != '#' && wanted != '@') {
      if (!name.starts_with(wanted)) return false;
      name.remove_prefix(1);
      continue;
    }
    const auto fits = wanted == '#' ? is_digit : is_letter;
    if (name.empty() || !fits(name.front())) return false;
    while (!name.empty() && fits(name.front())) name.remove_prefix(1);
  }
  return name.empty();
}
static_assert(matches("nvme10n1", "nvme#n#") && !matches("nvme10n1p1", "nvme#n#"));
static_assert(matches("sdab", "sd@") && !matches("sda1", "sd@") && !matches("sd", "sd@"));

// The numbers after the name, by their place.
enum Column : std::size_t {
  kReads = 0,
  kSectorsRead = 2,
  kWrites = 4,
  kSectorsWritten = 6,
  kInFlight = 8,
  kBusy = 9,
  kQueueTime = 10,
  kFewestColumns = 11,
  kDiscards = 11,
  kSectorsDiscarded = 13,
  kColumnsWithDiscards = 15,
};
using Columns = std::array<Count, kColumnsWithDiscards>;

// How many there are, 0 if one is no number.
std::size_t parse_columns(std::string_view text, Columns& into) {
  std::size_t found = 0;
  while (found < into.size()) {
    const auto word = next_word(text);
    if (word.empty()) break;
    const auto number = to_number(word);
    if (!number) return 0;
    into[found++] = *number;
  }
  return found;
}

Disk to_disk(std::string_view name, const Columns& columns, std::size_t found) {
  Disk disk{.reads = columns[kReads],
            .sectors_read = {columns[kSectorsRead]},
            .writes = columns[kWrites],
            .sectors_written = {columns[kSectorsWritten]},
            .busy = {columns[kBusy]},
            .queue_time = {columns[kQueueTime]}};
  set_device_name(disk.name, name);
  if (found >= kColumnsWithDiscards) {
    disk.discards = columns[kDiscards];
    disk.sectors_discarded = {columns[kSectorsDiscarded]};
  }
  return disk;
}

bool did_anything(const Disk& disk) {
  return disk.reads != 0 || disk.writes != 0 || (disk.discards != 0 && disk.discards != kUnknown);
}

// Devices come and go, and may be renamed: the names are asked each time.
void name_volumes(Reading& reading, std::vector<Disk>& volumes) {
  if (volumes.empty()) return;
  const auto root = reading.fs.open_directory(".");
  if (!root) return;
  for (Disk& volume : volumes) {
    const auto device = volume.name.view();
    const StackPath path("sys/block/%.*s/dm/name", static_cast<int>(device.size()), device.data());
    const auto text = read_whole(root->get(), path.c_str(), reading.buffer);
    if (!text) continue;
    const auto name = trimmed(*text);
    if (!name.empty()) set_device_name(volume.name, name);
  }
}

}  // namespace

std::optional<DiskClass> disk_class(std::string_view name) {
  for (const NamePattern& known : kNamePatterns) {
    if (matches(name, known.pattern)) return known.disk_class;
  }
  return std::nullopt;
}

Result<> parse_diskstats(std::string_view text, Disks& into) {
  Lines lines("proc/diskstats", text);
  while (lines.next()) {
    auto rest = lines.line();
    next_word(rest);  // major
    next_word(rest);  // minor
    const auto name = next_word(rest);
    const auto kind = disk_class(name);
    if (!kind) continue;
    Columns columns;
    const std::size_t found = parse_columns(rest, columns);
    if (found < kFewestColumns) {
      return lines.malformed("'<major> <minor> <name>' and at least 11 numbers");
    }
    Disk disk = to_disk(name, columns, found);
    if (!did_anything(disk)) continue;
    switch (*kind) {
      case DiskClass::kPhysical:
        // The log has it for this class only.
        disk.in_flight = columns[kInFlight];
        into.physical.push_back(disk);
        break;
      case DiskClass::kMd:
        into.md.push_back(disk);
        break;
      case DiskClass::kLvm:
        into.lvm.push_back(disk);
        break;
    }
  }
  return {};
}

void parse_physical_disks(std::string_view text, std::vector<DeviceNumber>& into) {
  into.clear();
  while (!text.empty()) {
    auto line = next_line(text);
    const auto major = next_number(line);
    const auto minor = next_number(line);
    if (major && minor && disk_class(next_word(line)) == DiskClass::kPhysical) {
      into.push_back({*major, *minor});
    }
  }
}

Result<> read_diskstats(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of("proc/diskstats");
  if (!text) return text.error();
  auto parsed = parse_diskstats(*text, into.system.disks);
  if (!parsed) return parsed;
  parse_physical_disks(*text, reading.caches.physical_disks);
  name_volumes(reading, into.system.disks.lvm);
  return {};
}

}  // namespace proctape
