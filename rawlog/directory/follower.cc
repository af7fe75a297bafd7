// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/follower.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/file/directory_stream.h"
#include "rawlog/directory/filename.h"
#include "rawlog/file/file_header.h"
#include "rawlog/file/record_check.h"

namespace proctape {
namespace {

// The header of the record at `offset`, if one may begin there.
std::optional<RecordHeader> record_at(const Fd& file, std::uint64_t offset, Version version) {
  std::array<std::byte, kRecordHeaderSize> bytes;
  if (::pread(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)) !=
      ssize_t{kRecordHeaderSize}) {
    return std::nullopt;
  }
  RecordHeader header;
  record_of<kRawrecord>(version).decode(bytes.data(), 0, header);
  if (impossible(header, bytes, version)) return std::nullopt;
  return header;
}

// The offset behind a record.
std::uint64_t end_of(const RecordHeader& header, std::uint64_t offset) {
  return offset + kRecordHeaderSize + header.blocks_length();
}

std::uint64_t size_of(const Fd& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

Follower::Follower(std::string directory, DamageReport report, const FollowPosition& from)
    : directory_(std::move(directory)), report_(std::move(report)), position_(from) {}

// The plain logs with at least one record, by the time of their first.
std::vector<Follower::Candidate> Follower::candidates() const {
  std::vector<Candidate> found;
  const DirectoryStream stream(::opendir(directory_.c_str()));
  if (!stream) return found;
  while (const dirent* entry = ::readdir(stream.get())) {
    const auto name = parse_log_name(entry->d_name);
    if (!name || name->packing != LogName::Packing::kNone ||
        name->kind == LogName::Kind::kTornTail) {
      continue;
    }
    Fd file(::openat(::dirfd(stream.get()), entry->d_name,
                     O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const auto version = version_of_log(file);
    if (!version) continue;
    const auto first = record_at(file, kFileHeaderSize, *version);
    if (!first) continue;
    found.push_back({std::move(file), directory_ + '/' + entry->d_name, status.st_dev,
                     status.st_ino, first->time});
  }
  std::ranges::sort(found, {}, &Candidate::first);
  return found;
}

bool Follower::is_current(const Candidate& candidate) const {
  return candidate.device == position_.device && candidate.inode == position_.inode;
}

void Follower::enter(Candidate candidate, std::uint64_t offset) {
  position_.device = candidate.device;
  position_.inode = candidate.inode;
  position_.offset = offset;
  file_ = std::move(candidate.file);
  path_ = std::move(candidate.path);
  version_ = version_of_log(file_).value_or(kNewestVersion);
  reader_.reset();
}

// The file of the position at first, then the one that follows it.
bool Follower::enter_next_file() {
  auto all = candidates();
  const auto current =
      std::ranges::find_if(all, [&](const Candidate& one) { return is_current(one); });
  if (!file_ && current != all.end()) {
    enter(std::move(*current), position_.offset);
    return true;
  }
  // A record may have been written while the directory was read.
  if (file_ && record_ahead()) return true;
  const bool is_gone = position_.inode != 0 && current == all.end();
  const auto later = std::ranges::find_if(all, [&](const Candidate& one) {
    return !is_current(one) && one.inode != finished_ && one.first >= position_.time;
  });
  auto next = later;
  if (is_gone) {
    // It may be there as a copy.
    for (auto one = all.begin(); one != later && one->first <= position_.time; ++one) {
      if (one->inode != finished_) next = one;
    }
  }
  if (next == all.end()) return false;
  known_until_.reset();
  if (is_gone && next != later) known_until_ = position_.time;
  finished_ = position_.inode;
  enter(std::move(*next), kFileHeaderSize);
  return true;
}

std::optional<RecordHeader> Follower::record_ahead() const {
  auto ahead = record_at(file_, position_.offset, version_);
  if (ahead && end_of(*ahead, position_.offset) > size_of(file_)) return std::nullopt;
  return ahead;
}

// What a reader has read ahead may have been cut off since: each that comes to the end is the last.
Result<> Follower::open_reader() {
  Fd file(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (!file || ::lseek(file.get(), 0, SEEK_SET) != 0) {
    return error_from_errno(errno, "read " + path_);
  }
  auto reader = Reader::open(Input(std::move(file), path_), report_);
  if (!reader) return std::move(reader.error());
  reader_.emplace(std::move(*reader));
  return reader_->go_to(position_.offset);
}

Result<bool> Follower::next() {
  for (;;) {
    while (!file_ || !record_ahead()) {
      reader_.reset();
      const auto before = position_;
      if (!enter_next_file()) return false;
      // The same one again: what lies ahead is no record yet.
      if (position_ == before && !record_ahead()) return false;
    }
    if (!reader_) {
      if (auto opened = open_reader(); !opened) return std::move(opened.error());
    }
    const auto found = reader_->next();
    if (!found) return found.error();
    if (!*found) {
      position_.offset = reader_->offset();
      continue;
    }
    const RawRecord& record = reader_->record();
    position_.offset = record.offset + record.size;
    if (known_until_ && record.header.time <= *known_until_) continue;
    position_.time = std::max(position_.time, record.header.time);
    return true;
  }
}

Result<> Follower::go_to_end() {
  for (;;) {
    if (const auto ahead = file_ ? record_ahead() : std::nullopt) {
      position_.offset = end_of(*ahead, position_.offset);
      position_.time = std::max(position_.time, ahead->time);
      continue;
    }
    reader_.reset();
    if (!enter_next_file()) return {};
  }
}

}  // namespace proctape
