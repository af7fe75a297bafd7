// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/lost_members.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "rawlog/layout/field_values.h"
#include "rawlog/layout/leaves.h"
#include "rawlog/layout/system_record.h"
#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

bool is_text(const LeafMember& leaf) { return leaf.kind == Kind::kChar && leaf.array > 0; }

// Of those that are in use; of arrays of records in the first element.
std::vector<LeafMember> leaves_of(const Layout& layout, const std::string& name) {
  std::vector<LeafMember> leaves;
  for_each_leaf(layout, name, [&](const LeafMember& leaf) {
    if (leaf.spare) return;
    leaves.push_back(leaf);
    leaves.back().path = without_indexes(leaf.path);
  });
  return leaves;
}

// Something that every member takes: 1, or a text that fills it.
void put_sign(const LeafMember& leaf, std::span<std::byte> block) {
  std::byte* const at = &block[leaf.offset];
  if (is_text(leaf)) {
    std::memset(at, 'x', leaf.size - 1);
  } else if (leaf.kind == Kind::kF32) {
    const float one = 1;
    std::memcpy(at, &one, sizeof one);
  } else {
    *at = std::byte{1};  // the machine is little-endian
  }
}

// What becomes of a block of version `from` that is written in version `to`, and back.
template <const auto& Table>
std::vector<std::byte> there_and_back(std::span<const std::byte> block, Version from, Version to) {
  constexpr std::int64_t kPageSize = 4096;
  TableSource<Table> original;
  record_of<Table>(from).decode(block.data(), kPageSize, original);
  std::vector<std::byte> there(record_of<Table>(to).size());
  record_of<Table>(to).encode(original, kPageSize, there.data());
  TableSource<Table> returned;
  record_of<Table>(to).decode(there.data(), kPageSize, returned);
  std::vector<std::byte> back(block.size());
  record_of<Table>(from).encode(returned, kPageSize, back.data());
  return back;
}

std::size_t text_length(std::span<const std::byte> bytes) {
  return strnlen(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

bool returned(const LeafMember& leaf, std::span<const std::byte> sent,
              std::span<const std::byte> back) {
  return std::ranges::equal(sent.subspan(leaf.offset, leaf.size),
                            back.subspan(leaf.offset, leaf.size));
}

std::size_t kept_length(const LeafMember& leaf, std::span<const std::byte> back) {
  return is_text(leaf) ? text_length(back.subspan(leaf.offset, leaf.size)) : 0;
}

// A text says what it has beyond `kept` bytes.
bool says_more(Kind kind, bool text, std::span<const std::byte> bytes, std::size_t kept) {
  return text ? text_length(bytes) > kept : says_something(kind, bytes);
}

}  // namespace

bool says_something(Kind kind, std::span<const std::byte> bytes) {
  std::uint64_t bits = 0;
  bytes = bytes.first(std::min(bytes.size(), sizeof bits));
  std::memcpy(&bits, bytes.data(), bytes.size());
  const std::size_t unused = 8 * (sizeof bits - bytes.size());
  const bool is_signed = kind == Kind::kI16 || kind == Kind::kI32 || kind == Kind::kI64;
  const auto value = is_signed ? static_cast<std::int64_t>(bits << unused) >> unused
                               : static_cast<std::int64_t>(bits);
  return value != 0 && value != -1 && value != -2;
}

std::string without_indexes(std::string_view path) {
  std::string name;
  bool index = false;
  for (const char c : path) {
    if (c == '[') index = true;
    if (!index) name += c;
    if (c == ']') index = false;
  }
  return name;
}

LostMembers::LostMembers(Version from, Version to) : from_(from) {
  const Layout& system = layout_of<kSstat>(from);
  std::vector<std::byte> signs(system.size);
  const auto system_leaves = leaves_of(system, "sstat");
  for (const LeafMember& leaf : system_leaves) put_sign(leaf, signs);
  const auto system_back = there_and_back<kSstat>(signs, from, to);
  for (const LeafMember& leaf : system_leaves) {
    if (!returned(leaf, signs, system_back)) {
      system_.push_back({leaf.path, kept_length(leaf, system_back)});
    }
  }

  // Tasks have members that are added up in some versions: one at a time tells which are lost.
  const Layout& task = layout_of<kTstat>(from);
  gpu_state_ = task.size;
  for (const LeafMember& leaf : leaves_of(task, "tstat")) {
    if (leaf.path == "tstat.gpu.state") gpu_state_ = leaf.offset;
    std::vector<std::byte> sign(task.size);
    put_sign(leaf, sign);
    const auto back = there_and_back<kTstat>(sign, from, to);
    if (returned(leaf, sign, back)) continue;
    tasks_.push_back(
        {{leaf.path, kept_length(leaf, back)}, leaf.kind, is_text(leaf), leaf.offset, leaf.size});
  }
}

void LostMembers::look_at_system(std::span<const std::byte> block) {
  if (system_.empty()) return;
  for_each_value(layout_of<kSstat>(from_), "sstat", block, [&](const FieldValue& value) {
    const auto* text = std::get_if<std::string_view>(&value.value);
    if (!text && !says_something(value.kind, value.bytes)) return;
    const std::string path = without_indexes(value.path);
    const auto candidate = std::ranges::find(system_, path, &Candidate::path);
    if (candidate == system_.end() || (text && text->size() <= candidate->kept)) return;
    found_.insert(path);
    system_.erase(candidate);
  });
}

void LostMembers::look_at_tasks(std::span<const std::byte> entries) {
  const Layout& layout = layout_of<kTstat>(from_);
  for (; !entries.empty() && !tasks_.empty(); entries = entries.subspan(layout.size)) {
    const bool gpu = gpu_state_ < layout.size && entries[gpu_state_] != std::byte{0};
    std::erase_if(tasks_, [&](const TaskMember& member) {
      // Without GPU use atop leaves those members as they were in memory.
      if (!gpu && member.candidate.path.starts_with("tstat.gpu.")) return false;
      const auto bytes = entries.subspan(member.offset, member.size);
      if (!says_more(member.kind, member.text, bytes, member.candidate.kept)) return false;
      found_.insert(member.candidate.path);
      return true;
    });
  }
}

}  // namespace proctape
