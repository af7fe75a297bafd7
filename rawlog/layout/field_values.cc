// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/field_values.h"

#include <algorithm>
#include <array>

namespace proctape {
namespace {

// Arrays and what counts them, the member of newer versions first.
struct Counted {
  std::string_view array;
  std::string_view count;
};
constexpr std::array kCounted = {
    Counted{"cpu", "maxcpu"},      Counted{"cpu", "nrcpu"},     Counted{"intf", "nrintf"},
    Counted{"numa", "nrnuma"},     Counted{"dsk", "ndsk"},      Counted{"mdd", "nmdd"},
    Counted{"lvm", "nlvm"},        Counted{"gpu", "nrgpus"},    Counted{"ifb", "nrports"},
    Counted{"nfsmnt", "nrmounts"}, Counted{"perllc", "nrllcs"}, Counted{"cont", "nrcontainer"},
};

template <typename C>
C take(std::span<const std::byte> bytes) {
  C value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::int64_t integer(Kind kind, std::span<const std::byte> bytes) {
  switch (kind) {
    case Kind::kChar:
      return take<char>(bytes);
    case Kind::kI16:
      return take<std::int16_t>(bytes);
    case Kind::kI32:
      return take<std::int32_t>(bytes);
    case Kind::kU8:
      return take<std::uint8_t>(bytes);
    case Kind::kU16:
      return take<std::uint16_t>(bytes);
    case Kind::kU32:
      return take<std::uint32_t>(bytes);
    default:
      return take<std::int64_t>(bytes);
  }
}

std::size_t elements_in_use(const Layout& layout, const Layout::Member& array,
                            std::span<const std::byte> block) {
  const Layout::Member* count = count_member(layout, array);
  if (!count) return array.count;
  const std::int64_t used = integer(count->kind, block.subspan(count->offset, count->element_size));
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(used, 0, static_cast<std::int64_t>(array.count)));
}

class Walk {
 public:
  Walk(std::string_view name, const std::function<void(const FieldValue&)>& visit)
      : path_(name), visit_(visit) {}

  void record(const Layout& layout, std::span<const std::byte> block) {
    for (const Layout::Member& member : layout.members) {
      if (member.spare) continue;
      const std::size_t length = path_.size();
      path_ += '.';
      path_ += member.name;
      const auto place = block.subspan(member.offset, member.element_size * member.count);
      if (member.kind == Kind::kChar && member.is_array) {
        const auto* text = reinterpret_cast<const char*>(place.data());
        give(member, place, std::string_view(text, strnlen(text, place.size())));
      } else if (!member.is_array) {
        element(member, place);
      } else {
        const std::size_t used = elements_in_use(layout, member, block);
        for (std::size_t i = 0; i < used; ++i) {
          const std::size_t array_length = path_.size();
          path_ += '[';
          path_ += std::to_string(i);
          path_ += ']';
          element(member, place.subspan(i * member.element_size, member.element_size));
          path_.resize(array_length);
        }
      }
      path_.resize(length);
    }
  }

 private:
  using Value = decltype(FieldValue::value);

  void element(const Layout::Member& member, std::span<const std::byte> bytes) {
    if (member.nested) {
      record(*member.nested, bytes);
    } else if (member.kind == Kind::kF32) {
      give(member, bytes, static_cast<double>(take<float>(bytes)));
    } else {
      give(member, bytes, integer(member.kind, bytes));
    }
  }
  void give(const Layout::Member& member, std::span<const std::byte> bytes, Value value) {
    visit_({path_, member.kind, member.unit, bytes, value});
  }

  std::string path_;
  const std::function<void(const FieldValue&)>& visit_;
};

}  // namespace

void for_each_value(const Layout& layout, std::string_view name, std::span<const std::byte> block,
                    const std::function<void(const FieldValue&)>& visit) {
  Walk(name, visit).record(layout, block);
}

const Layout::Member* count_member(const Layout& layout, const Layout::Member& array) {
  for (const Counted& counted : kCounted) {
    if (counted.array != array.name) continue;
    const auto found = std::ranges::find(layout.members, counted.count, &Layout::Member::name);
    if (found != layout.members.end()) return &*found;
  }
  return nullptr;
}

}  // namespace proctape
