// SPDX-License-Identifier: Apache-2.0
//
// A host whose disks, interfaces and CPUs obey a known truth while everything happens to them
// that happens to real ones: they come and go, are renamed, made anew under their old names, moved
// to another network namespace, reset; counters wrap, go back by one, and are missing from a
// reading; CPUs go offline; a hypervisor steals a million years. Each device knows what it did and
// what of that the next record may show.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/units.h"
#include "tests/support/test_host.h"

namespace proctape {

// Counters of a device, by their place in RandomDevice.
enum DiskCounter : std::size_t { kReads, kSectorsRead, kWrites, kSectorsWritten, kBusy, kQueue };
enum InterfaceCounter : std::size_t { kReceived, kPacketsReceived, kSent, kPacketsSent };
inline constexpr std::size_t kMostCounters = 6;
using Counters = std::array<Count, kMostCounters>;

// What a record may show of one counter.
struct Allowed {
  Count exactly = 0;
  bool or_nothing = false;  // it cannot be told from something else
};

struct RandomDevice {
  std::string name;
  Count number = 0;  // the minor number of a disk, the index of an interface
  Count serial = 0;  // diskseq
  bool is_volume = false;
  bool is_interface = false;
  Count made_at = 0;               // the number of the reading behind that
  bool is_here = true;             // else in another network namespace
  bool is_read = true;             // in this reading
  Counters done{};                 // in its life
  Counters hidden{};               // what the kernel's counters lack of it: reset, or corrected
  Counters grown{};                // in this interval
  std::optional<Counters> seen{};  // `done` in the last reading that had it
  std::optional<Count> seen_at{};  // the number of that reading
  bool is_reset = false;           // in this interval
  std::array<bool, kMostCounters> is_corrected{};

  Count shown(std::size_t i) const { return done[i] - hidden[i]; }
};

class RandomHost : public TestHost {
 public:
  static constexpr int kCpus = 4;
  static constexpr Count kSeconds = 10;  // of each interval
  static constexpr Count kTicks = kSeconds * 100;

  explicit RandomHost(unsigned seed) : random_(seed) {
    write("proc/meminfo", "MemTotal: 1000 kB\n");
    for (int i = 0; i < 3; ++i) add_disk();
    for (int i = 0; i < 4; ++i) add_volume();
    for (int i = 0; i < 4; ++i) add_interface();
    // So that times of disks wrap soon.
    for (RandomDevice& disk : disks_) {
      disk.done[kBusy] = disk.done[kQueue] = (Count{1} << 32) - 1000 * below(100) - 5000;
    }
    for (Cpu& cpu : cpus_) cpu.idle = 100'000;
    write_files();
  }

  // An interval passes and something happens. Returns what.
  std::string step() {
    ++reading_;
    for (auto* list : {&disks_, &interfaces_}) {
      for (RandomDevice& device : *list) begin_interval(device);
    }
    run_cpus();
    for (RandomDevice& disk : disks_) grow_disk(disk);
    for (RandomDevice& interface : interfaces_) grow_interface(interface);
    std::string events = happen();
    events += ", " + happen();
    write_files();
    return events;
  }

  // Behind the check of a record.
  void end_interval() {
    for (auto* list : {&disks_, &interfaces_}) {
      for (RandomDevice& device : *list) {
        if (!device.is_here || !device.is_read) continue;
        device.seen = device.done;
        device.seen_at = reading_;
      }
    }
  }

  // Those in this reading, in its order.
  std::vector<const RandomDevice*> disks() const { return listed(disks_, false); }
  std::vector<const RandomDevice*> volumes() const { return listed(disks_, true); }
  std::vector<const RandomDevice*> interfaces() const { return listed(interfaces_, false); }

  Allowed allowed(const RandomDevice& device, std::size_t i) const {
    // One that was made earlier, but never read, may as well have come from elsewhere.
    if (!device.seen) return {device.done[i], device.made_at != reading_};
    if (device.is_reset) return {device.shown(i), false};
    const Count since_seen = device.done[i] - (*device.seen)[i];
    const Count missed = reading_ - *device.seen_at - 1;
    return {since_seen, device.is_corrected[i] || (missed > 0 && !is_made_up_for(device, missed))};
  }

  Count user_ticks() const { return user_ticks_; }
  Count idle_ticks() const { return idle_ticks_; }

 private:
  struct Cpu {
    bool online = true;
    Count user = 0;
    Count idle = 0;
    Count steal = 0;
  };

  Count below(Count n) { return static_cast<Count>(random_() % static_cast<std::uint64_t>(n)); }
  // Readings without it are made up for as long as a recorder remembers it, if so much can have
  // happened in one interval.
  static bool is_made_up_for(const RandomDevice& device, Count missed) {
    constexpr Count kMostMissed = 58;  // in 10 minutes
    constexpr Count kMostBusy = kSeconds * 1000;
    constexpr Count kMostBytes = kSeconds * 1'250'000'000;
    if (missed > kMostMissed) return false;
    const auto since_seen = [&](std::size_t i) { return device.done[i] - (*device.seen)[i]; };
    return device.is_interface
               ? since_seen(kReceived) <= kMostBytes && since_seen(kSent) <= kMostBytes
               : since_seen(kBusy) <= kMostBusy;
  }

  static std::string text(Count number) { return std::to_string(number); }

  static std::vector<const RandomDevice*> listed(const std::vector<RandomDevice>& list,
                                                 bool volumes) {
    std::vector<const RandomDevice*> found;
    for (const RandomDevice& device : list) {
      if (device.is_here && device.is_read && device.is_volume == volumes) found.push_back(&device);
    }
    return found;
  }

  void add_disk() {
    const Count number = next_disk_++;
    disks_.push_back({.name = std::string("sd") + static_cast<char>('a' + number % 26) +
                              static_cast<char>('a' + number / 26 % 26),
                      .number = number * 16,
                      .serial = ++serial_,
                      .made_at = reading_});
  }
  void add_volume() {
    const Count number = next_volume_++;
    disks_.push_back({.name = volume_name(),
                      .number = number,
                      .serial = ++serial_,
                      .is_volume = true,
                      .made_at = reading_});
  }
  std::string volume_name() { return "vg_database_production_cluster-" + text(++next_name_); }
  void add_interface() {
    interfaces_.push_back({.name = "eth" + text(++next_name_),
                           .number = ++next_interface_,
                           .is_interface = true,
                           .made_at = reading_});
  }

  static void begin_interval(RandomDevice& device) {
    device.is_read = true;
    device.is_reset = false;
    device.is_corrected = {};
    device.grown = {};
  }

  void grow(RandomDevice& device, std::size_t i, Count by) {
    device.done[i] += by;
    device.grown[i] += by;
  }
  void grow_disk(RandomDevice& disk) {
    if (below(4) == 0) return;  // idle
    grow(disk, kReads, 1 + below(100));
    grow(disk, kSectorsRead, 8 + below(10'000));
    grow(disk, kWrites, 1 + below(100));
    grow(disk, kSectorsWritten, 8 + below(10'000));
    grow(disk, kBusy, 1 + below(kSeconds * 1000));
    grow(disk, kQueue, 1 + below(kSeconds * 10'000));
  }
  void grow_interface(RandomDevice& interface) {
    if (below(4) == 0) return;
    grow(interface, kReceived, 60 + below(1'000'000'000));
    grow(interface, kPacketsReceived, 1 + below(1'000'000));
    grow(interface, kSent, 60 + below(1'000'000'000));
    grow(interface, kPacketsSent, 1 + below(1'000'000));
  }
  void run_cpus() {
    user_ticks_ = idle_ticks_ = 0;
    for (Cpu& cpu : cpus_) {
      if (!cpu.online) continue;
      const Count user = below(kTicks + 1);
      cpu.user += user;
      cpu.idle += kTicks - user;
      user_ticks_ += user;
      idle_ticks_ += kTicks - user;
    }
  }

  RandomDevice* any_of(std::vector<RandomDevice>& list, bool volume = false) {
    std::vector<RandomDevice*> found;
    for (RandomDevice& device : list) {
      // One thing at a time to each of them.
      if (device.is_here && device.is_read && device.is_volume == volume && !device.is_reset &&
          device.is_corrected == decltype(device.is_corrected){}) {
        found.push_back(&device);
      }
    }
    if (found.empty()) return nullptr;
    return found[static_cast<std::size_t>(below(static_cast<Count>(found.size())))];
  }
  RandomDevice* any_device() {
    const Count kind = below(3);
    return kind == 0 ? any_of(disks_) : kind == 1 ? any_of(disks_, true) : any_of(interfaces_);
  }

  // In its place, and with its name and number, comes another one that has done a little.
  void make_anew(RandomDevice& device) {
    const RandomDevice old = device;
    device = {.name = old.name,
              .number = old.is_interface ? ++next_interface_ : old.number,
              .serial = old.is_interface ? 0 : ++serial_,
              .is_volume = old.is_volume,
              .is_interface = old.is_interface,
              .made_at = reading_};
    if (device.is_interface) {
      grow_interface(device);
    } else {
      grow_disk(device);
    }
  }

  // What it did before that in the interval cannot be seen. Counters that were nearly 0 cannot be
  // told from those that go on.
  void reset(RandomDevice& device) {
    constexpr Count kNearlyZero = 1000;
    const std::size_t counters = device.is_interface ? std::size_t{kPacketsSent} : kSectorsWritten;
    for (std::size_t i = 0; i <= counters; ++i) {
      if (device.shown(i) - device.grown[i] < kNearlyZero) return;
    }
    if (!device.seen || *device.seen_at != reading_ - 1) return;
    device.is_reset = true;
    device.hidden = device.done;
    if (device.is_interface) {
      grow(device, kReceived, 77);
      grow(device, kPacketsReceived, 1);
    } else {
      grow(device, kReads, 1);
      grow(device, kSectorsRead, 8);
    }
  }

  std::string happen() {
    switch (below(14)) {
      case 0:
        if (disks_.size() < 14) below(2) == 0 ? add_disk() : add_volume();
        return "a disk is plugged in";
      case 1:
        if (disks_.size() > 5) {
          disks_.erase(disks_.begin() + below(static_cast<Count>(disks_.size())));
        }
        return "a disk is taken out";
      case 2:
        if (RandomDevice* disk = any_of(disks_, below(2) == 0)) make_anew(*disk);
        return "a disk is made anew";
      case 3:
        if (RandomDevice* volume = any_of(disks_, true)) volume->name = volume_name();
        return "a volume is renamed";
      case 4:
        if (interfaces_.size() < 10) add_interface();
        return "an interface is added";
      case 5:
        if (interfaces_.size() > 2) {
          interfaces_.erase(interfaces_.begin() + below(static_cast<Count>(interfaces_.size())));
        }
        return "an interface is removed";
      case 6:
        if (RandomDevice* interface = any_of(interfaces_)) make_anew(*interface);
        return "an interface is made anew";
      case 7: {
        RandomDevice* const one = any_of(interfaces_);
        RandomDevice* const other = any_of(interfaces_);
        if (one != nullptr) std::swap(one->name, other->name);
        return "interfaces change their names";
      }
      case 8:
        if (RandomDevice* device = any_device()) device->is_read = false;
        return "a device is missing from a reading";
      case 9:
        if (RandomDevice* interface = any_of(interfaces_)) interface->is_here = false;
        return "an interface moves to another namespace";
      case 10:
        for (RandomDevice& interface : interfaces_) {
          if (!interface.is_here) {
            interface.is_here = true;
            break;
          }
        }
        return "an interface comes back";
      case 11:
        if (RandomDevice* device = any_device()) reset(*device);
        return "counters are reset";
      case 12:
        if (RandomDevice* device = any_device();
            device != nullptr && device->seen && device->shown(kReads) > 0) {
          device->hidden[kReads] += 1;
          device->is_corrected[kReads] = true;
        }
        return "a counter goes back by one";
      default: {
        Cpu& cpu = cpus_[static_cast<std::size_t>(1 + below(kCpus - 1))];
        if (below(3) == 0) {
          cpu.steal += 1'200'000'000'000;
          return "the hypervisor steals";
        }
        // Behind the reading, so that it is online for whole intervals.
        is_switched_ = &cpu;
        return "a CPU goes offline or comes back";
      }
    }
  }

  void write_files() {
    std::string lines;
    remove("sys/block");
    for (const RandomDevice& disk : disks_) {
      const std::string name = disk.is_volume ? "dm-" + text(disk.number) : disk.name;
      const std::string directory = "sys/block/" + name;
      write(directory + "/diskseq", text(disk.serial) + '\n');
      if (disk.is_volume) write(directory + "/dm/name", disk.name + '\n');
      if (!disk.is_read) {
        lines += below(2) == 0 ? "" : "8 0 " + name + " 1 2 ?\n";
        continue;
      }
      const auto narrow = [&](std::size_t i) { return text(disk.shown(i) % (Count{1} << 32)); };
      lines += (disk.is_volume ? "253 " : "8 ") + text(disk.number) + ' ' + name + ' ' +
               text(disk.shown(kReads)) + " 0 " + text(disk.shown(kSectorsRead)) + " 0 " +
               text(disk.shown(kWrites)) + " 0 " + text(disk.shown(kSectorsWritten)) + " 0 0 " +
               narrow(kBusy) + ' ' + narrow(kQueue) + '\n';
    }
    write("proc/diskstats", lines);

    lines = "Inter-|   Receive\n face |bytes\n";
    remove("sys/class/net");
    for (const RandomDevice& interface : interfaces_) {
      if (!interface.is_here) continue;
      write("sys/class/net/" + interface.name + "/ifindex", text(interface.number) + '\n');
      write("sys/class/net/" + interface.name + "/speed", "10000\n");
      if (!interface.is_read) {
        lines += below(2) == 0 ? "" : interface.name + ": 1 2 ?\n";
        continue;
      }
      lines += interface.name + ": " + text(interface.shown(kReceived)) + ' ' +
               text(interface.shown(kPacketsReceived)) + " 0 0 0 0 0 0 " +
               text(interface.shown(kSent)) + ' ' + text(interface.shown(kPacketsSent)) +
               " 0 0 0 0 0 0\n";
    }
    write("proc/net/dev", lines);

    // The kernel's total is worth nothing when CPUs come and go.
    lines = "cpu " + text(below(1'000'000'000)) + " 0 0 " + text(below(1'000'000'000)) +
            " 0 0 0 0 0 0\n";
    for (std::size_t i = 0; i < cpus_.size(); ++i) {
      const Cpu& cpu = cpus_[i];
      if (!cpu.online) continue;
      lines += "cpu" + std::to_string(i) + ' ' + text(cpu.user) + " 0 0 " + text(cpu.idle) +
               " 0 0 0 " + text(cpu.steal) + " 0 0\n";
    }
    write("proc/stat", lines + "ctxt 1\nprocesses 1\n");
    if (is_switched_ != nullptr) is_switched_->online = !is_switched_->online;
    is_switched_ = nullptr;
  }

  std::mt19937_64 random_;
  std::vector<RandomDevice> disks_;  // volumes among them
  std::vector<RandomDevice> interfaces_;
  std::array<Cpu, kCpus> cpus_{};
  Cpu* is_switched_ = nullptr;
  Count user_ticks_ = 0;
  Count idle_ticks_ = 0;
  Count reading_ = 0;
  Count next_disk_ = 0;
  Count next_volume_ = 0;
  Count next_interface_ = 1;
  Count next_name_ = 0;
  Count serial_ = 0;
};

}  // namespace proctape
