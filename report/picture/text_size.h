// SPDX-License-Identifier: Apache-2.0
//
// How much room a text takes, before anybody has drawn it. The letters are those of DejaVu Sans,
// which both kinds of pictures ask for first; Verdana, which SVG asks for next, is as wide, and
// others that readers have instead are narrower.
#pragma once

#include <string>
#include <string_view>

#include "report/picture/picture.h"

namespace proctape {

inline constexpr const char* kFontFamily = "DejaVu Sans";

double text_width(std::string_view text, double size, bool bold = false);

// Of its letters, with those that reach below the base line.
Box box_of(const Text& text);

// The beginning of `text`, with "…" behind it if it is wider than `width`.
std::string cut_to_width(std::string_view text, double size, double width);

}  // namespace proctape
