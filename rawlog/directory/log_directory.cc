// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/log_directory.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <set>
#include <utility>

#include "base/file/fd.h"
#include "base/file/file_place.h"
#include "rawlog/directory/existing_log.h"
#include "rawlog/directory/log_list.h"
#include "rawlog/directory/recorded_time.h"
#include "rawlog/file/file_header.h"
#include "rawlog/layout/record.h"

namespace proctape {
namespace {

// A shorter torn tail is no more than a part of a record header.
constexpr Bytes kTailWorthKeeping{kRecordHeaderSize};

FileHeader decode_file_header(std::span<const std::byte> bytes) {
  assert(bytes.size() == kFileHeaderSize);
  FileHeader header;
  // What is compared lies at the same place in every version.
  record_of<kRawheader>(kNewestVersion).decode(bytes.data(), 0, header);
  return header;
}

Error failed(const char* what, const std::string& path) {
  return error_from_errno(errno, std::string(what) + ' ' + path);
}

// Copies what `from` holds from `offset` on to the end of `to`.
Result<> copy_rest(int from, Bytes offset, int to, const std::string& to_path) {
  std::array<std::byte, 65536> buffer;
  for (;;) {
    const ssize_t got = pread(from, buffer.data(), buffer.size(), offset.value);
    if (got < 0) return error_from_errno(errno, "read a torn tail");
    if (got == 0) return {};
    for (ssize_t done = 0; done < got;) {
      const ssize_t written =
          write(to, &buffer[static_cast<std::size_t>(done)], static_cast<std::size_t>(got - done));
      if (written < 0) return failed("write", to_path);
      done += written;
    }
    offset += Bytes{got};
  }
}

}  // namespace

LogDirectory::LogDirectory(std::string path, const LogDirectoryOptions& options)
    : path_(std::move(path)), options_(options), quota_(path_, options.quota) {}

Result<> LogDirectory::prepare(std::span<const std::byte> header, Seconds time) {
  const FileHeader ours = decode_file_header(header);
  const LocalDate date = local_date(time);
  if (current_ && can_go_on(date, ours, time)) return {};
  leave();
  quota_.forget();
  if (auto entered = enter(); !entered) return entered;
  return with_room(date, header.size(), [&] { return adopt(date, ours, time); });
}

// The same once more when the disk was full, and old logs have made room as far as they may.
Result<> LogDirectory::with_room(const LocalDate& date, std::size_t size,
                                 FunctionRef<Result<>()> use_space) {
  const Bytes end{static_cast<Count>(size)};
  auto done = use_space();
  note_space(done, end);
  if (done || done.error().kind != Error::Kind::kNoSpace) return done;
  quota_.make_room({.date = date}, Bytes{}, end, now(), notices_);
  done = use_space();
  note_space(done, end);
  return done;
}

// Notes that the disk was full, or a quota of it, when a file of `end` bytes was to be made. A
// limit on the size of files is not of the disk: nothing that could be removed would help.
void LogDirectory::note_space(const Result<>& done, Bytes end) {
  if (done || done.error().kind != Error::Kind::kNoSpace) return;
  rlimit limit{};
  const bool is_limited = getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
                          static_cast<rlim_t>(end.value) > limit.rlim_cur;
  if (!is_limited) quota_.found_no_space();
}

SinceBoot LogDirectory::now() const {
  return options_.clock ? options_.clock->since_boot() : SystemClock().since_boot();
}

// The file is adopted anew, by the rules of then.
void LogDirectory::set_options(const LogDirectoryOptions& options) {
  leave();
  options_ = options;
  quota_.set_quota(options.quota);
  quota_.forget();
}

LogDirectory::~LogDirectory() { leave(); }

// Nothing that comes later would bring its last records to the disk.
void LogDirectory::leave() {
  if (current_ && options_.sync != LogDirectoryOptions::Sync::kNone) {
    static_cast<void>(current_->writer.sync());
  }
  current_.reset();
}

Result<> LogDirectory::append(std::span<const std::byte> header, std::span<const std::byte> record,
                              Seconds time) {
  if (auto prepared = prepare(header, time); !prepared) return prepared;
  if (!current_) {
    const LocalDate date = local_date(time);
    const auto begin = [&] { return create(date, decode_file_header(header)); };
    if (auto created = with_room(date, header.size(), begin); !created) return created;
  }
  if (current_->last_time && time < *current_->last_time) {
    return Error{Error::Kind::kInvalid,
                 current_->writer.path() + ": a record of time " + std::to_string(time.value) +
                     " may not follow one of time " + std::to_string(current_->last_time->value)};
  }
  const Bytes next{static_cast<Count>(header.size() + record.size())};
  quota_.make_room({.date = current_->date}, current_->writer.size(), next, now(), notices_);
  auto appended = current_->writer.append(begun_now(header), record);
  note_space(appended, current_->writer.size() + next);
  if (appended) {
    quota_.found_space(now());
    RecordHeader of_record;
    // What is asked for lies at the same place in every version.
    record_of<kRawrecord>(kNewestVersion).decode(record.data(), 0, of_record);
    quota_.add_recorded(time_recorded_by(of_record, current_->last_time));
    current_->last_time = time;
    sync(time);
  } else if (current_->writer.size() == Bytes{0}) {
    // Readers would take an empty file for a broken one.
    unlink(current_->writer.path().c_str());
    current_.reset();
  }
  return appended;
}

// `header`, for a file that is begun, with the recorded time.
std::span<const std::byte> LogDirectory::begun_now(std::span<const std::byte> header) {
  const auto recorded = quota_.recorded({.date = current_->date}, now());
  if (current_->writer.size() != Bytes{} || !recorded) return header;
  header_.assign(header.begin(), header.end());
  put_recorded_time(*recorded, header_);
  return header_;
}

// That it failed is no failure of the record, which is in the file.
void LogDirectory::sync(Seconds time) {
  using enum LogDirectoryOptions::Sync;
  constexpr Seconds kMinuteLong{60};
  if (options_.sync == kNone) return;
  const bool recent = synced_ && time >= *synced_ && time < *synced_ + kMinuteLong;
  if (options_.sync == kMinute && recent) return;
  synced_ = time;
  const auto synced = current_->writer.sync();
  if (!synced && !sync_failing_) notices_.push_back(synced.error().message);
  sync_failing_ = !synced;
}

std::vector<std::string> LogDirectory::take_notices() { return std::exchange(notices_, {}); }

std::string LogDirectory::current_path() const { return current_ ? current_->writer.path() : ""; }

Bytes LogDirectory::current_size() const { return current_ ? current_->writer.size() : Bytes{}; }

std::optional<Seconds> LogDirectory::last_time() const {
  return current_ ? current_->last_time : std::nullopt;
}

// What speaks against it, apart from the date, adopt() finds again and gives the reason for.
bool LogDirectory::can_go_on(const LocalDate& date, const FileHeader& header, Seconds time) {
  // Another name of the host waits for the next file.
  FileHeader as_named = header;
  as_named.node_name = current_->header.node_name;
  return current_->date == date && incompatibility(current_->header, as_named).empty() &&
         !(time + kLargestStepBack < current_->last_time) && unchanged(*current_) &&
         current_->writer.size() <= size_limit();
}

Bytes LogDirectory::size_limit() const {
  const Bytes by_quota = largest_file(options_.quota).value_or(Bytes{INT64_MAX});
  if (options_.max_file_size == Bytes{}) return by_quota;
  return std::min(options_.max_file_size, by_quota);
}

bool LogDirectory::unchanged(const Current& current) {
  struct stat status {};
  const LogName name{.date = current.date};
  if (lstat(current.writer.path().c_str(), &status) != 0) {
    if (errno == ENOENT) {
      notice(name, "was removed while it was written to");
    } else {
      notices_.push_back(failed("look at", current.writer.path()).message);
    }
    return false;
  }
  if (status.st_dev != current.device || status.st_ino != current.inode) {
    notice(name, "was replaced by another file while it was written to");
    return false;
  }
  // After a failure of ours to cut it back, too.
  if (status.st_size != current.writer.size().value) {
    notice(name, "is of " + std::to_string(status.st_size) + " bytes, not of the " +
                     std::to_string(current.writer.size().value) + " that were written");
    return false;
  }
  return true;
}

Result<> LogDirectory::enter() {
  if (auto made = make_directory(); !made) return made;
  return lock_.take(path_);
}

Result<> LogDirectory::make_directory() {
  // Nor is it made behind a link of somebody who chooses for us where that is.
  const auto end = path_.find_last_not_of('/') + 1;  // npos + 1 is 0
  const auto slash = path_.substr(0, end).rfind('/');
  const std::string above = slash == path_.npos ? "." : path_.substr(0, slash + 1);
  const std::string name = path_.substr(slash + 1, end - slash - 1);
  const auto parent = find_directory(above);
  if (!parent && access(above.c_str(), F_OK) == 0) return parent.error();
  if (parent && !name.empty() && mkdirat(parent->get(), name.c_str(), 0700) == 0) {
    constexpr int kHow = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
    const Fd made(openat(parent->get(), name.c_str(), kHow));
    if (!made) return failed("open", path_);
    give_to_group(made.get(), path_);
    if (fchmod(made.get(), options_.directory_mode) != 0) return failed("chmod", path_);
  } else if (!name.empty() && errno != EEXIST) {
    Error error = failed("create the directory", path_);
    if (error.kind == Error::Kind::kDenied) error.kind = Error::Kind::kGone;
    return error;
  }
  // Of a file in its place access() would only tell that it is no program.
  struct stat status {};
  if (stat(path_.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) {
    return error_from_errno(ENOTDIR, "write to the directory " + path_);
  }
  // Not by a link of somebody who chooses for us where that is.
  if (const auto found = find_directory(path_); !found) return found.error();
  if (access(path_.c_str(), W_OK | X_OK) != 0) return failed("write to the directory", path_);
  return {};
}

// Whether what will have been recorded since a file was begun that is gone on with is no more than
// its name says, kLongestLog: a clock that was set to and fro may come back to it after days.
bool LogDirectory::is_of_one_day(const ExistingLog& existing, const LogName& name) {
  constexpr Seconds kMostElsewhere{3600};
  auto recorded = quota_.recorded(name, now());
  if (!recorded || !existing.begun || existing.begun->series != recorded->series) return true;
  const Seconds own_end = existing.begun->passed + existing.recorded;
  quota_.found({recorded->series, own_end});
  return recorded->passed - own_end <= kMostElsewhere;
}

// Makes the file of `date` that is already there the current one, or gets it out of the way.
Result<> LogDirectory::adopt(const LocalDate& date, const FileHeader& header, Seconds time) {
  using enum Decision::Action;
  const LogName name{.date = date};
  const std::string path = path_of(name);
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return failed("stat", path);
  }
  if (!S_ISREG(status.st_mode)) {
    return set_aside(name, LogName::Kind::kSetAside, "it is no regular file");
  }
  // Whoever put it there could read what we write, or cut it: it is ours only by its name.
  if (status.st_uid != geteuid()) {
    return set_aside(name, LogName::Kind::kSetAside, "it is another user's");
  }
  // A lease of another's would keep a blocking open waiting.
  Fd file(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!file && (errno == EACCES || errno == EWOULDBLOCK)) {
    return set_aside(name, LogName::Kind::kSetAside, "it may not be written to");
  }
  if (!file) return failed("open", path);
  const Bytes limit = size_limit();
  if (Bytes{status.st_size} > limit) {
    return set_aside(name, LogName::Kind::kSetAside,
                     "it has more than " + std::to_string(limit.value) + " bytes");
  }
  auto existing = examine(file.get());
  if (!existing) return set_aside(name, LogName::Kind::kSetAside, existing.error().message);
  Decision decision = decide(*existing, header, time);
  const bool goes_on = decision.action == kAppend || decision.action == kCutTail;
  if (goes_on && !is_of_one_day(*existing, name)) {
    decision = {kSetAside, "other files were recorded for more than an hour since it was begun"};
  }
  switch (decision.action) {
    case kSetAside:
      return set_aside(name, LogName::Kind::kSetAside, decision.reason);
    case kBegin:
      if (existing->size - existing->whole > kTailWorthKeeping) {
        return set_aside(name, LogName::Kind::kTornTail, decision.reason);
      }
      if (ftruncate(file.get(), 0) != 0) return failed("empty", path);
      if (!decision.reason.empty()) notice(name, "begun anew: " + decision.reason);
      close_to_others(file.get(), status.st_mode, path);
      return use(std::move(file), date, header, Bytes{0}, std::nullopt);
    case kCutTail:
      if (auto cut = cut_tail(file.get(), name, *existing, decision.reason); !cut) {
        // A full disk may have room the next time; one that is broken stays so.
        if (cut.error().kind != Error::Kind::kIo) return cut;
        return set_aside(name, LogName::Kind::kSetAside, cut.error().message);
      }
      break;
    case kAppend:
      break;
  }
  close_to_others(file.get(), status.st_mode, path);
  return use(std::move(file), date, existing->header, existing->whole, existing->last_time);
}

Result<> LogDirectory::create(const LocalDate& date, const FileHeader& header) {
  auto file = create_file(path_of({.date = date}));
  if (!file) return file.error();
  return use(std::move(*file), date, header, Bytes{0}, std::nullopt);
}

// Nobody else can read it before it has its group and its mode.
Result<Fd> LogDirectory::create_file(const std::string& path) {
  Fd file(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return failed("create", path);
  give_to_group(file.get(), path);
  if (fchmod(file.get(), options_.file_mode) != 0) return failed("chmod", path);
  return file;
}

// The records are worth more than who may read them.
void LogDirectory::give_to_group(int file, const std::string& path) {
  if (!options_.group || fchown(file, static_cast<uid_t>(-1), *options_.group) == 0) return;
  if (!std::exchange(group_refused_, true)) notices_.push_back(failed("chgrp", path).message);
}

// atop makes its logs readable for all; ours hold what others shall not see.
void LogDirectory::close_to_others(int file, mode_t mode, const std::string& path) {
  constexpr mode_t kAll = 0777;
  if ((mode & kAll & ~options_.file_mode) == 0) return;
  if (fchmod(file, mode & options_.file_mode) == 0) return;
  notices_.push_back(failed("chmod", path).message);
}

Result<> LogDirectory::use(Fd file, const LocalDate& date, const FileHeader& header, Bytes size,
                           std::optional<Seconds> last_time) {
  const std::string path = path_of({.date = date});
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failed("stat", path);
  current_.emplace(Current{.date = date,
                           .header = header,
                           .writer = Writer(std::move(file), path, size),
                           .device = status.st_dev,
                           .inode = status.st_ino,
                           .last_time = last_time});
  return {};
}

Result<> LogDirectory::set_aside(const LogName& name, LogName::Kind kind,
                                 const std::string& reason) {
  const auto aside = free_name({.date = name.date, .kind = kind});
  if (!aside) return aside.error();
  const std::string path = path_of(name);
  if (rename(path.c_str(), path_of(*aside).c_str()) != 0) return failed("rename", path);
  quota_.forget();
  notice(name, "set aside as " + to_string(*aside) + ": " + reason);
  return {};
}

Result<> LogDirectory::cut_tail(int file, const LogName& name, const ExistingLog& existing,
                                const std::string& reason) {
  std::string tail_path;
  std::string kept;
  if (existing.size - existing.whole > kTailWorthKeeping) {
    const auto tail_name = free_name({.date = name.date, .kind = LogName::Kind::kTornTail});
    if (!tail_name) return tail_name.error();
    tail_path = path_of(*tail_name);
    const auto tail = create_file(tail_path);
    if (!tail) return tail.error();
    if (auto copied = copy_rest(file, existing.whole, tail->get(), tail_path); !copied) {
      unlink(tail_path.c_str());
      return copied;
    }
    kept = ", which are kept in " + to_string(*tail_name);
    quota_.forget();
  }
  if (ftruncate(file, existing.whole.value) != 0) {
    Error error = failed("cut", path_of(name));
    // The next record tries again, with a copy of its own.
    if (!tail_path.empty()) unlink(tail_path.c_str());
    return error;
  }
  notice(name, "cut back to its last whole record: " + reason + kept);
  return {};
}

// `name` with a number behind all that are there: the numbers tell which is older. Where somebody
// used the last one, it is the first that is free.
Result<LogName> LogDirectory::free_name(LogName name) const {
  const auto others = log_names_in(path_);
  if (!others) return others.error();
  std::set<int> used;
  for (const LogName& other : *others) {
    if (other.date == name.date && other.kind == name.kind) used.insert(other.number);
  }
  name.number = used.empty() ? 1 : *used.rbegin() + 1;
  if (name.number <= LogName::kMostNumber) return name;
  name.number = 1;
  for (const int number : used) name.number += number == name.number ? 1 : 0;
  if (name.number <= LogName::kMostNumber) return name;
  return Error{Error::Kind::kInvalid, path_ + ": too many files like " + to_string(name)};
}

std::optional<Version> version_of_last_log(const std::string& path) {
  const auto names = log_names_in(path);
  if (!names) return std::nullopt;
  std::optional<LogName> last;
  for (const LogName& name : *names) {
    if (name != LogName{.date = name.date}) continue;
    if (!last || last->date < name.date) last = name;
  }
  if (!last) return std::nullopt;
  const Fd file(
      open((path + '/' + to_string(*last)).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return file ? version_of_log(file) : std::nullopt;
}

bool LogDirectory::begins_file(Seconds time) const {
  return !current_ || current_->date != local_date(time);
}

std::string LogDirectory::path_of(const LogName& name) const {
  return path_ + '/' + to_string(name);
}

void LogDirectory::notice(const LogName& name, const std::string& text) {
  notices_.push_back(path_of(name) + ' ' + text);
}

}  // namespace proctape
