// SPDX-License-Identifier: Apache-2.0
#include "report/picture/picture.h"

#include <gtest/gtest.h>

#include <string>

#include "report/picture/png.h"
#include "report/picture/svg.h"
#include "report/picture/text_size.h"

namespace proctape {
namespace {

const Color kPaper = rgb(0xffffff), kPen = rgb(0x204060);

Picture picture_of_all_shapes() {
  Picture picture(320, 200, kPaper, "all");
  picture.add(Circle{{60, 60}, 20, kPen, kPen, "a circle"});
  picture.add(Line{{{0, 0}, {100, 50}}, kPen, 2, true});
  picture.add(Area{{{10, 10}, {20, 10}, {15, 20}}, faded(kPen, 0.5)});
  picture.add(Text{.at = {160, 100}, .text = "words", .color = kPen, .halo = kPaper});
  return picture;
}

TEST(Svg, HasEachShapeWithItsColorAndHint) {
  const std::string svg = svg_of(picture_of_all_shapes());
  EXPECT_NE(svg.find("width=\"320\" height=\"200\""), svg.npos) << svg;
  EXPECT_NE(svg.find("<circle cx=\"60\" cy=\"60\" r=\"20\" fill=\"#204060\""), svg.npos);
  EXPECT_NE(svg.find("<title>a circle</title></circle>"), svg.npos);
  EXPECT_NE(svg.find("stroke-dasharray"), svg.npos);
  EXPECT_NE(svg.find("fill-opacity=\"0.50\""), svg.npos);
  EXPECT_NE(svg.find(">words</text>"), svg.npos);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(Svg, ShowsHostileNamesAsText) {
  Picture picture(100, 100, kPaper, "</title><script>alert(1)</script>");
  picture.add(Text{.text = "<script>\"&'\n\x1b[31m\xe2\x80\xae \xff"});
  picture.add(Circle{.hint = "]]></title><image href=\"http://example.org\"/>"});
  const std::string svg = svg_of(picture);
  EXPECT_EQ(svg.find("<script"), svg.npos) << svg;
  EXPECT_EQ(svg.find("<image"), svg.npos);
  EXPECT_NE(svg.find("&lt;script&gt;&quot;&amp;'\\n\\u001b[31m\\u202e \\xff"), svg.npos) << svg;
}

TEST(Svg, HasNoNumbersThatAreNone) {
  Picture picture(100, 100, kPaper, "");
  const double none = 0.0 / 0.0;
  picture.add(Circle{{none, 1e300}, -1e300, kPen});
  picture.add(Line{{{none, none}, {-0.01, 1}}, kPen});
  const std::string svg = svg_of(picture);
  for (const char* const wrong : {"nan", "inf", "e+", "\"-0\"", "000000"}) {
    EXPECT_EQ(svg.find(wrong), svg.npos) << wrong << " in " << svg;
  }
}

// As big-endian number.
unsigned number_at(const std::string& bytes, std::size_t offset) {
  unsigned number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | static_cast<unsigned char>(bytes.at(offset + i));
  }
  return number;
}

TEST(Png, HasItsSizeAndIsNotEmpty) {
  const auto png = png_of(picture_of_all_shapes());
  ASSERT_TRUE(png) << png.error().message;
  EXPECT_TRUE(png->starts_with("\x89PNG\r\n\x1a\n"));
  EXPECT_EQ(number_at(*png, 16), 320U);
  EXPECT_EQ(number_at(*png, 20), 200U);
  const auto empty = png_of(Picture(320, 200, kPaper, ""));
  ASSERT_TRUE(empty);
  EXPECT_GT(png->size(), empty->size() + 500) << "nothing was drawn";
}

TEST(Png, WithoutCairoSaysWhichPackageHasIt) {
  const auto png = png_of(picture_of_all_shapes(), "libcairo-that-is-not-there.so");
  ASSERT_FALSE(png);
  EXPECT_EQ(png.error().kind, Error::Kind::kMissing);
  EXPECT_NE(png.error().message.find("libcairo2"), std::string::npos) << png.error().message;
}

TEST(Png, OfAnotherLibraryIsAnError) {
  const auto png = png_of(picture_of_all_shapes(), "libm.so.6");
  ASSERT_FALSE(png);
  EXPECT_NE(png.error().message.find("lacks"), std::string::npos) << png.error().message;
}

TEST(TextSize, GrowsWithTheTextAndIsCutWithinItsRoom) {
  EXPECT_LT(text_width("iiii", 12), text_width("mmmm", 12));
  EXPECT_LT(text_width("words", 12), text_width("words", 12, true));
  EXPECT_EQ(text_width("\u4e2d", 10), 10);
  EXPECT_EQ(cut_to_width("short", 12, 100), "short");
  const std::string cut = cut_to_width("a long name that has no room \u4e2d\u4e2d\u4e2d", 12, 80);
  EXPECT_TRUE(cut.ends_with("\u2026")) << cut;
  EXPECT_LE(text_width(cut, 12), 80);
}

TEST(TextSize, BoxIsWhereTheTextIs) {
  const Text text{.at = {100, 50}, .text = "words", .size = 10};
  const double width = text_width("words", 10);
  const Box start = box_of(text);
  EXPECT_EQ(start.left, 100);
  EXPECT_DOUBLE_EQ(start.right, 100 + width);
  Text other = text;
  other.align = Align::kEnd;
  EXPECT_DOUBLE_EQ(box_of(other).right, 100);
  other.align = Align::kMiddle;
  other.upwards = true;
  const Box upwards = box_of(other);
  EXPECT_DOUBLE_EQ(upwards.height(), width);
  EXPECT_DOUBLE_EQ((upwards.top + upwards.bottom) / 2, 50);
  EXPECT_LT(upwards.left, 100);
}

TEST(Color, OfHuesIsAsInStyleSheets) {
  EXPECT_EQ(hex_text(hsl(0, 1, 0.5)), "#ff0000");
  EXPECT_EQ(hex_text(hsl(120, 1, 0.25)), "#008000");
  EXPECT_EQ(hex_text(hsl(240, 0, 0.5)), "#808080");
}

}  // namespace
}  // namespace proctape
