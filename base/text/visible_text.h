// SPDX-License-Identifier: Apache-2.0
//
// Text that leaves for a person: on a terminal, in the journal, in `systemctl status`. Names of
// files, processes, cgroups and hosts are chosen by others, and may hold what a terminal obeys
// (escape sequences), what changes the order of what is read (bidirectional controls), or what is
// not seen at all. base/text/output.h, daemon/messages/log.h and systemd/notify.h pass everything
// through here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace proctape {

// Whether '\n' and '\t' are ours, and stay, or somebody else's, who would forge a line with them.
enum class Lines { kOne, kMany };

// `text` with an escape for each control character (C0, DEL, C1), each character that cannot be
// seen or that changes how others are ordered, line and paragraph separators ("\n", "\u001b",
// "\u202e", as in JSON, so that JSON stays the same JSON), and each byte that is no UTF-8 ("\xff").
// A backslash stays as it is. At most `limit` bytes, cut between characters. Applied twice, it
// gives what it gives once.
std::string visible(std::string_view text, Lines lines = Lines::kOne,
                    std::size_t limit = std::string_view::npos);

// One line, cut where nobody reads on, "..." behind it.
std::string visible_message(std::string_view text);

// How many bytes of `text`, from its beginning, visible() leaves as they are.
std::size_t visible_length(std::string_view text, Lines lines);

}  // namespace proctape
