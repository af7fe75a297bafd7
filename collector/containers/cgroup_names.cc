// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/cgroup_names.h"

#include <algorithm>
#include <array>

namespace proctape {
namespace {

using enum ContainerInPath::Kind;

constexpr std::size_t kIdLength = 64;

// The value of a hexadecimal digit in small letters, as ids and systemd have them; -1: none.
int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Cuts the last part (without its slash) off `path`.
std::string_view last_part(std::string_view& path) {
  const auto slash = path.rfind('/');
  const auto part = path.substr(slash == path.npos ? 0 : slash + 1);
  path = path.substr(0, slash == path.npos ? 0 : slash);
  return part;
}

// What is between the two in `part`; empty if it is not made so.
std::string_view between(std::string_view part, std::string_view before, std::string_view behind) {
  if (part.size() <= before.size() + behind.size() || !part.starts_with(before) ||
      !part.ends_with(behind)) {
    return {};
  }
  return part.substr(before.size(), part.size() - before.size() - behind.size());
}

// "docker-<id>.scope", "<id>", "kubepods-pod1.slice:cri-containerd:<id>".
ContainerInPath by_id(std::string_view part) {
  if (part.ends_with(".scope")) part.remove_suffix(std::string_view(".scope").size());
  if (part.size() < kIdLength) return {};
  const auto id = part.substr(part.size() - kIdLength);
  const auto maker = part.substr(0, part.size() - kIdLength);
  if (!std::ranges::all_of(id, [](char c) { return digit_value(c) >= 0; })) return {};
  if (!maker.empty() && maker.back() != '-' && maker.back() != ':') return {};
  if (maker.find("conmon") != maker.npos) return {};
  return {kById, id};
}

// `above` is the part over it, `below` the one under it.
ContainerInPath by_name(std::string_view above, std::string_view part, std::string_view below) {
  if (above == "lxc" || above == "lxc.payload") return {kByName, part};
  auto name = between(part, "lxc.payload.", "");
  if (name.empty() && below != "supervisor") {
    name = between(part, "systemd-nspawn@", ".service");
    // libvirt's are virtual machines.
    if (name.empty() && !part.starts_with("machine-qemu"))
      name = between(part, "machine-", ".scope");
  }
  return name.empty() ? ContainerInPath{} : ContainerInPath{kByName, name};
}

}  // namespace

ContainerInPath container_in_path(std::string_view path) {
  std::string_view below;
  while (!path.empty()) {
    const auto part = last_part(path);
    auto rest = path;
    if (const auto found = by_id(part); found.kind != kNone) return found;
    if (const auto found = by_name(last_part(rest), part, below); found.kind != kNone) return found;
    below = part;
  }
  return {};
}

std::string_view service_in_path(std::string_view path) {
  while (!path.empty()) {
    const auto name = between(last_part(path), "", ".service");
    if (!name.empty()) return name;
  }
  return {};
}

InlineText<255> unescaped_unit_name(std::string_view name) {
  std::array<char, InlineText<255>::kCapacity> text;
  std::size_t length = 0;
  for (std::size_t i = 0; i < name.size() && length < text.size(); ++i) {
    const auto escape = name.substr(i, 4);
    const bool whole = escape.size() == 4 && escape.starts_with("\\x");
    const int high = whole ? digit_value(escape[2]) : -1;
    const int low = whole ? digit_value(escape[3]) : -1;
    if (high >= 0 && low >= 0) {
      text[length++] = static_cast<char>(high * 16 + low);
      i += 3;
    } else {
      text[length++] = name[i];
    }
  }
  return std::string_view(text.data(), length);
}

}  // namespace proctape
