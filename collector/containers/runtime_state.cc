// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/runtime_state.h"

#include <fcntl.h>
#include <rapidjson/document.h>
#include <sys/stat.h>

#include <vector>

namespace proctape {
namespace {

constexpr char kDocker[] = "var/lib/docker/containers/";
constexpr char kContainerd[] = "run/containerd/io.containerd.runtime.v2.task";
constexpr char kCrio[] = "run/containers/storage/overlay-containers/";
constexpr char kStorageList[] = "var/lib/containers/storage/overlay-containers/containers.json";

// Docker's and the bundles' have some ten KiB, the list some hundred for each container.
constexpr std::int64_t kLargestFile = 16 * 1024 * 1024;

constexpr const char* kPodKeys[] = {"io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"};
constexpr const char* kNameKeys[] = {"io.kubernetes.cri.container-name",
                                     "io.kubernetes.container.name", "nerdctl/name"};

std::optional<rapidjson::Document> parse(std::string_view text) {
  rapidjson::Document document;
  // Iterative: nested how deep ever, it does not use up the stack.
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError()) return std::nullopt;
  return document;
}

// A member of an object; null if it is none, or has no such member.
const rapidjson::Value* member(const rapidjson::Value* object, const char* key) {
  if (object == nullptr || !object->IsObject()) return nullptr;
  const auto found = object->FindMember(key);
  return found == object->MemberEnd() ? nullptr : &found->value;
}

std::string text_of(const rapidjson::Value* value) {
  if (value == nullptr || !value->IsString()) return {};
  return {value->GetString(), value->GetStringLength()};
}

// The first of `keys` that has a text.
template <std::size_t kKeys>
std::string first_of(const rapidjson::Value* object, const char* const (&keys)[kKeys]) {
  for (const char* key : keys) {
    if (auto text = text_of(member(object, key)); !text.empty()) return text;
  }
  return {};
}

std::optional<ContainerNames> unless_empty(ContainerNames names) {
  if (names.pod.empty() && names.name.empty()) return std::nullopt;
  return names;
}

std::optional<std::string> read_file(const KernelFs& fs, const std::string& path) {
  const auto directory = fs.open_directory(".");
  if (!directory) return std::nullopt;
  const Fd file(::openat(directory->get(), path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_size > kLargestFile) {
    return std::nullopt;
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t n = ::read(file.get(), &text[length], text.size() - length);
    if (n <= 0) break;  // shorter than it was, or unreadable: it will not parse
    length += static_cast<std::size_t>(n);
  }
  text.resize(length);
  return text;
}

// What `parse` makes of a file.
template <typename Parse>
std::optional<FoundNames> names_in(const KernelFs& fs, std::string path, const Parse& parse) {
  // Before it is read: what is written meanwhile is seen the next time.
  const FileStamp stamp = stamp_of(fs, path);
  const auto text = read_file(fs, path);
  if (!text) return std::nullopt;
  auto names = parse(*text);
  if (!names) return std::nullopt;
  return FoundNames{std::move(*names), std::move(path), stamp};
}

// A namespace is one user of containerd: "k8s.io", "moby", "default".
std::optional<FoundNames> read_containerd(const KernelFs& fs, const std::string& id) {
  const auto namespaces = fs.list(kContainerd);
  if (!namespaces) return std::nullopt;
  for (const std::string& each : *namespaces) {
    const std::string path = std::string(kContainerd) + '/' + each + '/' + id + "/config.json";
    if (auto found = names_in(fs, path, parse_oci_config)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ContainerNames> parse_docker_config(std::string_view text) {
  const auto document = parse(text);
  if (!document) return std::nullopt;
  // Kubernetes over Docker labels its containers.
  const auto* const labels = member(member(&*document, "Config"), "Labels");
  ContainerNames names{.pod = first_of(labels, kPodKeys), .name = first_of(labels, kNameKeys)};
  if (names.name.empty()) names.name = text_of(member(&*document, "Name"));
  if (names.name.starts_with('/')) names.name.erase(0, 1);
  return unless_empty(std::move(names));
}

std::optional<ContainerNames> parse_oci_config(std::string_view text) {
  const auto document = parse(text);
  if (!document) return std::nullopt;
  const auto* const annotations = member(&*document, "annotations");
  return unless_empty(
      {.pod = first_of(annotations, kPodKeys), .name = first_of(annotations, kNameKeys)});
}

std::optional<ContainerNames> parse_storage_list(std::string_view text, std::string_view id) {
  const auto document = parse(text);
  if (!document || !document->IsArray()) return std::nullopt;
  for (const rapidjson::Value& entry : document->GetArray()) {
    if (text_of(member(&entry, "id")) != id) continue;
    const auto* const names = member(&entry, "names");
    if (names == nullptr || !names->IsArray() || names->Empty()) return std::nullopt;
    return unless_empty({.name = text_of(&(*names)[0])});
  }
  return std::nullopt;
}

FileStamp stamp_of(const KernelFs& fs, const std::string& path) {
  const auto directory = fs.open_directory(".");
  struct stat status {};
  if (!directory || ::fstatat(directory->get(), path.c_str(), &status, 0) != 0) return {};
  return {status.st_ino, status.st_size,
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

std::optional<FoundNames> read_container_names(const KernelFs& fs, std::string_view id) {
  const std::string name(id);
  if (auto found = names_in(fs, kDocker + name + "/config.v2.json", parse_docker_config)) {
    return found;
  }
  if (auto found = read_containerd(fs, name)) return found;
  if (auto found = names_in(fs, kCrio + name + "/userdata/config.json", parse_oci_config)) {
    return found;
  }
  return names_in(fs, kStorageList,
                  [&](std::string_view text) { return parse_storage_list(text, id); });
}

}  // namespace proctape
