// SPDX-License-Identifier: Apache-2.0
//
// What the container runtimes of a host have written down of a container, under its id:
//
//   var/lib/docker/containers/<id>/config.v2.json                           Docker
//   run/containerd/io.containerd.runtime.v2.task/<namespace>/<id>/config.json   containerd
//   run/containers/storage/overlay-containers/<id>/userdata/config.json     CRI-O
//   var/lib/containers/storage/overlay-containers/containers.json           Podman
//
// The second and third are OCI bundles, whose annotations are the runtime's. Everything is
// below the root that proc/ is in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/kernel/kernel_fs.h"

namespace proctape {

struct ContainerNames {
  std::string pod;   // Kubernetes' name of the pod
  std::string name;  // of the container itself

  friend bool operator==(const ContainerNames&, const ContainerNames&) = default;
};

// Tells a file from what it was before it was written or replaced; all 0: it is not there.
struct FileStamp {
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;  // ns since 1970

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
FileStamp stamp_of(const KernelFs& fs, const std::string& path);

// Of one container, and the file that told them.
struct FoundNames {
  ContainerNames names;
  std::string path;
  FileStamp stamp;
};

// None if no runtime has a file about it that can be read and understood. `id` is of
// hexadecimal digits only.
std::optional<FoundNames> read_container_names(const KernelFs& fs, std::string_view id);

// The texts. None if it is not what it should be, or has no names.
std::optional<ContainerNames> parse_docker_config(std::string_view text);
std::optional<ContainerNames> parse_oci_config(std::string_view text);
std::optional<ContainerNames> parse_storage_list(std::string_view text, std::string_view id);

}  // namespace proctape
