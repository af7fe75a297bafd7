// SPDX-License-Identifier: Apache-2.0
//
// What the name of an option, a variable, a header or a member of JSON says of its value.
#pragma once

#include <cstdint>
#include <string_view>

namespace proctape {

// In any locale, and without a call.
constexpr bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

enum class SecretKind : std::uint8_t {
  kNone,
  kPassword,  // whatever it is
  kToken,     // unless it is a short number
  kKey,       // unless it is the name of a file
  kPair,      // "user:password", or all of it
  kLogin,     // likewise, if it looks like a secret: --auth may be a method, a key that of a table
  kHeader,    // a scheme and a secret: "Bearer x"
  kCookie,
  kPin,
  kSignature,  // of a URL
};

// "--db-password", "PGPASSWORD", "keyStorePassword", "X-Api-Key". Of "token-file" and
// "max-tokens" it is kNone. Looks at the last bytes of long names.
SecretKind secret_kind(std::string_view name);

// A value that is none, whatever its name: empty, a variable, a placeholder, a switch, the name
// of a file or of another place where the secret is.
bool is_no_secret(SecretKind kind, std::string_view value);

// Letters and digits without a rule: "HUNTER2zq", "9f86d081884c7d65".
bool looks_random(std::string_view value);

}  // namespace proctape
