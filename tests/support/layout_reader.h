// SPDX-License-Identifier: Apache-2.0
//
// Reads logs by the measured layouts alone (tests/layouts/atop-2.N.tsv), with none of the
// code that writes them: a second opinion on what is in a file.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace proctape {

class LayoutReader {
 public:
  using Block = std::string;

  // `version` as "2.12".
  explicit LayoutReader(const std::string& version) {
    std::ifstream file(std::string(LAYOUTS) + "/atop-" + version + ".tsv");
    for (std::string line; std::getline(file, line);) {
      std::istringstream columns(line);
      std::string path;
      std::string kind;
      std::string array;
      Member member;
      columns >> path >> member.offset;
      if (!(columns >> member.size >> kind >> array)) {
        sizes_[path] = member.offset;
        continue;
      }
      member.kind = kind;
      // "sstat.dsk.dsk[1024].name" is asked for as "sstat.dsk.dsk[].name".
      if (const auto open = path.find('['); open != path.npos) {
        path.erase(open + 1, path.find(']') - open - 1);
      }
      if (const auto star = array.find('*'); star != array.npos) {
        member.stride = std::stoul(array.substr(star + 1));
      }
      members_[path] = member;
    }
    EXPECT_GT(members_.size(), 300U) << "layout file of " << version;
  }

  std::size_t size(const std::string& record) const { return sizes_.at(record); }
  bool has(const std::string& path) const { return members_.contains(path); }

  std::int64_t number(const Block& block, const std::string& path, std::size_t index = 0) const {
    const Member& member = at(path);
    const char* from = block.data() + member.offset + index * member.stride;
    if (member.kind == "i64" || member.kind == "u64") return get<std::int64_t>(from);
    if (member.kind == "i32") return get<std::int32_t>(from);
    if (member.kind == "u32") return get<std::uint32_t>(from);
    if (member.kind == "i16") return get<std::int16_t>(from);
    if (member.kind == "u16") return get<std::uint16_t>(from);
    if (member.kind == "char" || member.kind == "u8") return get<std::uint8_t>(from);
    ADD_FAILURE() << path << " is " << member.kind;
    return 0;
  }
  float real(const Block& block, const std::string& path, std::size_t index = 0) const {
    const Member& member = at(path);
    EXPECT_EQ(member.kind, "f32") << path;
    return get<float>(block.data() + member.offset + index * member.stride);
  }
  std::string text(const Block& block, const std::string& path, std::size_t index = 0) const {
    const Member& member = at(path);
    EXPECT_TRUE(member.kind.starts_with("char[")) << path;
    const char* from = block.data() + member.offset + index * member.stride;
    return {from, strnlen(from, member.size)};
  }

 private:
  struct Member {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::size_t stride = 0;
    std::string kind;
  };
  template <typename T>
  static T get(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  const Member& at(const std::string& path) const {
    const auto found = members_.find(path);
    EXPECT_NE(found, members_.end()) << path;
    static const Member kNone;
    return found == members_.end() ? kNone : found->second;
  }

  std::map<std::string, Member> members_;
  std::map<std::string, std::size_t> sizes_;
};

// A log taken apart into its blocks, unpacked.
struct TakenApart {
  struct Record {
    LayoutReader::Block header;
    LayoutReader::Block system;
    std::vector<LayoutReader::Block> tasks;
    LayoutReader::Block cgroups;  // since 2.11, as the pids
    LayoutReader::Block cgroup_pids;
  };
  LayoutReader::Block header;
  std::vector<Record> records;
};

inline TakenApart take_apart(const std::string& path, const LayoutReader& layout) {
  std::ostringstream whole;
  whole << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string bytes = whole.str();
  TakenApart log;
  log.header = bytes.substr(0, layout.size("rawheader"));
  std::size_t at = log.header.size();
  const auto unpack = [&](std::size_t packed, std::size_t plain) {
    std::string out(plain, '\0');
    auto length = static_cast<uLongf>(plain);
    EXPECT_EQ(::uncompress(reinterpret_cast<Bytef*>(out.data()), &length,
                           reinterpret_cast<const Bytef*>(bytes.data() + at), packed),
              Z_OK);
    EXPECT_EQ(length, plain);
    at += packed;
    return out;
  };
  while (at + layout.size("rawrecord") <= bytes.size()) {
    TakenApart::Record record;
    record.header = bytes.substr(at, layout.size("rawrecord"));
    at += record.header.size();
    const auto number = [&](const char* member) {
      return static_cast<std::size_t>(layout.number(record.header, member));
    };
    record.system = unpack(number("rawrecord.scomplen"), layout.size("sstat"));
    const std::size_t each = layout.size("tstat");
    const auto tasks = unpack(number("rawrecord.pcomplen"), number("rawrecord.ndeviat") * each);
    for (std::size_t i = 0; i < tasks.size(); i += each)
      record.tasks.push_back(tasks.substr(i, each));
    if (layout.has("rawrecord.ccomplen") && number("rawrecord.ccomplen") > 0) {
      record.cgroups = unpack(number("rawrecord.ccomplen"), number("rawrecord.coriglen"));
      record.cgroup_pids = unpack(number("rawrecord.icomplen"), number("rawrecord.ncgpids") * 4);
    }
    log.records.push_back(std::move(record));
  }
  EXPECT_EQ(at, bytes.size()) << "the records end with the file";
  return log;
}

}  // namespace proctape
