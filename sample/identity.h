// SPDX-License-Identifier: Apache-2.0
//
// What makes an element of a list (a disk, an interface, a port ...) the same one in two
// snapshots. Its name does not: names are cut, given to another device, and changed.
#pragma once

#include <compare>
#include <cstdint>

namespace proctape {

// 0: not known.
struct Identity {
  // The kernel's number, unique at a time: major and minor of a disk, the index of an interface;
  // or a hash of what is unique (a port's GUID, device and mount point).
  std::uint64_t number = 0;
  // Larger for each device made: diskseq, the index of an interface.
  std::uint64_t serial = 0;
  // The inode in sysfs: never used twice and larger for each device made (since Linux 4.14); the
  // device keeps it when it is renamed or moved to another network namespace.
  std::uint64_t inode = 0;

  friend bool operator==(const Identity&, const Identity&) = default;
};

enum class Sameness { kSame, kOther, kUnclear };

constexpr Sameness compare(const Identity& a, const Identity& b) {
  if (a.inode != 0 && b.inode != 0) {
    return a.inode == b.inode ? Sameness::kSame : Sameness::kOther;
  }
  if (a.serial != 0 && b.serial != 0 && a.serial != b.serial) return Sameness::kOther;
  if (a.number != 0 && b.number != 0) {
    return a.number == b.number ? Sameness::kSame : Sameness::kOther;
  }
  return Sameness::kUnclear;
}

// The largest numbers that a kind of elements had so far, by which one is recognized that was made
// later.
struct Newest {
  std::uint64_t serial = 0;
  std::uint64_t inode = 0;  // of all kinds: sysfs counts them together

  friend bool operator==(const Newest&, const Newest&) = default;
};

// Whether all that is known of an element says that it was made after those that `newest` is of.
constexpr bool made_after(const Newest& newest, const Identity& identity) {
  const bool by_serial = newest.serial != 0 && identity.serial != 0;
  const bool by_inode = newest.inode != 0 && identity.inode != 0;
  return (by_serial || by_inode) && (!by_serial || identity.serial > newest.serial) &&
         (!by_inode || identity.inode > newest.inode);
}

}  // namespace proctape
