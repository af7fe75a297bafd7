// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/file_header.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "rawlog/layout/cgroup_record.h"
#include "rawlog/layout/features.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

Error unreadable(const Damage& damage) { return {Error::Kind::kMalformed, to_string(damage)}; }

Damage wrong(std::string_view member, const std::string& expected, const std::string& found) {
  return {.offset = file_header_offset(member),
          .expected = std::string(member) + ' ' + expected,
          .found = found};
}

// The members that hold the lengths of the structures, with what `version` has there.
std::vector<Damage> wrong_lengths(const FileHeader& header, Version version) {
  struct Length {
    std::string_view member;
    std::int64_t expected;
    std::int64_t found;
  };
  const std::array lengths = {
      Length{"rawheadlen", kFileHeaderSize, header.header_length},
      Length{"rawreclen", kRecordHeaderSize, header.record_length},
      Length{"sstatlen", static_cast<std::int64_t>(layout_of<kSstat>(version).size),
             header.sstat_length},
      Length{"tstatlen", static_cast<std::int64_t>(layout_of<kTstat>(version).size),
             header.tstat_length},
      Length{"cstatlen", kCstatSize, header.cstat_length},
  };
  std::vector<Damage> differences;
  for (const Length& length : lengths) {
    if (length.expected == length.found) continue;
    if (!feature::kCgroupBlocks.in(version) && length.member == "cstatlen") continue;  // spare then
    differences.push_back(wrong(
        length.member, std::to_string(length.expected) + ", that of version " + to_string(version),
        std::to_string(length.found)));
  }
  return differences;
}

std::string aversion_text(std::uint16_t aversion) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[(aversion >> shift) & 0xFU];
  const unsigned number = aversion & 0x7FFFU;
  text += " (" + std::to_string(number >> 8U) + '.' + std::to_string(number & 0xFFU) + ')';
  if (number >> 8U == 1) text += ": atop 1, which laid its records out in another way";
  return text;
}

// Their records have the same members at other places.
bool is_of_32_bits(std::string_view machine) {
  static constexpr std::string_view kMachines[] = {"i386", "i486", "i586", "i686", "arm",
                                                   "mips", "ppc",  "s390", "m68k", "riscv32"};
  return std::ranges::find(kMachines, machine) != std::end(kMachines) ||
         machine.starts_with("armv");
}

// The release after `version`, if the lengths are just its own, and not those of `version`.
std::optional<Version> layout_of_next(const FileHeader& header, Version version) {
  if (version == kNewestVersion) return std::nullopt;
  const Version next = kVersions[index_of(version) + 1];
  const bool has_cgroups_length =
      !feature::kCgroupBlocks.in(next) || header.cstat_length == kCstatSize;
  if (!has_cgroups_length || !wrong_lengths(header, next).empty()) return std::nullopt;
  return next;
}

Result<Version> choose_version(const FileHeader& header, const DamageReport& report,
                               std::string& note) {
  const auto stated = from_aversion(header.aversion);
  if (!stated) {
    return unreadable(
        wrong("aversion", "of " + supported_versions(), aversion_text(header.aversion)));
  }
  const auto differences = wrong_lengths(header, *stated);
  if (differences.empty()) {
    if (header.aversion != to_aversion(*stated)) {
      report(
          wrong("aversion", aversion_text(to_aversion(*stated)), aversion_text(header.aversion)));
    }
    return *stated;
  }
  if (const auto next = layout_of_next(header, *stated)) {
    note = "written by a snapshot of atop between " + to_string(*stated) + " and " +
           to_string(*next) + ": read as " + to_string(*next) + ", whose layout it has";
    return *next;
  }
  // The oldest of those with these lengths: the later ones filled what was spare, and spare
  // bytes hold anything.
  for (const Version version : kVersions) {
    if (!wrong_lengths(header, version).empty()) continue;
    report(wrong("aversion", aversion_text(to_aversion(version)) + ", whose lengths the header has",
                 aversion_text(header.aversion)));
    return version;
  }
  if (differences.size() > 1) {
    Damage difference = differences.front();
    if (is_of_32_bits(header.machine)) {
      difference.found += ": it is of a 32-bit machine (" + header.machine +
                          "), and only those of 64 bits are read";
    }
    return unreadable(difference);
  }
  report(differences.front());
  return *stated;
}

// What a machine of this kind always has in these members, 0 where that depends. A value
// that cannot be is corrected: the true one is known.
Count certain_ticks_per_second(std::string_view machine) {
  return machine == "alpha" || machine == "ia64" ? 0 : 100;
}
Count certain_page_size(std::string_view machine) { return machine == "x86_64" ? 4096 : 0; }

// The stored value, or what it must be instead. 0 was not written.
Count plausible(std::string_view member, Count stored, Count certain, Count standard,
                const std::string& machine, const DamageReport& report) {
  if (stored == 0) return certain != 0 ? certain : standard;
  if (certain == 0 || stored == certain) return stored;
  report(
      wrong(member, std::to_string(certain) + ", as on every " + machine, std::to_string(stored)));
  return certain;
}

Host make_host(const FileHeader& header, const DamageReport& report) {
  Host host;
  host.system_name = header.system_name;
  host.node_name = header.node_name;
  host.kernel_release = header.kernel_release;
  host.kernel_version = header.kernel_version;
  host.machine = header.machine;
  host.domain_name = header.domain_name;
  if (header.pid_width != 0) host.pid_digits = header.pid_width;
  host.ticks_per_second =
      plausible("hertz", header.ticks_per_second, certain_ticks_per_second(header.machine),
                host.ticks_per_second, header.machine, report);
  host.page_size = plausible("pagesize", header.page_size, certain_page_size(header.machine),
                             host.page_size, header.machine, report);
  const auto has = [&](std::int32_t bit) { return (header.support_flags & bit) != 0; };
  host.numa = has(support::kNuma);
  host.zswap_enabled = has(support::kZswap);
  host.cgroup_v2 = has(support::kCgroupV2);
  return host;
}

}  // namespace

std::optional<Version> version_of_log(const Fd& file) {
  std::array<std::byte, kFileHeaderSize> bytes;
  if (::pread(file.get(), bytes.data(), bytes.size(), 0) != ssize_t{kFileHeaderSize}) {
    return std::nullopt;
  }
  const auto identity = read_file_header(bytes, [](const Damage&) {});
  return identity ? std::optional(identity->version) : std::nullopt;
}

std::uint64_t file_header_offset(std::string_view member) {
  for (const Layout::Member& m : layout_of<kRawheader>(kNewestVersion).members) {
    if (m.name == member) return m.offset;
  }
  return 0;
}

Result<LogIdentity> read_file_header(std::span<const std::byte> bytes, const DamageReport& report) {
  constexpr std::uint32_t kForeignMagic = 0xefbeedfe;  // of a big-endian machine
  if (bytes.size() < kFileHeaderSize) {
    return unreadable({.expected = "a file header of " + bytes_text(kFileHeaderSize),
                       .found = bytes.empty() ? "an empty file" : bytes_text(bytes.size())});
  }
  // What is needed to find the version lies where it always lay.
  FileHeader header;
  record_of<kRawheader>(kNewestVersion).decode(bytes.data(), 0, header);

  if (header.magic == kForeignMagic) {
    return unreadable(
        {.expected = "a log of a little-endian machine", .found = "a big-endian one"});
  }
  if (header.magic != kMagic) {
    const Damage damage{.expected = "the magic number of an atop log",
                        .found = describe(bytes.first(sizeof kMagic))};
    const auto stated = from_aversion(header.aversion);
    if (!stated || !wrong_lengths(header, *stated).empty()) return unreadable(damage);
    report(damage);
  }
  LogIdentity identity;
  const auto version = choose_version(header, report, identity.note);
  if (!version) return version.error();
  identity.version = *version;
  record_of<kRawheader>(*version).decode(bytes.data(), 0, identity.header);
  identity.host = make_host(identity.header, report);
  return identity;
}

}  // namespace proctape
