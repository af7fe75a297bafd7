// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/cgroup_chain.h"

#include <algorithm>
#include <cstring>

#include "rawlog/layout/cgroup_record.h"

namespace proctape {
namespace {

// The entry at the beginning of `rest`: its identity and name. Its length is not stored in
// the sample; it follows from the name.
struct Entry {
  CgroupIdentity identity;
  std::int32_t length = 0;
};

Entry read_entry(std::span<const std::byte> rest, Version version) {
  Entry entry;
  // structlen is cstat's first member.
  std::memcpy(&entry.length, rest.data(), sizeof entry.length);
  record_of<kCgroupGen>(version).decode(rest.data(), 0, entry.identity);
  return entry;
}

std::string_view name_in(std::span<const std::byte> entry) {
  const auto name = entry.subspan(kCstatSize);
  const auto* text = reinterpret_cast<const char*>(name.data());
  return {text, strnlen(text, name.size())};
}

}  // namespace

std::optional<Mismatch> check_cgroup_chain(std::span<const std::byte> block,
                                           const RecordHeader& header, Version version) {
  auto rest = block;
  std::int64_t pids = 0;
  for (std::int64_t i = 0; i < header.cgroups; ++i) {
    const std::string number = "cgroup " + std::to_string(i);
    if (rest.size() < cgroup_entry_size(0)) {
      return Mismatch{number + " of " + std::to_string(header.cgroups),
                      bytes_text(rest.size()) + " left in the cgroup block"};
    }
    const auto [identity, length] = read_entry(rest, version);
    if (length < static_cast<std::int32_t>(cgroup_entry_size(0)) ||
        static_cast<std::size_t>(length) > rest.size()) {
      return Mismatch{number + " in at most " + bytes_text(rest.size()),
                      "a structlen of " + std::to_string(length)};
    }
    const auto entry = rest.first(static_cast<std::size_t>(length));
    const std::string_view name = name_in(entry);
    if (name.size() > kLongestCgroupName || cgroup_entry_size(name.size()) != entry.size() ||
        identity.name_length != static_cast<Count>(name.size())) {
      return Mismatch{number + " with a name of " + bytes_text(name.size()),
                      "structlen " + std::to_string(length) + ", namelen " +
                          std::to_string(identity.name_length)};
    }
    if (identity.sequence != i) {
      return Mismatch{number, "sequence " + std::to_string(identity.sequence)};
    }
    if (identity.parent < -1 || identity.parent >= i) {
      return Mismatch{number + " behind its parent",
                      "parentseq " + std::to_string(identity.parent)};
    }
    if (identity.processes < 0 || identity.processes > header.cgroup_pids - pids) {
      return Mismatch{
          number + " with at most " + std::to_string(header.cgroup_pids - pids) + " processes",
          "nprocs " + std::to_string(identity.processes)};
    }
    pids += identity.processes;
    rest = rest.subspan(entry.size());
  }
  if (!rest.empty()) {
    return Mismatch{"the cgroup block to end behind " + std::to_string(header.cgroups) + " cgroups",
                    bytes_text(rest.size()) + " more"};
  }
  if (pids != header.cgroup_pids) {
    return Mismatch{std::to_string(header.cgroup_pids) + " processes in all cgroups",
                    std::to_string(pids)};
  }
  return std::nullopt;
}

void decode_cgroup_chain(std::span<const std::byte> block, const RecordHeader& header,
                         Version version, std::int64_t page_size, std::vector<Cgroup>& cgroups) {
  const auto& record = record_of<kCstat>(version);
  cgroups.resize(header.cgroups);
  for (Cgroup& cgroup : cgroups) {
    const Entry entry = read_entry(block, version);
    record.decode(block.data(), page_size, cgroup);
    cgroup.name = name_in(block.first(static_cast<std::size_t>(entry.length)));
    block = block.subspan(static_cast<std::size_t>(entry.length));
  }
}

std::string cgroup_path(std::size_t index, FunctionRef<CgroupPlace(std::size_t)> place_of) {
  constexpr std::size_t kMostPath = 4095;
  std::vector<std::string_view> names;  // the group's first
  std::size_t length = 0;
  CgroupPlace place = place_of(index);
  for (; place.parent >= 0 && length + 1 + place.name.size() <= kMostPath;
       place = place_of(static_cast<std::size_t>(place.parent))) {
    names.push_back(place.name);
    length += 1 + place.name.size();
  }
  if (names.empty()) return "/";
  std::string path = place.parent < 0 ? "" : "...";
  for (std::size_t i = names.size(); i-- > 0;) (path += '/') += names[i];
  return path;
}

std::string cgroup_path(std::span<const Cgroup> cgroups, std::size_t index) {
  return cgroup_path(index, [&](std::size_t i) {
    return CgroupPlace{cgroups[i].identity.parent, cgroups[i].name};
  });
}

void CgroupFinder::begin(std::span<const Cgroup> cgroups, std::span<const std::int32_t> pids) {
  owners_.clear();
  std::size_t next = 0;
  for (std::size_t i = 0; i < cgroups.size(); ++i) {
    const auto count = static_cast<std::size_t>(cgroups[i].identity.processes);
    for (const std::int32_t pid : pids.subspan(next, count)) {
      owners_.push_back({pid, static_cast<std::int32_t>(i)});
    }
    next += count;
  }
  std::ranges::sort(owners_);
}

Count CgroupFinder::find(const TaskIdentity& task) const {
  if (!task.is_process) return -1;
  const auto behind =
      std::ranges::upper_bound(owners_, task.pid, {}, [](const Owner& o) { return Count{o.pid}; });
  const bool found = behind != owners_.begin() && std::prev(behind)->pid == task.pid;
  return found ? std::prev(behind)->cgroup : -1;
}

}  // namespace proctape
