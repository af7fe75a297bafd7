# SPDX-License-Identifier: Apache-2.0
# How the minimal build differs from the others (docs/MINIMAL.md): it is made for size and linked
# statically. It has the daemon only, and no tests: they are of what it shares with the others.
set(BUILD_TESTING OFF)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE MinSizeRel)
endif()
# Where packaging/openrc/proctaped looks for the program.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Where it is installed" FORCE)
endif()
# A section for each function and object, so that the linker drops what nobody uses. Nobody
# catches exceptions: one that the library throws (no memory) is the end either way, and the
# tables for the way there are left out. A position of its own in memory for each start is not
# worth its relocations.
add_compile_options(-ffunction-sections -fdata-sections -fno-pie
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> -fno-unwind-tables -fno-asynchronous-unwind-tables)
add_link_options(-static -no-pie -Wl,--gc-sections)
# The second keeps fmt from C++'s locales, which are a third of such a program.
add_compile_definitions(PROCTAPE_MINIMAL FMT_STATIC_THOUSANDS_SEPARATOR=',' SPDLOG_NO_EXCEPTIONS)
if(PROCTAPE_SHIM)
  # musl/toolchain.cmake has links to the headers that are needed; glibc's stand beside them.
  list(APPEND CMAKE_C_IMPLICIT_INCLUDE_DIRECTORIES /usr/include)
  list(APPEND CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES /usr/include)
endif()
if(NOT PROCTAPE_SHIM)
  # glibc takes half of the room. Optimized as a whole, the rest is 50 KB smaller; and a name that
  # two files give to different types is found, which nothing else tells.
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  add_link_options(-Werror=odr -Werror=lto-type-mismatch)
endif()
