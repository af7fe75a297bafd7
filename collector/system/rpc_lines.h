// SPDX-License-Identifier: Apache-2.0
//
// What /proc/net/rpc/nfs and nfsd have in common: lines of a key and numbers known by place.
#pragma once

#include <span>
#include <string_view>

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/line_numbers.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/numbers.h"

namespace proctape {

// Which members of `Nfs` the numbers of the line `key` go to.
template <typename Nfs>
struct RpcLine {
  std::string_view key;
  void (*take)(const LineNumbers& numbers, Nfs& into);
};

// Calls are counted per protocol version, and added up.
template <typename Nfs>
void add_calls(Count reads, Count writes, Nfs& into) {
  into.rpc_reads = wrapping_sum(into.rpc_reads, reads);
  into.rpc_writes = wrapping_sum(into.rpc_writes, writes);
}

// `path` names the file in messages. Lines that are not among `known` are skipped, malformed ones
// too, and the first of them is returned: the counters of the file belong together, so the caller
// keeps those of before.
template <typename Nfs>
Result<> parse_rpc_lines(std::string_view path, std::string_view text,
                         std::span<const RpcLine<Nfs>> known, Nfs& into) {
  FirstError error;
  KernelLines lines(path, text);
  while (lines.next()) {
    auto rest = lines.line();
    const auto key = next_word(rest);
    for (const RpcLine<Nfs>& line : known) {
      if (line.key != key) continue;
      const LineNumbers numbers(rest);
      if (numbers.size() == 0 || !numbers.is_whole()) {
        error.note(lines.malformed("'<key> <number>...'"));
      } else {
        line.take(numbers, into);
      }
    }
  }
  return error.result();
}

}  // namespace proctape
