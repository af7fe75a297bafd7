// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text/text.h"
#include "base/text/visible_text.h"

namespace proctape {

Error error_from_errno(int error_number, std::string_view what) {
  using enum Error::Kind;
  Error::Kind kind = kIo;
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:
    case EOPNOTSUPP:
    case ENOSYS:
      kind = kMissing;
      break;
    case ESRCH:
      kind = kGone;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      kind = kDenied;
      break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:  // above the limit for the size of files
      kind = kNoSpace;
      break;
    default:
      break;
  }
  return {kind, std::string(what) + ": " + std::strerror(error_number)};
}

Error malformed(std::string_view place, std::string_view expected, std::string_view found) {
  constexpr std::size_t kReadable = 60;
  std::string shown(cut_utf8(found, kReadable));
  std::ranges::replace_if(
      shown, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  shown = visible(shown);
  if (found.size() > kReadable) shown += "...";
  return {Error::Kind::kMalformed,
          std::string(place) + ": expected " + std::string(expected) + ", found '" + shown + "'"};
}

}  // namespace proctape
