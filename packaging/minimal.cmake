# SPDX-License-Identifier: Apache-2.0
# How the minimal build differs from the others (docs/MINIMAL.md): it is made for size and linked
# statically. It has the daemon only, and no tests: they are of what it shares with the others.
set(BUILD_TESTING OFF)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
# A section for each function and object, so that the linker drops what nobody uses. A place of
# its own in memory for each start is not worth the relocations (100 KiB).
add_compile_options(-Os -ffunction-sections -fdata-sections -fno-pie)
add_link_options(-static -no-pie -Wl,--gc-sections)
# The first keeps fmt from C++'s locales, which are a third of such a program.
add_compile_definitions(FMT_STATIC_THOUSANDS_SEPARATOR=',' SPDLOG_NO_EXCEPTIONS)
