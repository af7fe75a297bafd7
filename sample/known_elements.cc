// SPDX-License-Identifier: Apache-2.0
#include "sample/known_elements.h"

#include <algorithm>

#include "sample/same_element.h"
#include "sample/snapshot.h"

namespace proctape {
namespace {

template <typename T>
void note_newest(const std::vector<T>& list, Newest& newest, std::uint64_t& inode) {
  for (const T& element : list) {
    newest.serial = std::max(newest.serial, element.identity.serial);
    inode = std::max(inode, element.identity.inode);
  }
}

void carry_newest(const KnownElements& before, const System& system, KnownElements& into) {
  into.newest_disk = before.newest_disk;
  into.newest_interface = before.newest_interface;
  into.newest_port = before.newest_port;
  std::uint64_t inode = before.newest_disk.inode;
  note_newest(system.interfaces.each, into.newest_interface, inode);
  note_newest(system.disks.physical, into.newest_disk, inode);
  note_newest(system.disks.md, into.newest_disk, inode);
  note_newest(system.disks.lvm, into.newest_disk, inode);
  note_newest(system.infiniband.ports, into.newest_port, inode);
  into.newest_disk.inode = into.newest_interface.inode = into.newest_port.inode = inode;
}

// Those of `listed`, which `previous` had, and of `remembered` that are not in `now`, in the order
// in which they were seen last.
template <typename T>
void carry_absent(const std::vector<T>& listed, const std::vector<LastSeen<T>>& remembered,
                  const Snapshot& previous, const std::vector<T>& now, SinceBoot moment,
                  std::vector<LastSeen<T>>& into) {
  into.clear();
  ElementSearch<T> search(now);
  for (const LastSeen<T>& last : remembered) {
    if (moment - last.at <= KnownElements::kRemembered && !search.after(last.element)) {
      into.push_back(last);
    }
  }
  for (const T& element : listed) {
    if (!search.after(element)) into.push_back({element, previous.since_boot});
  }
  if (into.size() > KnownElements::kMostRemembered) {
    into.erase(into.begin(),
               into.end() - static_cast<std::ptrdiff_t>(KnownElements::kMostRemembered));
  }
}

}  // namespace

void carry_known_elements(const Snapshot& previous, Snapshot& current) {
  carry_newest(previous.known, current.system, current.known);
  const KnownElements& before = previous.known;
  KnownElements& known = current.known;
  const System& old = previous.system;
  const System& now = current.system;
  const auto carry = [&](const auto& listed, const auto& remembered, const auto& list, auto& into) {
    carry_absent(listed, remembered, previous, list, current.since_boot, into);
  };
  carry(old.interfaces.each, before.interfaces, now.interfaces.each, known.interfaces);
  carry(old.disks.physical, before.physical_disks, now.disks.physical, known.physical_disks);
  carry(old.disks.md, before.md_disks, now.disks.md, known.md_disks);
  carry(old.disks.lvm, before.lvm_disks, now.disks.lvm, known.lvm_disks);
  carry(old.nfs.mounts, before.nfs_mounts, now.nfs.mounts, known.nfs_mounts);
  carry(old.infiniband.ports, before.infiniband_ports, now.infiniband.ports,
        known.infiniband_ports);
  carry(old.caches.each, before.caches, now.caches.each, known.caches);
}

}  // namespace proctape
