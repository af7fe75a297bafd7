// SPDX-License-Identifier: Apache-2.0
#include "report/picture/png.h"

#include <cairo.h>
#include <dlfcn.h>

#include <memory>
#include <numbers>
#include <variant>

#include "report/picture/text_size.h"

namespace proctape {
namespace {

// The functions of cairo that are used, under its names without "cairo_".
class Cairo {
 public:
  static Result<Cairo> load(const std::string& library) {
    // Never unloaded: libraries that it loads itself cannot be.
    void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      const char* const why = ::dlerror();
      return Error{Error::Kind::kMissing,
                   "PNG is drawn by cairo, which is not installed (Debian: libcairo2); SVG needs "
                   "nothing: " +
                       std::string(why ? why : library)};
    }
    Cairo cairo;
    if (!cairo.find_all(handle)) {
      return Error{Error::Kind::kMissing, library + ": lacks functions of cairo"};
    }
    return cairo;
  }

#define PROCTAPE_CAIRO_FUNCTIONS(X) \
  X(image_surface_create)           \
  X(surface_destroy)                \
  X(surface_write_to_png_stream)    \
  X(status_to_string)               \
  X(create)                         \
  X(destroy)                        \
  X(set_source_rgba)                \
  X(paint)                          \
  X(new_path)                       \
  X(arc)                            \
  X(move_to)                        \
  X(line_to)                        \
  X(close_path)                     \
  X(fill)                           \
  X(fill_preserve)                  \
  X(stroke)                         \
  X(set_line_width)                 \
  X(set_line_join)                  \
  X(set_dash)                       \
  X(select_font_face)               \
  X(set_font_size)                  \
  X(text_extents)                   \
  X(text_path)                      \
  X(show_text)                      \
  X(save)                           \
  X(restore)                        \
  X(translate)                      \
  X(rotate)
#define PROCTAPE_CAIRO_MEMBER(name) decltype(&::cairo_##name) name = nullptr;
  PROCTAPE_CAIRO_FUNCTIONS(PROCTAPE_CAIRO_MEMBER)
#undef PROCTAPE_CAIRO_MEMBER

 private:
  bool find_all(void* handle) {
    bool found = true;
    const auto find = [&](const char* symbol, auto& into) {
      into = reinterpret_cast<std::remove_reference_t<decltype(into)>>(::dlsym(handle, symbol));
      found = found && into != nullptr;
    };
#define PROCTAPE_CAIRO_FIND(name) find("cairo_" #name, name);
    PROCTAPE_CAIRO_FUNCTIONS(PROCTAPE_CAIRO_FIND)
#undef PROCTAPE_CAIRO_FIND
#undef PROCTAPE_CAIRO_FUNCTIONS
    return found;
  }
};

struct PngPainter {
  const Cairo& cairo;
  cairo_t* to;

  void use(const Color& color) const {
    cairo.set_source_rgba(to, color.red / 255.0, color.green / 255.0, color.blue / 255.0,
                          color.opacity);
  }
  void trace(const std::vector<Point>& points) const {
    cairo.new_path(to);
    for (const Point& point : points) cairo.line_to(to, point.x, point.y);
  }

  void operator()(const Circle& circle) const {
    cairo.new_path(to);
    cairo.arc(to, circle.center.x, circle.center.y, circle.radius, 0, 2 * std::numbers::pi);
    use(circle.fill);
    cairo.fill_preserve(to);
    use(circle.edge);
    cairo.set_line_width(to, 1);
    cairo.stroke(to);
  }
  void operator()(const Line& line) const {
    constexpr double kDashes[] = {4, 3};
    trace(line.points);
    use(line.color);
    cairo.set_line_width(to, line.width);
    cairo.set_dash(to, kDashes, line.dashed ? 2 : 0, 0);
    cairo.stroke(to);
    cairo.set_dash(to, kDashes, 0, 0);
  }
  void operator()(const Area& area) const {
    trace(area.points);
    cairo.close_path(to);
    use(area.fill);
    cairo.fill(to);
  }
  void operator()(const Text& text) const {
    cairo.save(to);
    cairo.select_font_face(to, kFontFamily, CAIRO_FONT_SLANT_NORMAL,
                           text.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo.set_font_size(to, text.size);
    cairo_text_extents_t extents{};
    cairo.text_extents(to, text.text.c_str(), &extents);
    cairo.translate(to, text.at.x, text.at.y);
    if (text.upwards) cairo.rotate(to, -std::numbers::pi / 2);
    const double part =
        text.align == Align::kStart ? 0 : (text.align == Align::kMiddle ? 0.5 : 1.0);
    cairo.move_to(to, -part * extents.x_advance, 0);
    if (text.halo.opacity > 0) {
      cairo.text_path(to, text.text.c_str());
      use(text.halo);
      cairo.set_line_width(to, 3);
      cairo.stroke(to);
      cairo.move_to(to, -part * extents.x_advance, 0);
    }
    use(text.color);
    cairo.show_text(to, text.text.c_str());
    cairo.restore(to);
  }
};

cairo_status_t append(void* to, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> png_of(const Picture& picture, const std::string& library) {
  const auto loaded = Cairo::load(library);
  if (!loaded) return loaded.error();
  const Cairo& cairo = *loaded;
  const std::unique_ptr<cairo_surface_t, decltype(cairo.surface_destroy)> surface(
      cairo.image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(picture.width()),
                                 static_cast<int>(picture.height())),
      cairo.surface_destroy);
  const std::unique_ptr<cairo_t, decltype(cairo.destroy)> context(cairo.create(surface.get()),
                                                                  cairo.destroy);
  const PngPainter painter{cairo, context.get()};
  painter.use(picture.background());
  cairo.paint(context.get());
  cairo.set_line_join(context.get(), CAIRO_LINE_JOIN_ROUND);
  for (const Shape& shape : picture.shapes()) std::visit(painter, shape);
  std::string png;
  const cairo_status_t status = cairo.surface_write_to_png_stream(surface.get(), append, &png);
  if (status != CAIRO_STATUS_SUCCESS) {
    return Error{Error::Kind::kIo, "cairo: " + std::string(cairo.status_to_string(status))};
  }
  return png;
}

}  // namespace proctape
