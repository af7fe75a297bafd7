// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/cgroup_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace proctape {
namespace {

constexpr std::size_t kEntriesSize = 32 * 1024;

bool is_directory(int parent, const dirent64& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status {};
  return ::fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

bool vanished(int error_number) { return error_number == ENOENT || error_number == ENODEV; }

}  // namespace

Result<> CgroupTree::read(const KernelFs& fs, const std::string& path,
                          std::span<const DeviceNumber> disks, const Snapshot& previous,
                          Snapshot& into) {
  size_ = 0;
  into.cgroup_pids.clear();
  problem_.reset();
  reader_.begin(previous, into, disks);
  auto parent = fs.open_directory(path);
  if (!parent) {
    into.cgroups.clear();
    return std::move(parent.error());
  }
  const Found root = open(parent->get(), ".");
  const bool known = !previous.cgroups.empty() && previous.cgroups.front().id == root.id;
  if (root.directory) add(root, "", -1, known ? 0 : previous.cgroups.size(), previous, into);
  into.cgroups.resize(size_);
  if (into.cgroups.empty()) note({Error::Kind::kIo, path + ": no cgroups can be read"});
  if (reader_.problem()) note(*reader_.problem());
  if (!problem_) return {};
  problem_->message.insert(0, "below " + path + ": ");
  return std::move(*problem_);
}

void CgroupTree::note(Error error) {
  if (!problem_) problem_ = std::move(error);
}

CgroupTree::Found CgroupTree::open(int parent, const char* name) {
  Found found{Fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))};
  struct stat status {};
  if (!found.directory || ::fstat(found.directory.get(), &status) != 0) {
    if (!vanished(errno)) note(error_from_errno(errno, name));
    return {};
  }
  found.id = status.st_ino;
  // Each directory in it links to it, besides its own name and '.'; not all file systems of
  // fixtures count that, but then they show 1.
  found.has_children = status.st_nlink != 2;
  return found;
}

Cgroup& CgroupTree::append(Snapshot& into) {
  if (size_ == into.cgroups.size()) {
    into.cgroups.emplace_back();
  } else {
    std::string name = std::move(into.cgroups[size_].name);
    into.cgroups[size_] = {};
    into.cgroups[size_].name = std::move(name);
  }
  return into.cgroups[size_++];
}

void CgroupTree::add(const Found& found, std::string_view name, Count parent, std::size_t before,
                     const Snapshot& previous, Snapshot& into) {
  const std::size_t position = size_;
  Cgroup& group = append(into);
  group.name.assign(name);
  group.id = found.id;
  CgroupIdentity& who = group.identity;
  who.sequence = static_cast<Count>(position);
  who.parent = parent;
  who.depth = parent < 0 ? 0 : into.cgroups[static_cast<std::size_t>(parent)].identity.depth + 1;
  who.name_length = static_cast<Count>(name.size());
  const Cgroup* same = before < previous.cgroups.size() ? &previous.cgroups[before] : nullptr;
  if (!reader_.read(found.directory.get(), same, group, into.cgroup_pids)) {
    --size_;
    return;
  }
  if (found.has_children) {
    add_children(found.directory.get(), position, before, previous, into);
  }
  if (parent < 0) return;
  const CgroupIdentity& now = into.cgroups[position].identity;
  into.cgroups[static_cast<std::size_t>(parent)].identity.processes_below +=
      now.processes + now.processes_below;
}

void CgroupTree::add_children(int directory, std::size_t position, std::size_t before,
                              const Snapshot& previous, Snapshot& into) {
  const std::size_t first_name = names_.size();
  const std::size_t first = order_.size();
  if (auto listed = list(directory); !listed) note(std::move(listed.error()));
  if (order_.size() > first && into.cgroups[position].identity.depth >= kDeepest) {
    note({Error::Kind::kNoSpace, "groups below level " + std::to_string(kDeepest) +
                                     " are left out, the first of them " + &names_[first_name]});
    order_.resize(first);
  }
  std::sort(order_.begin() + static_cast<std::ptrdiff_t>(first), order_.end(),
            [&](const Name& a, const Name& b) {
              return std::string_view(&names_[a.told]) < std::string_view(&names_[b.told]);
            });
  CgroupChildren children(previous.cgroups, before);
  for (std::size_t i = first; i < order_.size(); ++i) {
    const Found child = open(directory, &names_[order_[i].real]);
    if (!child.directory) continue;
    const std::string_view name = &names_[order_[i].told];
    const std::size_t same = children.find(name, child.id);
    add(child, name, static_cast<Count>(position), same, previous, into);
  }
  order_.resize(first);
  names_.resize(first_name);
}

Result<> CgroupTree::list(int directory) {
  entries_.resize(kEntriesSize);
  for (;;) {
    // musl's takes no other type.
    auto* const into = reinterpret_cast<dirent64*>(entries_.data());
    const ssize_t length = ::getdents64(directory, into, entries_.size());
    if (length == 0) return {};
    if (length < 0) {
      if (vanished(errno)) return {};
      return error_from_errno(errno, "list of groups");
    }
    for (ssize_t at = 0; at < length;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries_.data() + at);
      at += entry->d_reclen;
      if (entry->d_name[0] == '.' || !is_directory(directory, *entry)) continue;
      const std::size_t real = names_.size();
      names_.append(entry->d_name);
      names_.push_back('\0');
      order_.push_back({real, real});
      if (!redaction_ || !redaction_->hides(entry->d_name, false, hidden_)) continue;
      order_.back().told = names_.size();
      names_.append(hidden_);
      names_.push_back('\0');
    }
  }
}

}  // namespace proctape
