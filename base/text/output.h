// SPDX-License-Identifier: Apache-2.0
//
// Standard output and standard error: the only way by which text reaches them (tests/layering_test
// keeps others from it), as visible_text.h makes it. Neither throws nor fails here: a main looks at
// standard output once, at the end.
#pragma once

#include <string_view>

namespace proctape {

// Lines of our making, in which foreign text has no newline: a cell, a field, a value in JSON.
void print(std::string_view text);
void print_error(std::string_view text);

// What programs read whose names must be the exact ones: bytes as they are. A terminal gets them
// as by print().
void print_bytes(std::string_view bytes);

// Where standard output is a terminal, what is printed next begins a screen.
void begin_screen();
// What was printed so far is to be seen now. False if it could not be written.
bool flush_output();

// One line, whatever is in it.
void print_line(std::string_view text);
void print_error_line(std::string_view text);

}  // namespace proctape
