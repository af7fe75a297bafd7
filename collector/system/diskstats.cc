// SPDX-License-Identifier: Apache-2.0
#include "collector/system/diskstats.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text/partition_name.h"
#include "base/text/text.h"
#include "collector/kernel/device_name.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/stack_path.h"

namespace proctape {
namespace {

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

// One device.
struct DiskLine {
  DeviceNumber number;
  std::string_view name;
  Columns columns{};
  std::size_t found = 0;  // of the columns
};

Disk to_disk(const DiskLine& line) {
  const Columns& columns = line.columns;
  Disk disk{.reads = columns[kReads],
            .sectors_read = {columns[kSectorsRead]},
            .writes = columns[kWrites],
            .sectors_written = {columns[kSectorsWritten]},
            .busy = {columns[kBusy]},
            .queue_time = {columns[kQueueTime]}};
  set_device_name(disk.name, line.name);
  if (line.found >= kColumnsWithDiscards) {
    disk.discards = columns[kDiscards];
    disk.sectors_discarded = {columns[kSectorsDiscarded]};
  }
  return disk;
}

void add_disk(const DiskLine& line, DiskClass disk_class, const Identity& identity, Disks& into) {
  Disk disk = to_disk(line);
  disk.identity = identity;
  switch (disk_class) {
    case DiskClass::kPhysical:
      // The log has it for this class only. Some kernels count below 0.
      disk.in_flight = std::max<Count>(line.columns[kInFlight], 0);
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

// "a, b, c and 5 more"
std::string some_of(const std::vector<std::string_view>& names) {
  constexpr std::size_t kShown = 40;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i == 0 ? "" : ", ") + std::string(names[i]);
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

// The devices of the text, one after another, with what is known of them besides.
class DiskReader {
 public:
  DiskReader(Reading& reading, Disks& into) : reading_(reading), into_(into) {
    refresh_ = reading.memo.disk_facts.due(reading.now) || !reading.fs.has_sysfs();
  }

  // Finds out what it is, and whether its numbers are of use.
  bool wants(const DiskLine& line) {
    facts_ = &facts_of(line);
    return facts_->disk_class || (facts_->is_left_out && was_asked_);
  }

  // Behind wants() of the same line.
  void take(const DiskLine& line) {
    refresh(line);
    if (facts_->disk_class == DiskClass::kPhysical) {
      reading_.memo.physical_disks.push_back(facts_->number);
    }
    if (!facts_->disk_class) return;
    if (*facts_->disk_class == DiskClass::kLvm) volumes_.push_back(position_ - 1);
    add_disk(line, *facts_->disk_class, facts_->identity, into_);
  }

  // Behind the last device.
  void finish() {
    std::vector<DiskFacts>& known = reading_.memo.disks;
    const bool changed = changed_ || known.size() != position_;
    known.resize(position_);
    if (changed) compare_devices(known);
    name_volumes(known);
    tell_left_out(known);
  }

 private:
  // Of all counters, to see whether a device did anything, or began anew.
  static Count activity(const Columns& columns) {
    return wrapping_sum(wrapping_sum(columns[kReads], columns[kWrites]), columns[kDiscards]);
  }

  DiskFacts& facts_of(const DiskLine& line) {
    std::vector<DiskFacts>& known = reading_.memo.disks;
    const auto fits = [&](const DiskFacts& facts) {
      return facts.name == line.name && facts.number == line.number;
    };
    const auto here = known.begin() + static_cast<std::ptrdiff_t>(position_);
    const auto found = std::find_if(here, known.end(), fits);
    const bool is_new = found == known.end();
    was_asked_ = is_new || refresh_;
    if (is_new) {
      known.insert(here, ask_disk_facts(reading_.fs, line.name, line.number, reading_.buffer));
      changed_ = true;
    } else if (found != here) {
      std::rotate(here, found, found + 1);
      changed_ = true;
    }
    DiskFacts& facts = known[position_++];
    if (refresh_ && !is_new && !facts.disk_class) ask_again(facts);
    return facts;
  }

  void ask_again(DiskFacts& facts) {
    DiskFacts now = ask_disk_facts(reading_.fs, facts.name, facts.number, reading_.buffer);
    now.activity = facts.activity;
    now.was_told = facts.was_told;
    facts = std::move(now);
    changed_ = true;
  }

  void refresh(const DiskLine& line) {
    const Count now = activity(line.columns);
    if (facts_->disk_class && is_stale(*facts_, now)) ask_again(*facts_);
    facts_->activity = now;
  }

  // Another device may have come in place of one that did something.
  bool is_stale(const DiskFacts& facts, Count now) const {
    if (refresh_ || now < facts.activity) return true;
    return now != facts.activity && facts.identity.inode != 0 &&
           reading_.fs.sysfs_inode(facts.directory.c_str()) != facts.identity.inode;
  }

  static void compare_devices(std::vector<DiskFacts>& known) {
    for (DiskFacts& facts : known) {
      // Files that stand for a host may give one number to several.
      if (facts.identity.inode == 0 &&
          std::ranges::count(known, facts.number, &DiskFacts::number) > 1) {
        facts.identity.number = 0;
      }
      facts.is_left_out = facts.is_left_out && std::ranges::none_of(known, [&](const auto& disk) {
                            return is_partition_of(facts.name, disk.name);
                          });
    }
  }

  // Volumes come and go, and may be renamed: the names are asked each time.
  void name_volumes(std::vector<DiskFacts>& known) {
    if (volumes_.empty()) return;
    const auto root = reading_.fs.open_directory(".");
    if (!root) return;
    std::vector<Disk>& volumes = into_.lvm;
    for (const std::size_t position : volumes_) {
      DiskFacts& facts = known[position];
      // Those that did nothing are not recorded, and nobody wants to know their names.
      if (!facts.name.starts_with("dm-") || facts.activity == 0) {
        facts.whole_name = facts.name;
        continue;
      }
      const StackPath path("sys/block/%s/dm/name", facts.name.c_str());
      const auto text = read_whole(root->get(), path.c_str(), reading_.buffer);
      const auto name = text ? trimmed(*text) : std::string_view{};
      facts.whole_name = name.empty() ? std::string_view(facts.name) : name;
    }
    reading_.memo.volume_names.shorten(
        volumes.size(),
        [&](std::size_t i) -> std::string_view { return known[volumes_[i]].whole_name; },
        [&](std::size_t i) -> auto& { return volumes[i].name; });
  }

  void tell_left_out(std::vector<DiskFacts>& known) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> new_names;
    for (DiskFacts& facts : known) {
      if (!facts.is_left_out || facts.activity == 0) continue;
      names.push_back(facts.name);
      if (!std::exchange(facts.was_told, true)) new_names.push_back(facts.name);
    }
    if (names.empty()) return;
    reading_.note(Error{Error::Kind::kLeftOut, "disks " + some_of(names)});
    if (!new_names.empty()) reading_.newly_left_out = "disks " + some_of(new_names);
  }

  Reading& reading_;
  Disks& into_;
  bool refresh_;
  DiskFacts* facts_ = nullptr;  // of the line
  bool was_asked_ = false;      // with it
  bool changed_ = false;
  std::size_t position_ = 0;
  std::vector<std::size_t> volumes_;  // of memo.disks, in the order of into_.lvm
};

// Calls `take` with each device that `is_wanted` with its numbers; loses a malformed line, and
// returns the first such error.
template <typename IsWanted, typename Take>
Result<> for_each_disk(std::string_view text, IsWanted is_wanted, Take take) {
  FirstError error;
  KernelLines lines("proc/diskstats", text);
  while (lines.next()) {
    auto rest = lines.line();
    DiskLine line;
    const auto major = next_number(rest);
    const auto minor = next_number(rest);
    line.name = next_word(rest);
    const bool is_device = major && minor && !line.name.empty();
    if (is_device) line.number = {*major, *minor};
    if (is_device ? !is_wanted(line) : trimmed(lines.line()).empty()) continue;
    line.found = parse_columns(rest, line.columns);
    if (is_device && line.found >= kFewestColumns) {
      take(line);
    } else {
      error.note(lines.malformed("'<major> <minor> <name>' and at least 11 numbers"));
    }
  }
  return error.result();
}

}  // namespace

Result<> parse_diskstats(std::string_view text, Disks& into) {
  return for_each_disk(
      text, [](const DiskLine& line) { return disk_class(line.name).has_value(); },
      [&](const DiskLine& line) { add_disk(line, *disk_class(line.name), {}, into); });
}

Result<> read_diskstats(Reading& reading, Snapshot& into) {
  const auto text = reading.text_of("proc/diskstats");
  if (!text) return text.error();
  // The buffer is needed for other files.
  std::string& whole = reading.memo.diskstats;
  whole = *text;
  reading.memo.physical_disks.clear();
  DiskReader reader(reading, into.system.disks);
  reading.note(for_each_disk(
      whole, [&](const DiskLine& line) { return reader.wants(line); },
      [&](const DiskLine& line) { reader.take(line); }));
  reader.finish();
  return {};
}

}  // namespace proctape
