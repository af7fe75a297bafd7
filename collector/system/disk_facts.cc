// SPDX-License-Identifier: Apache-2.0
#include "collector/system/disk_facts.h"

#include <algorithm>

#include "base/text/text.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/kernel/numbers.h"

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

// Kinds of which nobody wants a record, by the major numbers that they have on every host.
constexpr bool is_unwanted(Count major) {
  constexpr Count kRam = 1;
  constexpr Count kFloppy = 2;
  constexpr Count kLoop = 7;
  constexpr Count kCd = 11;
  return major == kRam || major == kFloppy || major == kLoop || major == kCd;
}

// Names with a '/' have a '!' there in sysfs. Empty: no such name.
std::string disk_directory(std::string_view name) {
  if (name.empty() || name == "." || name == "..") return {};
  std::string path = "sys/block/" + std::string(name);
  std::replace(path.begin() + 10, path.end(), '/', '!');
  return path;
}

// Of a device whose name no pattern knows. None: not recorded.
std::optional<DiskClass> class_in(const KernelFs& fs, const std::string& directory) {
  if (fs.exists(directory + "/md")) return DiskClass::kMd;
  if (fs.exists(directory + "/dm")) return DiskClass::kLvm;
  if (fs.exists(directory + "/device")) return DiskClass::kPhysical;
  return DiskClass::kLvm;
}

}  // namespace

std::optional<DiskClass> disk_class(std::string_view name) {
  for (const NamePattern& known : kNamePatterns) {
    if (matches(name, known.pattern)) return known.disk_class;
  }
  return std::nullopt;
}

DiskFacts ask_disk_facts(const KernelFs& fs, std::string_view name, DeviceNumber number,
                         FileBuffer& buffer) {
  DiskFacts facts{.name = std::string(name),
                  .directory = disk_directory(name),
                  .number = number,
                  .disk_class = disk_class(name)};
  constexpr int kBitsOfMinor = 32;
  facts.identity.number = 1 + ((static_cast<std::uint64_t>(number.major) << kBitsOfMinor) |
                               (static_cast<std::uint64_t>(number.minor) & 0xFFFFFFFFU));
  const std::string& directory = facts.directory;
  if (directory.empty()) return facts;
  const bool is_device = fs.exists(directory);  // and no partition
  if (is_device && !facts.disk_class && !is_unwanted(number.major)) {
    facts.disk_class = class_in(fs, directory);
  }
  if (!facts.disk_class) {
    facts.is_left_out = is_device || !fs.exists("sys/block");
    return facts;
  }
  facts.identity.inode = fs.sysfs_inode(directory.c_str());
  const auto serial = read_number(fs, directory + "/diskseq", buffer);
  if (serial && *serial > 0) facts.identity.serial = static_cast<std::uint64_t>(*serial);
  return facts;
}

}  // namespace proctape
