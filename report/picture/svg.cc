// SPDX-License-Identifier: Apache-2.0
#include "report/picture/svg.h"

#include <cmath>
#include <string_view>

#include "base/text/format.h"
#include "report/picture/text_size.h"

namespace proctape {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// Tenths of a pixel: nobody sees more, and it makes half of the size.
std::string number(double value) {
  if (!(std::abs(value) < 1e6)) value = 0;
  std::string text = formatted("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

// ` fill="#..." fill-opacity=".."`.
std::string paint(std::string_view what, const Color& color) {
  if (color.opacity <= 0) return formatted(" {}=\"none\"", what);
  std::string text = formatted(" {}=\"{}\"", what, hex_text(color));
  if (color.opacity < 1) text += formatted(" {}-opacity=\"{:.2f}\"", what, color.opacity);
  return text;
}

// What ends an element that is open.
std::string end_of(std::string_view name, const std::string& hint) {
  if (hint.empty()) return "/>\n";
  return formatted("><title>{}</title></{}>\n", escaped(hint), name);
}

std::string points_text(const std::vector<Point>& points) {
  std::string text = " points=\"";
  for (const Point& point : points) text += number(point.x) + ',' + number(point.y) + ' ';
  text.back() = '"';
  return text;
}

struct SvgWriter {
  std::string& svg;

  void operator()(const Circle& circle) const {
    svg += formatted("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", number(circle.center.x),
                     number(circle.center.y), number(circle.radius));
    svg += paint("fill", circle.fill);
    if (circle.edge.opacity > 0) svg += paint("stroke", circle.edge);
    svg += end_of("circle", circle.hint);
  }
  void operator()(const Line& line) const {
    if (line.points.empty()) return;
    svg += "<polyline" + points_text(line.points) + " fill=\"none\"" + paint("stroke", line.color);
    if (line.width != 1) svg += " stroke-width=\"" + number(line.width) + '"';
    if (line.dashed) svg += " stroke-dasharray=\"4 3\"";
    svg += " stroke-linejoin=\"round\"" + end_of("polyline", line.hint);
  }
  void operator()(const Area& area) const {
    if (area.points.empty()) return;
    svg += "<polygon" + points_text(area.points) + paint("fill", area.fill);
    svg += end_of("polygon", area.hint);
  }
  void operator()(const Text& text) const {
    svg += formatted("<text x=\"{}\" y=\"{}\" font-size=\"{}\"", number(text.at.x),
                     number(text.at.y), number(text.size));
    svg += paint("fill", text.color);
    if (text.align != Align::kStart) {
      svg += text.align == Align::kEnd ? " text-anchor=\"end\"" : " text-anchor=\"middle\"";
    }
    if (text.bold) svg += " font-weight=\"bold\"";
    if (text.upwards) {
      svg += formatted(" transform=\"rotate(-90 {} {})\"", number(text.at.x), number(text.at.y));
    }
    if (text.halo.opacity > 0) {
      svg += " paint-order=\"stroke\" stroke-width=\"3\" stroke-linejoin=\"round\"";
      svg += paint("stroke", text.halo);
    }
    svg += '>' + escaped(text.text) + "</text>\n";
  }
};

}  // namespace

std::string svg_of(const Picture& picture) {
  const std::string width = number(picture.width()), height = number(picture.height());
  std::string svg = formatted(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" role=\"img\" "
      "font-family=\"{2}, Verdana, sans-serif\">\n<title>{3}</title>\n"
      "<rect width=\"{0}\" height=\"{1}\"{4}/>\n",
      width, height, kFontFamily, escaped(picture.title()), paint("fill", picture.background()));
  for (const Shape& shape : picture.shapes()) std::visit(SvgWriter{svg}, shape);
  return svg + "</svg>\n";
}

}  // namespace proctape
