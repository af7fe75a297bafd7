// SPDX-License-Identifier: Apache-2.0
#include "base/text/json.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(Json, IsWhatWasAddedInOneLine) {
  Json json;
  {
    const JsonObject object(json);
    object.add("name", "eth\"0\n");
    object.add("up", true);
    object.add("offset", std::uint64_t{18'446'744'073'709'551'615U});
    object.add("change", -7);
    object.add("load", 0.25);
    const JsonArray list(object, "list");
    list.add(std::string("a"));
    list.add(1);
    const JsonObject inner(list);
    inner.add("none", false);
  }
  EXPECT_EQ(json.text(),
            R"({"name":"eth\"0\n","up":true,"offset":18446744073709551615,"change":-7,"load":0.25,)"
            R"("list":["a",1,{"none":false}]})");
}

TEST(Json, OfTextInAnotherEncodingIsUtf8) {
  Json json;
  {
    const JsonObject object(json);
    object.add("name", "\xff");
  }
  EXPECT_EQ(json.text(), "{\"name\":\"\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace proctape
