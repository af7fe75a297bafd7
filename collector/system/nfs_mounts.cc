// SPDX-License-Identifier: Apache-2.0
#include "collector/system/nfs_mounts.h"

#include <vector>

#include "base/text/hash.h"
#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/line_numbers.h"
#include "collector/kernel/lines.h"

namespace proctape {
namespace {

constexpr std::string_view kFsType = " with fstype ";
constexpr std::size_t kBytesNumbers = 8;

// "nfs", "nfs4", but not the server's own "nfsd".
bool is_nfs(std::string_view line) {
  const auto at = line.rfind(kFsType);
  if (at == line.npos) return false;
  auto rest = line.substr(at + kFsType.size());
  const auto type = next_word(rest);
  return type == "nfs" || type == "nfs4";
}

// `where` is "mounted on <directory> ...": a file system may be mounted several times.
std::uint64_t identity_of(std::string_view device, std::string_view where) {
  next_word(where);
  next_word(where);
  return hash_of(next_word(where), hash_of(" ", hash_of(device)));
}

void set_traffic(const LineNumbers& bytes, NfsMount& into) {
  into.read.value = bytes[1];
  into.written.value = bytes[2];
  into.direct_read.value = bytes[3];
  into.direct_written.value = bytes[4];
  into.server_read.value = bytes[5];
  into.server_written.value = bytes[6];
  into.pages_read = bytes[7];
  into.pages_written = bytes[8];
}

}  // namespace

Result<> parse_nfs_mounts(std::string_view text, std::string_view path, Nfs& into,
                          NamesApart& names) {
  std::vector<std::string_view> devices;
  FirstError error;
  bool in_nfs = false;  // the lines belong to the last mount
  const auto lose_mount = [&](Error why) {
    error.note(std::move(why));
    into.mounts.pop_back();
    devices.pop_back();
    in_nfs = false;
  };
  KernelLines lines(path, text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto key = next_word(rest);
    if (key == "device") {
      in_nfs = is_nfs(lines.line());
      if (!in_nfs) continue;
      devices.push_back(next_word(rest));
      into.mounts.emplace_back().identity.number = identity_of(devices.back(), rest);
    } else if (in_nfs && key == "age:") {
      if (const auto age = next_number(rest)) {
        into.mounts.back().age.value = *age;
      } else {
        lose_mount(lines.malformed("'age: <seconds>'"));
      }
    } else if (in_nfs && key == "bytes:") {
      const LineNumbers bytes(rest);
      if (bytes.size() < kBytesNumbers) {
        lose_mount(lines.malformed("'bytes:' and 8 numbers"));
      } else {
        set_traffic(bytes, into.mounts.back());
      }
    }
  }
  names.shorten(
      devices.size(), [&](std::size_t i) { return devices[i]; },
      [&](std::size_t i) -> auto& { return into.mounts[i].device; });
  return error.result();
}

Result<> read_nfs_mounts(Reading& reading, Snapshot& into) {
  // Without the client there are none, and the list of all mounts costs the kernel more than
  // most that is read.
  if (!reading.fs.exists(reading.fs.net("rpc/nfs"))) {
    return Error{Error::Kind::kMissing, "no NFS client in this kernel"};
  }
  // The host's mounts: our own may be fewer, as a service that is kept from /home has others.
  const char* path = "proc/1/mountstats";
  auto text = reading.fs.read(path, reading.buffer);
  if (!text && reading.fs.live()) {
    path = "proc/self/mountstats";
    text = reading.fs.read(path, reading.buffer);
  }
  if (!text) return text.error();
  reading.note(parse_nfs_mounts(*text, path, into.system.nfs, reading.memo.mount_names));
  return {};
}

}  // namespace proctape
