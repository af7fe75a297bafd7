// SPDX-License-Identifier: Apache-2.0
#include "query/measure/device_class.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include "base/text/partition_name.h"
#include "base/text/text.h"

namespace proctape {
namespace {

template <typename Unit>
double bytes_of(Quantity<Unit> quantity, double size) {
  // A difference below 0 is a sentinel or nonsense.
  return std::max(static_cast<double>(quantity.value), 0.0) * size;
}

Amount amount_of(const Disk& disk) {
  return {bytes_of(disk.sectors_read, kBytesPerSector),
          bytes_of(disk.sectors_written, kBytesPerSector)};
}
Amount amount_of(const Interface& interface) {
  return {bytes_of(interface.received, 1), bytes_of(interface.sent, 1)};
}

void add(const Amount& more, Amount& to) {
  to.in += more.in;
  to.out += more.out;
}

// Cuts digits off the begin of `text`; false if there is none.
bool cut_digits(std::string_view& text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  text.remove_prefix(digits);
  return digits > 0;
}
bool is_number(std::string_view text) { return cut_digits(text) && text.empty(); }

// "nvme0n1" for its path "nvme0c3n1"; empty for anything else.
std::string head_of(std::string_view name) {
  constexpr std::string_view kNvme = "nvme";
  std::string_view rest = name;
  if (!rest.starts_with(kNvme)) return {};
  rest.remove_prefix(kNvme.size());
  if (!cut_digits(rest) || !rest.starts_with('c')) return {};
  const std::string_view subsystem = name.substr(0, name.size() - rest.size());
  rest.remove_prefix(1);
  if (!cut_digits(rest) || !rest.starts_with('n') || !is_number(rest.substr(1))) return {};
  return std::string(subsystem) + std::string(rest);
}

bool did_something(const Disk& disk) {
  return disk.reads > 0 || disk.writes > 0 || disk.sectors_read.value > 0 ||
         disk.sectors_written.value > 0;
}

// PowerPath's disks, whose I/O goes through disks of SCSI.
bool is_power_path(std::string_view name) { return name.starts_with("emcpower"); }

// Interfaces by names that programs and drivers give. '#' stands for a number, '*' for anything.
struct NamePattern {
  std::string_view pattern;
  DeviceClass device_class;
};
constexpr NamePattern kNames[] = {
    {"lo", DeviceClass::kOwn},           {"bond#", DeviceClass::kStacked},
    {"team#", DeviceClass::kStacked},    {"br#", DeviceClass::kStacked},
    {"br-*", DeviceClass::kStacked},     {"vmbr#", DeviceClass::kStacked},
    {"virbr*", DeviceClass::kStacked},   {"docker#", DeviceClass::kStacked},
    {"lxcbr#", DeviceClass::kStacked},   {"lxdbr#", DeviceClass::kStacked},
    {"podman#", DeviceClass::kStacked},  {"cni*", DeviceClass::kStacked},
    {"cbr#", DeviceClass::kStacked},     {"ovs*", DeviceClass::kStacked},
    {"vlan#", DeviceClass::kStacked},    {"macvlan#", DeviceClass::kStacked},
    {"macvtap#", DeviceClass::kStacked}, {"ipvlan#", DeviceClass::kStacked},
    {"vxlan*", DeviceClass::kStacked},   {"flannel*", DeviceClass::kStacked},
    {"geneve*", DeviceClass::kStacked},  {"gre*", DeviceClass::kStacked},
    {"tunl#", DeviceClass::kStacked},    {"sit#", DeviceClass::kStacked},
    {"ip6tnl#", DeviceClass::kStacked},  {"wg*", DeviceClass::kStacked},
    {"tun#", DeviceClass::kStacked},     {"tailscale#", DeviceClass::kStacked},
    {"ifb#", DeviceClass::kStacked},     {"veth*", DeviceClass::kStacked},
    {"tap*", DeviceClass::kStacked},     {"vnet#", DeviceClass::kStacked},
    {"cali*", DeviceClass::kStacked},    {"lxc*", DeviceClass::kStacked},
    {"fwbr*", DeviceClass::kStacked},    {"fwpr*", DeviceClass::kStacked},
    {"fwln*", DeviceClass::kStacked},    {"dummy#", DeviceClass::kStacked},
};

bool matches(std::string_view name, std::string_view pattern) {
  const char wildcard = pattern.back();
  if (wildcard != '#' && wildcard != '*') return name == pattern;
  pattern.remove_suffix(1);
  if (!name.starts_with(pattern)) return false;
  return wildcard == '*' || is_number(name.substr(pattern.size()));
}

// "eth0.100" and "eth0:1" lie on "eth0".
bool lies_on_another(std::string_view name, const std::vector<Interface>& all) {
  const auto end = name.find_first_of(".:@");
  return end != name.npos && std::ranges::any_of(all, [&](const Interface& other) {
           return other.name.view() == name.substr(0, end);
         });
}

// The number that `text` begins with, which is cut off; none if it is none of those.
bool cut_number(std::string_view& text, unsigned least, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < least || number > most) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// "enP53091s1", "enP53091s1np0": a VF in a guest of Hyper-V, which makes a PCI domain of 16 bits
// for each. Domains of machines are fewer, those of Intel's VMD greater.
bool is_named_as_function(std::string_view name) {
  constexpr std::string_view kDomain = "enP";
  if (!name.starts_with(kDomain)) return false;
  name.remove_prefix(kDomain.size());
  return cut_number(name, 256, 65535) && name.starts_with('s');
}

// Whether a VF's bytes are those of an interface of Hyper-V, which have no PCI address and so are
// called "eth0" on the same host. That one counts a packet without its Ethernet header, and a
// large one as it was before it was cut: of the smallest packets three quarters.
bool works_for_another(const Interface& interface, const std::vector<Interface>& all) {
  if (!is_named_as_function(interface.name)) return false;
  constexpr double kLeast = 2.0 / 3;
  constexpr double kReadLater = 10'000;  // bytes; they are not read at the same instant
  const Amount own = amount_of(interface);
  return std::ranges::any_of(all, [&](const Interface& other) {
    const Amount amount = amount_of(other);
    return other.type == interface.type && matches(other.name, "eth#") &&
           amount.in + kReadLater >= own.in * kLeast && amount.out + kReadLater >= own.out * kLeast;
  });
}

}  // namespace

std::string_view to_string(DeviceClass device_class) {
  switch (device_class) {
    case DeviceClass::kReal:
      return "real";
    case DeviceClass::kStacked:
      return "stacked";
    case DeviceClass::kVirtual:
      return "virtual";
    case DeviceClass::kOwn:
      break;
  }
  return "loopback";
}

DeviceClass class_of(const Disk& disk, const std::vector<Disk>& physical) {
  const std::string_view name = disk.name;
  const std::string head = head_of(name);
  const bool is_stacked = std::ranges::any_of(physical, [&](const Disk& other) {
    // Some kernels count the I/O of paths only.
    if (!head.empty() && other.name.view() == head && did_something(other)) return true;
    if (is_power_path(name) && other.name.view().starts_with("sd")) return true;
    return is_partition_of(name, other.name);
  });
  return is_stacked ? DeviceClass::kStacked : DeviceClass::kReal;
}

DeviceClass class_of(const Interface& interface, const std::vector<Interface>& all) {
  const std::string_view name = interface.name;
  for (const NamePattern& known : kNames) {
    if (matches(name, known.pattern)) return known.device_class;
  }
  if (lies_on_another(name, all) || works_for_another(interface, all)) {
    return DeviceClass::kStacked;
  }
  return interface.type == Interface::kVirtual ? DeviceClass::kVirtual : DeviceClass::kReal;
}

Counted counted(const Disks& disks) {
  Counted sum;
  for (const Disk& disk : disks.physical) {
    if (class_of(disk, disks.physical) != DeviceClass::kReal) continue;
    sum.basis = Basis::kReal;
    add(amount_of(disk), sum.amount);
  }
  if (sum.basis == Basis::kReal) return sum;
  // One of the lists may lie on the other, so they are not added.
  for (const std::vector<Disk>* list : {&disks.md, &disks.lvm}) {
    Amount amount;
    for (const Disk& disk : *list) add(amount_of(disk), amount);
    if (!list->empty()) sum.basis = Basis::kVirtual;
    if (amount.in + amount.out > sum.amount.in + sum.amount.out) sum.amount = amount;
  }
  return sum;
}

Counted counted(const std::vector<Interface>& interfaces) {
  // The first of these classes that there is; others lie on it or do not leave the machine.
  constexpr DeviceClass kOrder[] = {DeviceClass::kReal, DeviceClass::kVirtual,
                                    DeviceClass::kStacked};
  for (const DeviceClass wanted : kOrder) {
    Counted sum{.device_class = wanted};
    for (const Interface& interface : interfaces) {
      if (class_of(interface, interfaces) != wanted) continue;
      sum.basis = wanted == DeviceClass::kReal ? Basis::kReal : Basis::kVirtual;
      add(amount_of(interface), sum.amount);
    }
    if (sum.basis != Basis::kNone) return sum;
  }
  return {};
}

}  // namespace proctape
