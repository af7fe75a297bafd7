// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/task_places.h"

#include <algorithm>

#include "base/text/text.h"
#include "collector/cgroup/hierarchy.h"
#include "collector/containers/cgroup_names.h"
#include "collector/kernel/device_name.h"
#include "collector/kernel/stack_path.h"

namespace proctape {
namespace {

// As many characters of an id as people are shown of it.
constexpr std::size_t kShortId = 12;

// The path in a line of /proc/<pid>/cgroup, which may have colons itself.
std::string_view path_in(std::string_view line) {
  const auto first = line.find(':');
  const auto second = first == line.npos ? line.npos : line.find(':', first + 1);
  return second == line.npos ? std::string_view() : line.substr(second + 1);
}

std::string_view unified_path(std::string_view groups) {
  while (!groups.empty()) {
    const auto line = next_line(groups);
    if (line.starts_with("0::")) return path_in(line);
  }
  return {};
}

// What `find` makes of the first path, that of version 2 before the others, where it finds
// anything.
template <typename Find>
auto first_found(std::string_view groups, Find find) {
  auto found = find(unified_path(groups));
  while (!found && !groups.empty()) found = find(path_in(next_line(groups)));
  return found;
}

// Processes of a group mostly follow one another: they share a text with the `last` one.
template <std::size_t Capacity>
void share(std::string_view text, SharedText<Capacity>& last, SharedText<Capacity>& into) {
  if (into == text) return;
  if (last != text) last = SharedText<Capacity>(text);
  into = last;
}

}  // namespace

TaskPlaces::TaskPlaces(KernelFs fs, Fd proc, const Host& host)
    : fs_(std::move(fs)), proc_(std::move(proc)), uts_names_(proc_.get(), host.node_name) {}

Result<TaskPlaces> TaskPlaces::open(const KernelFs& fs, const Host& host) {
  auto proc = fs.open_directory("proc");
  if (!proc) return std::move(proc.error());
  TaskPlaces places(fs, std::move(*proc), host);
  if (const auto hierarchy = find_cgroup2(fs)) {
    if (auto directory = fs.open_directory(*hierarchy)) {
      places.limits_.emplace(std::move(*directory));
    }
  }
  return places;
}

void TaskPlaces::set_redaction(std::shared_ptr<const Redaction> redaction) {
  redaction_ = std::move(redaction);
  groups_.clear();
}

template <typename Text>
void TaskPlaces::hide_secrets(Text& text) {
  if (text.empty() || !redaction_) return;
  const bool cut = text.size() == Text::kCapacity;
  if (redaction_->hides(text, cut, hidden_)) set_device_name(text, hidden_);
}

void TaskPlaces::begin_snapshot(SinceBoot now) {
  now_ = now;
  // What nobody may take any more.
  if (++snapshots_ % kKeepForYoung == 0) {
    std::erase_if(groups_, [&](const auto& each) {
      return snapshots_ - each.second.read_in >= kKeepForYoung;
    });
  }
  renamed_ = containers_.begin_snapshot(fs_);
  if (renamed_) groups_.clear();
  uts_names_.begin_snapshot(now);
  if (limits_) limits_->begin_snapshot();
}

void TaskPlaces::set_names(Count pid, std::string_view groups, PlaceOptions::Names wanted,
                           Names& into) {
  const auto container = first_found(groups, [](std::string_view path) {
    const auto found = container_in_path(path);
    using Kind = ContainerInPath::Kind;
    return found.kind == Kind::kNone ? std::nullopt : std::optional(found);
  });
  const bool by_id = container && container->kind == ContainerInPath::Kind::kById;
  if (by_id) {
    into.container = container->text.substr(0, kShortId);
    set_device_name(into.shown, containers_.name_of(fs_, container->text));
  } else if (container) {
    set_device_name(into.shown, unescaped_unit_name(container->text));
  }
  if (!into.shown.empty()) return;
  const auto service = first_found(groups, [](std::string_view path) {
    const auto found = service_in_path(path);
    return found.empty() ? std::nullopt : std::optional(found);
  });
  set_device_name(into.shown, uts_names_.name_of(pid, service && !container));
  if (into.shown.empty()) into.shown = into.container.view();
  if (!into.shown.empty() || wanted != PlaceOptions::Names::kServices) return;
  if (service) set_device_name(into.shown, unescaped_unit_name(*service));
}

TaskPlaces::Place TaskPlaces::look(const PlaceOptions& options, const Task& task) {
  Place place;
  place.limits = {.own = {0, 0, {0}, {0}, 0}, .cpu_max = 0, .memory_max = {}, .swap_max = {}};
  if (options == PlaceOptions{}) return place;
  // Where nothing changed nothing is allocated.
  place.host_name = task.identity.host_name;
  place.cgroup_path = task.identity.cgroup_path;
  const Count pid = task.identity.pid;
  const StackPath path("%lld/cgroup", static_cast<long long>(pid));
  const auto text = read_once(proc_.get(), path.c_str(), buffer_);
  place.known = static_cast<bool>(text);
  const auto groups = text ? *text : std::string_view();
  Names names;
  InlineText<63> path_of_group;
  if (options.cgroups && limits_) {
    const auto group = unified_path(groups);
    set_device_name(path_of_group, group);
    hide_secrets(path_of_group);
    if (!group.empty()) place.limits = limits_->of(group);
  }
  if (options.names != PlaceOptions::Names::kOff) {
    set_names(pid, groups, options.names, names);
    hide_secrets(names.shown);
  }
  place.container = names.container;
  share(names.shown, last_name_, place.host_name);
  share(path_of_group, last_path_, place.cgroup_path);
  return place;
}

void TaskPlaces::store(const Place& place, Task& into) {
  into.identity.container = place.container;
  into.identity.host_name = place.host_name;
  into.identity.cgroup_path = place.cgroup_path;
  store_limits(place.limits, into);
}

void TaskPlaces::read(const PlaceOptions& options, Task& task) { store(look(options, task), task); }

void TaskPlaces::read_of_group(const Group& group, const PlaceOptions& options, Task& task) {
  const auto known = groups_.find(group.number);
  if (known != groups_.end()) {
    const KnownGroup& found = known->second;
    const Count keep = group.settled ? kKeep : kKeepForYoung;
    if (found.options == options && snapshots_ - found.read_in < keep &&
        found.read_at >= group.since) {
      store(found.place, task);
      return;
    }
  }
  const Place place = look(options, task);
  if (group.settled && place.known) groups_[group.number] = {place, options, now_, snapshots_};
  store(place, task);
}

}  // namespace proctape
