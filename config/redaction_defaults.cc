// SPDX-License-Identifier: Apache-2.0
#include "config/redaction_defaults.h"

namespace proctape {

std::vector<std::string> default_redaction() {
  return {
      // PASSWORD=x, --db-password=x, -Dkey.secret=x, {"token": "x"}, X-Api-Key: x
      R"((?i)(passw(or)?d|passphrase|secret|token|(api|access|private|secret|auth)[_-]?key)["']?[[:space:]]?[=:]([^ ]+))",
      R"((?i)(^|[^a-z])pass["']?[[:space:]]?[=:]([^ ]+))",
      // --password x, -token x
      R"((?i)(^|[[:space:]])--?[a-z0-9_.-]*(passw(or)?d|passphrase|secret|token|(api|access|private|secret|auth)[_-]?key)[[:space:]]([^ -][^ ]*))",
      // curl -H 'Authorization: Bearer x'
      R"((?i)(authorization|cookie)["']?[[:space:]]*[:=]([^ ]+))",
      R"((?i)bearer[[:space:]]+([^ ]+))",
      // https://user:x@host
      R"(://[^[:space:]/@:]*:([^[:space:]]+)@)",
      // mysql -px, the first option that begins with -p
      R"((^|[[:space:]/])(mysql|mariadb)[^[:space:]]*([[:space:]]+([^[:space:]-]|-[^[:space:]p])[^[:space:]]*)*[[:space:]]+-p([^ ]+))",
      R"((sshpass|mongo[a-z]*|7z[a-z]*)[[:space:]](.*[[:space:]])?-p[[:space:]]?([^ ]+))",
      R"((sqlcmd|bcp|tsql|zip)[[:space:]](.*[[:space:]])?-P[[:space:]]?([^ ]+))",
      R"(redis-cli[[:space:]](.*[[:space:]])?(-a|--pass)[[:space:]]([^ ]+))",
      R"(ldap[a-z]+[[:space:]](.*[[:space:]])?-w[[:space:]]?([^ ]+))",
      R"(curl[[:space:]](.*[[:space:]])?(-u|-U|--user|--proxy-user)[[:space:]=]?[^[:space:]:]*:([^ ]+))",
      R"((smbclient|rpcclient|mount\.cifs|net)[[:space:]](.*[[:space:]])?-U[[:space:]]?[^[:space:]%]*%([^ ]+))",
      // Keys that are known by their looks: AWS, GitHub, GitLab, Slack, JSON web tokens.
      R"(A[KS]IA[A-Z0-9]{16})",
      R"(gh[a-z]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,})",
      R"(xox[a-z]-[A-Za-z0-9-]{10,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]{10,})",
  };
}

}  // namespace proctape
