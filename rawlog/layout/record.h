// SPDX-License-Identifier: Apache-2.0
//
// Describes one of atop's C structs as a table of rows, one row per member that any
// supported release has had, in declaration order; `since` and `until` say which
// releases have it. A row is the whole truth about a member: atop's name, its C type
// and unit on disk (the builder's name), and the member of our sample it holds. The
// same table encodes, decodes, documents and is compared with the measured layouts.
//
// Offsets are not written down: they follow from the C rules (natural alignment,
// little-endian LP64). Members that no row fills are zero.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/boxed.h"
#include "base/text/text.h"
#include "base/units.h"
#include "rawlog/layout/version.h"

namespace proctape {

static_assert(std::endian::native == std::endian::little && sizeof(long) == 8,
              "the log's layout is that of little-endian LP64 machines");

// The C type of a member.
enum class Kind : std::uint8_t { kChar, kI16, kI32, kI64, kU8, kU16, kU32, kU64, kF32, kRecord };

template <typename C>
constexpr Kind kind_of() {
  if constexpr (std::is_same_v<C, char>) return Kind::kChar;
  if constexpr (std::is_same_v<C, std::int16_t>) return Kind::kI16;
  if constexpr (std::is_same_v<C, std::int32_t>) return Kind::kI32;
  if constexpr (std::is_same_v<C, std::int64_t>) return Kind::kI64;
  if constexpr (std::is_same_v<C, std::uint8_t>) return Kind::kU8;
  if constexpr (std::is_same_v<C, std::uint16_t>) return Kind::kU16;
  if constexpr (std::is_same_v<C, std::uint32_t>) return Kind::kU32;
  if constexpr (std::is_same_v<C, std::uint64_t>) return Kind::kU64;
  if constexpr (std::is_same_v<C, float>) return Kind::kF32;
}

// What a stored number counts, for documentation and dumps.
enum class Unit : std::uint8_t {
  kNone,  // counts, identifiers, flags
  kText,
  kPages,
  kBytes,
  kKibibytes,
  kTicks,
  kSectors,
  kSeconds,
  kMilliseconds,
  kMicroseconds,
  kNanoseconds,
};

// One record in one version, without the types: for the layout test, documents and dumps.
struct Layout {
  struct Member {
    std::string_view name;
    Kind kind;
    Unit unit;
    std::size_t offset;
    std::size_t element_size;
    std::size_t count;     // of elements
    bool is_array;         // an array of one element is not a plain member
    bool spare;            // reserved by atop: zero, never interpreted
    const Layout* nested;  // of one element, for kRecord
  };
  std::size_t size = 0;
  std::size_t alignment = 1;
  std::vector<Member> members;
};

// Where one member of a record goes, or comes from.
struct Slot {
  std::byte* at;
  std::size_t size;  // of the whole member, all elements
  std::int64_t page_size;

  template <typename C>
  void put(C value) const {
    std::memcpy(at, &value, sizeof value);
  }
  // A longer text is cut, between characters of UTF-8. What follows it, the terminator at
  // least, is zero already.
  void put_text(std::string_view text) const {
    if (text.size() >= size) text = cut_utf8(text, size - 1);
    // memcpy() may not get the null pointer of an empty text, even for nothing.
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
  }
};
struct ConstSlot {
  const std::byte* at;
  std::size_t size;
  std::int64_t page_size;

  template <typename C>
  C take() const {
    C value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  // Up to the terminator, which may be missing.
  std::string_view take_text() const {
    const auto* text = reinterpret_cast<const char*>(at);
    return {text, strnlen(text, size)};
  }
};

template <typename Source>
class Record;

// One row of a table.
template <typename Source>
struct Field {
  std::string_view name;
  Kind kind = Kind::kI64;
  Unit unit = Unit::kNone;
  std::size_t element_size = 0;
  std::size_t count = 1;
  std::size_t most = 0;  // of an array of records: how many elements are stored at most
  bool is_array = false;
  bool spare = false;
  Version first = kOldestVersion;
  Version last = kNewestVersion;
  const Layout& (*nested)(Version) = nullptr;
  // None: the member stays zero. `put` may rely on the record being zeroed before.
  void (*put)(const Source&, Slot, Version) = nullptr;
  void (*take)(ConstSlot, Source&, Version) = nullptr;

  constexpr Field since(Version v) const {
    auto f = *this;
    f.first = v;
    return f;
  }
  constexpr Field until(Version v) const {
    auto f = *this;
    f.last = v;
    return f;
  }
  constexpr Field only(Version v) const { return since(v).until(v); }
  constexpr bool in(Version v) const { return first <= v && v <= last; }
};

// Writes the members of a record to `out`, which is zero.
template <typename Source>
using Encode = void (*)(const Source&, std::int64_t page_size, std::byte* out);

// Fills the members of a record from `in`.
template <typename Source>
using Decode = void (*)(const std::byte* in, std::int64_t page_size, Source&);

// What the compiler made of a table for one version (kIsCompiled): does what the list of members
// would, but faster. Both may be missing.
template <typename Source>
struct Compiled {
  Encode<Source> encode = nullptr;
  Decode<Source> decode = nullptr;
};

// A table worked out for one version: what remains at run time is a list of offsets
// with a function each.
template <typename Source>
class Record {
 public:
  template <typename Table>
  Record(const Table& table, Version version, Compiled<Source> compiled)
      : version_(version), compiled_(compiled) {
    std::size_t end = 0;
    for (const Field<Source>& field : table) {
      if (!field.in(version)) continue;
      const Layout* nested = field.nested ? &field.nested(version) : nullptr;
      const std::size_t size = nested ? nested->size : field.element_size;
      const std::size_t alignment = nested ? nested->alignment : field.element_size;
      end = align(end, alignment);
      layout_.members.push_back({field.name, field.kind, field.unit, end, size, field.count,
                                 field.is_array, field.spare, nested});
      if (field.put) steps_.push_back({end, size * field.count, field.put, field.take});
      end += size * field.count;
      layout_.alignment = std::max(layout_.alignment, alignment);
    }
    layout_.size = align(end, layout_.alignment);
  }

  const Layout& layout() const { return layout_; }
  std::size_t size() const { return layout_.size; }

  // Writes `source` to `out`, which holds size() zero bytes.
  void encode(const Source& source, std::int64_t page_size, std::byte* out) const {
    if (compiled_.encode) return compiled_.encode(source, page_size, out);
    for (const Step& step : steps_) {
      step.put(source, {out + step.offset, step.size, page_size}, version_);
    }
  }

  // Fills the members of `source` that this version has from size() bytes at `in`.
  void decode(const std::byte* in, std::int64_t page_size, Source& source) const {
    if (compiled_.decode) return compiled_.decode(in, page_size, source);
    for (const Step& step : steps_) {
      step.take({in + step.offset, step.size, page_size}, source, version_);
    }
  }

 private:
  struct Step {
    std::size_t offset;
    std::size_t size;
    void (*put)(const Source&, Slot, Version);
    void (*take)(ConstSlot, Source&, Version);
  };

  static std::size_t align(std::size_t offset, std::size_t alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }

  Version version_;
  Compiled<Source> compiled_;
  Layout layout_;
  std::vector<Step> steps_;
};

template <typename Table>
struct SourceOfTable;
template <typename Source, std::size_t N>
struct SourceOfTable<const Field<Source>[N]> { using type = Source; };
template <typename Source, std::size_t N>
struct SourceOfTable<const std::array<Field<Source>, N>> {
  using type = Source;
};
template <const auto& Table>
using TableSource = typename SourceOfTable<std::remove_reference_t<decltype(Table)>>::type;

// Whether a table is also worked out by the compiler, for each version: code without calls, for
// records of which there are thousands. It has no records within it.
template <const auto& Table>
inline constexpr bool kIsCompiled = false;

// Where the rows of a table without records within it begin in `version`.
template <const auto& Table>
constexpr auto row_offsets(Version version) {
  std::array<std::size_t, std::size(Table)> offsets{};
  std::size_t end = 0;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const auto& field = Table[i];
    if (!field.in(version)) continue;
    const std::size_t size = field.element_size;
    offsets[i] = (end + size - 1) / size * size;
    end = offsets[i] + size * field.count;
  }
  return offsets;
}

// Calls visit.operator()<kRow>(offset) for each row that is stored in the version.
template <const auto& Table, std::size_t kVersion, typename Visit>
void for_each_stored_row(const Visit& visit) {
  constexpr Version kOf = kVersions[kVersion];
  static constexpr auto kOffsets = row_offsets<Table>(kOf);
  const auto one = [&]<std::size_t kRow>() {
    constexpr auto kField = Table[kRow];
    static_assert(kField.nested == nullptr, "a record within it has no offset here");
    if constexpr (kField.in(kOf) && !kField.spare) visit.template operator()<kRow>(kOffsets[kRow]);
  };
  [&]<std::size_t... kRow>(std::index_sequence<kRow...>) { (one.template operator()<kRow>(), ...); }
  (std::make_index_sequence<std::size(Table)>{});
}

template <const auto& Table, std::size_t kVersion>
void encode_compiled(const TableSource<Table>& source, std::int64_t page_size, std::byte* out) {
  for_each_stored_row<Table, kVersion>([&]<std::size_t kRow>(std::size_t offset) {
    constexpr auto kField = Table[kRow];
    kField.put(source, {out + offset, kField.element_size * kField.count, page_size},
               kVersions[kVersion]);
  });
}

template <const auto& Table, std::size_t kVersion>
void decode_compiled(const std::byte* in, std::int64_t page_size, TableSource<Table>& source) {
  for_each_stored_row<Table, kVersion>([&]<std::size_t kRow>(std::size_t offset) {
    constexpr auto kField = Table[kRow];
    kField.take({in + offset, kField.element_size * kField.count, page_size}, source,
                kVersions[kVersion]);
  });
}

// Nothing for tables that are not compiled.
template <const auto& Table>
Compiled<TableSource<Table>> compiled_of(Version version) {
  if constexpr (kIsCompiled<Table>) {
    static constexpr auto kCompiled =
        []<std::size_t... kVersion>(std::index_sequence<kVersion...>) {
      return std::array<Compiled<TableSource<Table>>, sizeof...(kVersion)>{
          Compiled<TableSource<Table>>{encode_compiled<Table, kVersion>,
                                       decode_compiled<Table, kVersion>}...};
    }
    (std::make_index_sequence<kVersions.size()>{});
    return kCompiled[index_of(version)];
  } else {
    return {};
  }
}

// The record of `Table` in `version`, worked out when it is first asked for, and kept: a log has
// one version, and those of all eleven would take 700 KB.
template <const auto& Table>
const Record<TableSource<Table>>& record_of(Version version) {
  using R = Record<TableSource<Table>>;
  static std::array<std::atomic<const R*>, kVersions.size()> records{};
  std::atomic<const R*>& slot = records[index_of(version)];
  const R* known = slot.load(std::memory_order_acquire);
  if (!known) {
    auto made = std::make_unique<const R>(Table, version, compiled_of<Table>(version));
    // Unless another thread was faster.
    if (slot.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) {
      known = made.release();
    }
  }
  return *known;
}

template <const auto& Table>
const Layout& layout_of(Version version) {
  return record_of<Table>(version).layout();
}

// ---- row builders: the builder's name is the unit on disk ----

template <typename T>
struct MemberOf;
template <typename S, typename M>
struct MemberOf<M S::*> {
  using Source = S;
  using Value = M;
};
template <auto Member>
using SourceOf = typename MemberOf<decltype(Member)>::Source;
template <auto Member>
using ValueOf = typename MemberOf<decltype(Member)>::Value;

template <typename Source, typename C>
constexpr Field<Source> plain(std::string_view name, Unit unit) {
  return {.name = name, .kind = kind_of<C>(), .unit = unit, .element_size = sizeof(C)};
}

// The nearest value that a C can hold: a number that grew too large must not come back as a
// small or negative one.
template <typename C, typename V>
constexpr C saturated(V value) {
  if constexpr (std::is_same_v<V, bool> || sizeof(C) >= sizeof(V)) {
    return static_cast<C>(value);
  } else {
    static_assert(std::is_signed_v<V>);
    return static_cast<C>(
        std::clamp<V>(value, std::numeric_limits<C>::min(), std::numeric_limits<C>::max()));
  }
}

// A count, identifier or flag, stored as C.
template <auto Member, typename C = std::int64_t>
constexpr Field<SourceOf<Member>> number(std::string_view name) {
  using S = SourceOf<Member>;
  using V = ValueOf<Member>;
  static_assert(std::is_arithmetic_v<V>, "a quantity needs the builder of its unit");
  auto field = plain<S, C>(name, Unit::kNone);
  field.put = [](const S& s, Slot slot, Version) { slot.put(saturated<C>(s.*Member)); };
  field.take = [](ConstSlot slot, S& s, Version) { s.*Member = static_cast<V>(slot.take<C>()); };
  return field;
}

// 32 bits that are no amount, such as a user's number: 4294967294 fills all of them, and comes
// back as it went, although atop calls the member an int.
template <auto Member>
constexpr Field<SourceOf<Member>> bits32(std::string_view name) {
  using S = SourceOf<Member>;
  auto field = plain<S, std::int32_t>(name, Unit::kNone);
  field.put = [](const S& s, Slot slot, Version) {
    slot.put(static_cast<std::uint32_t>(s.*Member));
  };
  field.take = [](ConstSlot slot, S& s, Version) { s.*Member = slot.take<std::uint32_t>(); };
  return field;
}

// A quantity stored in the unit it has in memory.
template <auto Member, typename Q, Unit U, typename C = std::int64_t>
constexpr Field<SourceOf<Member>> quantity(std::string_view name) {
  using S = SourceOf<Member>;
  static_assert(std::is_same_v<ValueOf<Member>, Q>, "the member has another unit");
  auto field = plain<S, C>(name, U);
  field.put = [](const S& s, Slot slot, Version) { slot.put(static_cast<C>((s.*Member).value)); };
  field.take = [](ConstSlot slot, S& s, Version) {
    s.*Member = Q{static_cast<std::int64_t>(slot.take<C>())};
  };
  return field;
}
template <auto Member>
constexpr auto bytes(std::string_view name) {
  return quantity<Member, Bytes, Unit::kBytes>(name);
}
template <auto Member>
constexpr auto ticks(std::string_view name) {
  return quantity<Member, Ticks, Unit::kTicks>(name);
}
template <auto Member>
constexpr auto sectors(std::string_view name) {
  return quantity<Member, Sectors, Unit::kSectors>(name);
}
template <auto Member>
constexpr auto seconds(std::string_view name) {
  return quantity<Member, Seconds, Unit::kSeconds>(name);
}
template <auto Member>
constexpr auto milliseconds(std::string_view name) {
  return quantity<Member, Milliseconds, Unit::kMilliseconds>(name);
}
template <auto Member>
constexpr auto microseconds(std::string_view name) {
  return quantity<Member, Microseconds, Unit::kMicroseconds>(name);
}
template <auto Member>
constexpr auto nanoseconds(std::string_view name) {
  return quantity<Member, Nanoseconds, Unit::kNanoseconds>(name);
}

// A member of a part of the source.
template <auto Part, auto Member>
constexpr Field<SourceOf<Part>> ticks_in(std::string_view name) {
  using S = SourceOf<Part>;
  static_assert(std::is_same_v<ValueOf<Member>, Ticks>, "the member has another unit");
  auto field = plain<S, std::int64_t>(name, Unit::kTicks);
  field.put = [](const S& s, Slot slot, Version) { slot.put((s.*Part.*Member).value); };
  field.take = [](ConstSlot slot, S& s, Version) {
    s.*Part.*Member = Ticks{slot.take<std::int64_t>()};
  };
  return field;
}

// How a value that the kernel does not give is stored.
enum class IfUnknown : std::uint8_t { kMinusOne, kZero };

// Bytes stored in units of `unit_size` (0: the host's page size). Negative values are
// sentinels (-1, -2) and stored as they are, except where growth may be negative.
template <auto Member, Unit U, std::int64_t kUnitSize, IfUnknown kIfUnknown, bool kSigned>
constexpr Field<SourceOf<Member>> scaled(std::string_view name) {
  using S = SourceOf<Member>;
  static_assert(std::is_same_v<ValueOf<Member>, Bytes>, "made from Bytes");
  auto field = plain<S, std::int64_t>(name, U);
  field.put = [](const S& s, Slot slot, Version) {
    const std::int64_t value = (s.*Member).value;
    const std::int64_t unit = kUnitSize ? kUnitSize : slot.page_size;
    if (value < 0 && !kSigned) {
      slot.put<std::int64_t>(kIfUnknown == IfUnknown::kZero ? 0 : value);
    } else {
      slot.put<std::int64_t>(value / unit);
    }
  };
  field.take = [](ConstSlot slot, S& s, Version) {
    const auto value = slot.take<std::int64_t>();
    const std::int64_t unit = kUnitSize ? kUnitSize : slot.page_size;
    std::int64_t scaled_value = value;
    // What overflows was never a size; it is kept as it came.
    if (value >= 0 || kSigned) {
      if (__builtin_mul_overflow(value, unit, &scaled_value)) scaled_value = value;
    }
    s.*Member = Bytes{scaled_value};
  };
  return field;
}
template <auto Member, IfUnknown kIfUnknown = IfUnknown::kMinusOne>
constexpr auto pages(std::string_view name) {
  return scaled<Member, Unit::kPages, 0, kIfUnknown, false>(name);
}
template <auto Member>
constexpr auto kibibytes_of(std::string_view name) {
  return scaled<Member, Unit::kKibibytes, 1024, IfUnknown::kMinusOne, false>(name);
}
template <auto Member>
constexpr auto signed_kibibytes(std::string_view name) {
  return scaled<Member, Unit::kKibibytes, 1024, IfUnknown::kMinusOne, true>(name);
}

// A 32-bit float.
template <auto Member>
constexpr Field<SourceOf<Member>> real(std::string_view name) {
  using S = SourceOf<Member>;
  static_assert(std::is_same_v<ValueOf<Member>, float>);
  auto field = plain<S, float>(name, Unit::kNone);
  field.put = [](const S& s, Slot slot, Version) { slot.put(s.*Member); };
  field.take = [](ConstSlot slot, S& s, Version) { s.*Member = slot.take<float>(); };
  return field;
}

// Text in `capacity` bytes, its terminator included.
template <auto Member>
constexpr Field<SourceOf<Member>> text(std::string_view name, std::size_t capacity) {
  using S = SourceOf<Member>;
  auto field = plain<S, char>(name, Unit::kText);
  field.count = capacity;
  field.is_array = true;
  field.put = [](const S& s, Slot slot, Version) { slot.put_text(s.*Member); };
  field.take = [](ConstSlot slot, S& s, Version) { (s.*Member).assign(slot.take_text()); };
  return field;
}

// A member with rules of its own, which `put` and `take` implement.
template <typename Source, typename C = std::int64_t>
constexpr Field<Source> special(std::string_view name, Unit unit,
                                void (*put)(const Source&, Slot, Version),
                                void (*take)(ConstSlot, Source&, Version)) {
  auto field = plain<Source, C>(name, unit);
  field.put = put;
  field.take = take;
  return field;
}

// Reserved members, always zero.
template <typename Source, typename C = std::int64_t>
constexpr Field<Source> spare(std::string_view name) {
  auto field = plain<Source, C>(name, Unit::kNone);
  field.spare = true;
  return field;
}
template <typename Source, typename C = std::int64_t>
constexpr Field<Source> spares(std::string_view name, std::size_t count) {
  auto field = spare<Source, C>(name);
  field.count = count;
  field.is_array = true;
  return field;
}

// The number of elements of the vector `Member` that are stored, at most `kMost`.
// Decoding sizes the vector, so the row stands before the array's.
template <auto Member, std::size_t kMost, typename C = std::int32_t>
constexpr Field<SourceOf<Member>> count_of(std::string_view name) {
  using S = SourceOf<Member>;
  auto field = plain<S, C>(name, Unit::kNone);
  field.put = [](const S& s, Slot slot, Version) {
    slot.put(static_cast<C>(std::min((s.*Member).size(), kMost)));
  };
  field.take = [](ConstSlot slot, S& s, Version) {
    const auto stored = static_cast<std::int64_t>(slot.take<C>());
    (s.*Member).clear();
    (s.*Member).resize(static_cast<std::size_t>(
        std::clamp<std::int64_t>(stored, 0, static_cast<std::int64_t>(kMost))));
  };
  return field;
}

template <typename Source>
void decode_into(const Record<Source>& record, ConstSlot slot, Source& into) {
  record.decode(slot.at, slot.page_size, into);
}
template <typename Source>
void decode_into(const Record<Source>& record, ConstSlot slot, Boxed<Source>& into) {
  // Of nearly all there is nothing to tell: all bytes are 0, each equal to the next.
  if (*slot.at == std::byte{0} && std::memcmp(slot.at, slot.at + 1, record.size() - 1) == 0) {
    into = {};
    return;
  }
  Source value = into;
  record.decode(slot.at, slot.page_size, value);
  into = value;
}

// One record within another, made from `Member`.
template <const auto& Table, auto Member>
constexpr Field<SourceOf<Member>> record(std::string_view name) {
  using S = SourceOf<Member>;
  Field<S> field;
  field.name = name;
  field.kind = Kind::kRecord;
  field.nested = layout_of<Table>;
  field.put = [](const S& s, Slot slot, Version v) {
    record_of<Table>(v).encode(s.*Member, slot.page_size, slot.at);
  };
  field.take = [](ConstSlot slot, S& s, Version v) {
    decode_into(record_of<Table>(v), slot, s.*Member);
  };
  return field;
}

// One record within another, made from the same source: atop nests, we do not.
template <const auto& Table>
constexpr Field<TableSource<Table>> section(std::string_view name) {
  using S = TableSource<Table>;
  Field<S> field;
  field.name = name;
  field.kind = Kind::kRecord;
  field.nested = layout_of<Table>;
  field.put = [](const S& s, Slot slot, Version v) {
    record_of<Table>(v).encode(s, slot.page_size, slot.at);
  };
  field.take = [](ConstSlot slot, S& s, Version v) {
    record_of<Table>(v).decode(slot.at, slot.page_size, s);
  };
  return field;
}

// An array of records with room for `capacity`, made from the vector `Member`; what
// is stored is limited by its count_of row. Decoding fills the elements that are there.
template <const auto& Table, auto Member, std::size_t kMost>
constexpr Field<SourceOf<Member>> array(std::string_view name, std::size_t capacity) {
  using S = SourceOf<Member>;
  Field<S> field;
  field.name = name;
  field.kind = Kind::kRecord;
  field.count = capacity;
  field.most = kMost;
  field.is_array = true;
  field.nested = layout_of<Table>;
  field.put = [](const S& s, Slot slot, Version v) {
    const auto& each = record_of<Table>(v);
    const std::size_t used = std::min((s.*Member).size(), kMost);
    for (std::size_t i = 0; i < used; ++i) {
      each.encode((s.*Member)[i], slot.page_size, slot.at + i * each.size());
    }
  };
  field.take = [](ConstSlot slot, S& s, Version v) {
    const auto& each = record_of<Table>(v);
    const std::size_t used = std::min((s.*Member).size(), kMost);
    for (std::size_t i = 0; i < used; ++i) {
      each.decode(slot.at + i * each.size(), slot.page_size, (s.*Member)[i]);
    }
  };
  return field;
}

}  // namespace proctape
