# SPDX-License-Identifier: Apache-2.0
# Debian's g++ with Debian's musl (package musl-dev), for the minimal build where there is no
# compiler made for musl. Debian's libstdc++ is made for glibc: what that takes is in libstdcxx.h
# and libstdcxx.c, and holds for what proctaped uses of it, which has no locales and catches no
# exceptions. On Alpine the compiler is musl's own and needs none of this.
set(CMAKE_C_COMPILER gcc)
set(CMAKE_CXX_COMPILER g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_SIZEOF_VOID_P 8)

execute_process(COMMAND gcc -print-multiarch OUTPUT_VARIABLE multiarch OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REPLACE gnu musl musl ${multiarch})
execute_process(COMMAND gcc -dumpversion OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)

# The headers of the kernel and of libraries, without those of glibc beside them.
set(headers ${CMAKE_BINARY_DIR}/musl-headers)
file(MAKE_DIRECTORY ${headers})
foreach(name linux asm-generic bpf zlib.h libdeflate.h rapidjson fmt spdlog toml++)
  file(CREATE_LINK /usr/include/${name} ${headers}/${name} SYMBOLIC)
endforeach()
foreach(name asm zconf.h)
  if(EXISTS /usr/include/${multiarch}/${name})
    file(CREATE_LINK /usr/include/${multiarch}/${name} ${headers}/${name} SYMBOLIC)
  else()
    file(CREATE_LINK /usr/include/${name} ${headers}/${name} SYMBOLIC)
  endif()
endforeach()

set(CMAKE_LIBRARY_ARCHITECTURE ${multiarch})
set(CMAKE_SYSTEM_LIBRARY_PATH /usr/lib/${multiarch})
# The specs tell the linker, too.
set(common "-specs=/usr/lib/${musl}/musl-gcc.specs -isystem ${headers}")
set(CMAKE_C_FLAGS_INIT "${common}")
set(CMAKE_CXX_FLAGS_INIT "${common} -nostdinc++ -isystem /usr/include/c++/${version} \
-isystem /usr/include/${multiarch}/c++/${version} -include ${CMAKE_CURRENT_LIST_DIR}/libstdcxx.h")
# CMakeLists.txt makes it part of the program.
set(PROCTAPE_SHIM ${CMAKE_CURRENT_LIST_DIR}/libstdcxx.c)
