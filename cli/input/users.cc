// SPDX-License-Identifier: Apache-2.0
#include "cli/input/users.h"

#include <pwd.h>
#include <sys/utsname.h>

#include "base/text/text.h"

namespace proctape {

void Users::use_for(const std::string& host) {
  utsname names{};
  are_ours_ = uname(&names) == 0 && host == names.nodename;
}

std::string Users::name_of(Count uid) {
  if (!are_ours_) return {};
  const auto [found, is_new] = names_.try_emplace(uid);
  if (is_new) {
    const passwd* entry = getpwuid(static_cast<uid_t>(uid));
    if (entry) found->second = entry->pw_name;
  }
  return found->second;
}

std::optional<Count> find_user(const std::string& name) {
  if (const passwd* entry = getpwnam(name.c_str())) return Count{entry->pw_uid};
  return to_number(name);
}

}  // namespace proctape
