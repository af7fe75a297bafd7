// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/filename.h"

#include <sys/stat.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "base/text/text.h"

namespace proctape {
namespace {

constexpr std::string_view kPrefix = "atop_";
constexpr std::string_view kTorn = "torn-";

struct Suffix {
  LogName::Packing packing;
  std::string_view text;
};

constexpr Suffix kSuffixes[] = {{LogName::Packing::kGzip, ".gz"},
                                {LogName::Packing::kXz, ".xz"},
                                {LogName::Packing::kZstd, ".zst"},
                                {LogName::Packing::kBzip2, ".bz2"}};

std::string_view suffix_of(LogName::Packing packing) {
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.packing == packing) return suffix.text;
  }
  return "";
}

// The host's time zone may be another one than it was. localtime_r() alone keeps the one it found
// first, and musl's tzset() does, too, as long as TZ is the same text; two texts name the file.
void follow_time_zone() {
#ifndef __GLIBC__
  static const bool is_hosts = std::getenv("TZ") == nullptr;
  static struct stat known {};
  static bool first = false;
  struct stat now {};
  if (is_hosts && stat("/etc/localtime", &now) == 0 &&
      (now.st_ino != known.st_ino || now.st_mtim.tv_sec != known.st_mtim.tv_sec ||
       now.st_mtim.tv_nsec != known.st_mtim.tv_nsec)) {
    known = now;
    first = !first;
    setenv("TZ", first ? ":/etc/localtime" : "/etc/localtime", 1);
  }
#endif
  tzset();
}

}  // namespace

LocalDate local_date(Seconds time) {
  follow_time_zone();
  const std::time_t since_1970 = time.value;
  std::tm local{};
  localtime_r(&since_1970, &local);
  return {local.tm_year + 1900, local.tm_mon + 1, local.tm_mday};
}

std::string to_string(const LogName& name) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%s%04d%02d%02d", kPrefix.data(), name.date.year,
                name.date.month, name.date.day);
  std::string result(text.data());
  if (name.kind != LogName::Kind::kDaily) {
    result += '.';
    if (name.kind == LogName::Kind::kTornTail) result += kTorn;
    result += std::to_string(name.number);
  }
  return result += suffix_of(name.packing);
}

std::optional<LogName> parse_log_name(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::string_view rest = name.substr(kPrefix.size());
  // Cuts a number of `width` characters off `rest`; -1 if it is none.
  const auto number = [&](std::size_t width) {
    const auto text = rest.substr(0, width);
    rest.remove_prefix(text.size());
    const auto parsed = to_number(text);
    return parsed && *parsed <= LogName::kMostNumber ? static_cast<int>(*parsed) : -1;
  };
  LogName parsed;
  for (const Suffix& suffix : kSuffixes) {
    if (!rest.ends_with(suffix.text)) continue;
    rest.remove_suffix(suffix.text.size());
    parsed.packing = suffix.packing;
    break;
  }
  parsed.date.year = number(4);
  parsed.date.month = number(2);
  parsed.date.day = number(2);
  if (parsed.date.year < 0) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(parsed.date.year),
      std::chrono::month(static_cast<unsigned>(parsed.date.month)),
      std::chrono::day(static_cast<unsigned>(parsed.date.day))};
  if (!date.ok()) return std::nullopt;

  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    parsed.kind = LogName::Kind::kSetAside;
    if (rest.starts_with(kTorn)) {
      rest.remove_prefix(kTorn.size());
      parsed.kind = LogName::Kind::kTornTail;
    }
    parsed.number = number(rest.size());
    if (parsed.number < 1) return std::nullopt;
  }
  // Signs, leading zeros and what lies behind a number do not come back.
  if (to_string(parsed) != name) return std::nullopt;
  return parsed;
}

}  // namespace proctape
