// SPDX-License-Identifier: Apache-2.0
//
// rawheader, which begins a log file, and rawrecord, which begins each record.
#pragma once

#include <string>

#include "rawlog/layout/record.h"
#include "sample/host.h"

namespace proctape {

inline constexpr std::uint32_t kMagic = 0xfeedbeef;
inline constexpr std::size_t kFileHeaderSize = 480;   // of every version
inline constexpr std::size_t kRecordHeaderSize = 96;  // of every version

// Bits of rawheader.supportflags.
namespace support {
// Announces that accounting, I/O and netatop are told by each record's flags. atop
// sets it whatever the host has.
inline constexpr std::int32_t kFlagsPerRecord = 0x0035;
inline constexpr std::int32_t kContainers = 0x0040;
inline constexpr std::int32_t kGpu = 0x0080;
inline constexpr std::int32_t kCgroupV2 = 0x0100;    // since 2.8
inline constexpr std::int32_t kNetatopBpf = 0x1000;  // since 2.10
inline constexpr std::int32_t kNuma = 0x2000;        // since 2.12
inline constexpr std::int32_t kZswap = 0x4000;       // since 2.12
}  // namespace support

// Bits of rawrecord.flags. 0x0002 marks the last record in a reader's memory; it is
// never stored.
namespace flag {
inline constexpr std::uint16_t kSinceBoot = 0x0001;
inline constexpr std::uint16_t kNetatop = 0x0004;
inline constexpr std::uint16_t kNetatopd = 0x0008;
inline constexpr std::uint16_t kAccounting = 0x0010;
inline constexpr std::uint16_t kTaskIo = 0x0020;
inline constexpr std::uint16_t kContainers = 0x0040;
inline constexpr std::uint16_t kGpu = 0x0080;
inline constexpr std::uint16_t kCgroupV2 = 0x0100;
}  // namespace flag

struct FileHeader {
  std::uint32_t magic = kMagic;
  std::uint16_t aversion = 0;
  std::uint16_t header_length = kFileHeaderSize;
  std::uint16_t record_length = kRecordHeaderSize;
  std::uint16_t ticks_per_second = 0;
  std::uint16_t pid_width = 0;
  std::uint32_t sstat_length = 0;
  std::uint32_t tstat_length = 0;
  std::int32_t cstat_length = 0;
  std::uint32_t page_size = 0;
  std::int32_t support_flags = 0;
  std::int32_t os_release = 0;
  std::int32_t os_version = 0;
  std::int32_t os_subversion = 0;
  std::string system_name;
  std::string node_name;
  std::string kernel_release;
  std::string kernel_version;
  std::string machine;
  std::string domain_name;
};

struct RecordHeader {
  Seconds time;
  std::uint16_t flags = 0;
  std::uint16_t cgroups = 0;
  std::uint32_t system_length = 0;  // of the compressed blocks
  std::uint32_t tasks_length = 0;
  std::uint32_t interval = 1;
  std::uint32_t entries = 0;
  std::uint32_t active_processes = 0;
  std::uint32_t tasks = 0;  // the same number as `entries`
  std::uint32_t processes = 0;
  std::uint32_t threads_running = 0;
  std::uint32_t threads_sleeping = 0;
  std::uint32_t threads_uninterruptible = 0;
  std::uint32_t zombies = 0;
  std::uint32_t exits = 0;
  std::uint32_t exits_lost = 0;
  std::uint32_t threads_idle = 0;
  std::uint32_t cgroups_length = 0;
  std::uint32_t cgroups_original_length = 0;
  std::uint32_t cgroup_pids = 0;
  std::uint32_t cgroup_pids_length = 0;

  // Of all blocks, as they are stored. Those that a version does not have are 0 long.
  std::uint64_t blocks_length() const {
    return std::uint64_t{system_length} + tasks_length + cgroups_length + cgroup_pids_length;
  }
};

inline constexpr Field<FileHeader> kUtsname[] = {
    text<&FileHeader::system_name>("sysname", 65),
    text<&FileHeader::node_name>("nodename", 65),
    text<&FileHeader::kernel_release>("release", 65),
    text<&FileHeader::kernel_version>("version", 65),
    text<&FileHeader::machine>("machine", 65),
    text<&FileHeader::domain_name>("domainname", 65),
};

inline constexpr Field<FileHeader> kRawheader[] = {
    number<&FileHeader::magic, std::uint32_t>("magic"),
    number<&FileHeader::aversion, std::uint16_t>("aversion"),
    spare<FileHeader, std::uint16_t>("future1"),
    spare<FileHeader, std::uint16_t>("future2"),
    number<&FileHeader::header_length, std::uint16_t>("rawheadlen"),
    number<&FileHeader::record_length, std::uint16_t>("rawreclen"),
    number<&FileHeader::ticks_per_second, std::uint16_t>("hertz"),
    number<&FileHeader::pid_width, std::uint16_t>("pidwidth").since(v2_8),
    spares<FileHeader, std::uint16_t>("sfuture", 6).until(v2_7),
    spares<FileHeader, std::uint16_t>("sfuture", 5).since(v2_8),
    number<&FileHeader::sstat_length, std::uint32_t>("sstatlen"),
    number<&FileHeader::tstat_length, std::uint32_t>("tstatlen"),
    section<kUtsname>("utsname"),
    spares<FileHeader, char>("cfuture", 8),
    number<&FileHeader::page_size, std::uint32_t>("pagesize"),
    number<&FileHeader::support_flags, std::int32_t>("supportflags"),
    number<&FileHeader::os_release, std::int32_t>("osrel"),
    number<&FileHeader::os_version, std::int32_t>("osvers"),
    number<&FileHeader::os_subversion, std::int32_t>("ossub"),
    number<&FileHeader::cstat_length, std::int32_t>("cstatlen").since(v2_11),
    spares<FileHeader, std::int32_t>("ifuture", 6).until(v2_10),
    spares<FileHeader, std::int32_t>("ifuture", 5).since(v2_11),
};

inline constexpr Field<RecordHeader> kRawrecord[] = {
    seconds<&RecordHeader::time>("curtime"),
    number<&RecordHeader::flags, std::uint16_t>("flags"),
    number<&RecordHeader::cgroups, std::uint16_t>("ncgroups").since(v2_11),
    spares<RecordHeader, std::uint16_t>("sfuture", 3).until(v2_10),
    spares<RecordHeader, std::uint16_t>("sfuture", 2).since(v2_11),
    number<&RecordHeader::system_length, std::uint32_t>("scomplen"),
    number<&RecordHeader::tasks_length, std::uint32_t>("pcomplen"),
    number<&RecordHeader::interval, std::uint32_t>("interval"),
    number<&RecordHeader::entries, std::uint32_t>("ndeviat"),
    number<&RecordHeader::active_processes, std::uint32_t>("nactproc"),
    number<&RecordHeader::tasks, std::uint32_t>("ntask"),
    number<&RecordHeader::processes, std::uint32_t>("totproc"),
    number<&RecordHeader::threads_running, std::uint32_t>("totrun"),
    number<&RecordHeader::threads_sleeping, std::uint32_t>("totslpi"),
    number<&RecordHeader::threads_uninterruptible, std::uint32_t>("totslpu"),
    number<&RecordHeader::zombies, std::uint32_t>("totzomb"),
    number<&RecordHeader::exits, std::uint32_t>("nexit"),
    number<&RecordHeader::exits_lost, std::uint32_t>("noverflow"),
    number<&RecordHeader::threads_idle, std::uint32_t>("totidle").since(v2_10),
    number<&RecordHeader::cgroups_length, std::uint32_t>("ccomplen").since(v2_11),
    number<&RecordHeader::cgroups_original_length, std::uint32_t>("coriglen").since(v2_11),
    number<&RecordHeader::cgroup_pids, std::uint32_t>("ncgpids").since(v2_11),
    number<&RecordHeader::cgroup_pids_length, std::uint32_t>("icomplen").since(v2_11),
    spares<RecordHeader, std::uint32_t>("ifuture", 6).until(v2_9),
    spares<RecordHeader, std::uint32_t>("ifuture", 5).only(v2_10),
    spare<RecordHeader, std::uint32_t>("ifuture").since(v2_11),
};

// In record_tables.cc: dozens of functions.
extern template const Record<FileHeader>& record_of<kRawheader>(Version);
extern template const Record<RecordHeader>& record_of<kRawrecord>(Version);

}  // namespace proctape
