# SPDX-License-Identifier: Apache-2.0
# The BPF programs, from source to headers with a light skeleton each: the object is in it as an
# array, and loading it takes no library. Adds the loaders, with the programs or without, to the
# library `collector`.
set(PROCTAPE_BPF AUTO CACHE STRING
  "Build the BPF programs in: ON, OFF, or AUTO, if clang, bpftool and libbpf's headers are there")
set_property(CACHE PROPERTY PROCTAPE_BPF PROPERTY STRINGS AUTO ON OFF)

set(directory ${PROJECT_SOURCE_DIR}/collector/bpf)
set(missing "")
if(PROCTAPE_BPF)
  find_program(BPF_CLANG NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14)
  find_program(BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin)
  find_program(BPF_STRIP NAMES llvm-strip llvm-strip-19 llvm-strip-18 llvm-strip-17 llvm-strip-16
    llvm-strip-15 llvm-strip-14)
  find_path(BPF_HEADERS bpf/skel_internal.h)
  foreach(needed BPF_CLANG BPFTOOL BPF_STRIP BPF_HEADERS)
    if(NOT ${needed})
      list(APPEND missing ${needed})
    endif()
  endforeach()
  if(missing AND NOT PROCTAPE_BPF STREQUAL "AUTO")
    message(FATAL_ERROR "PROCTAPE_BPF is ON, but not found: ${missing}")
  endif()
endif()

if(PROCTAPE_BPF AND NOT missing)
  set(skeletons "")
  foreach(name exits tasks)
    set(object ${PROJECT_BINARY_DIR}/bpf/${name}.bpf.o)
    set(skeleton ${PROJECT_BINARY_DIR}/bpf/${name}.lskel.h)
    list(APPEND skeletons ${skeleton})
    # The headers of this machine stand in a directory that clang does not look into for BPF.
    add_custom_command(OUTPUT ${skeleton}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/bpf
      COMMAND ${BPF_CLANG} -target bpf -O2 -g -Wall -Wextra -Wno-unused-parameter
        -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} -isystem ${BPF_HEADERS}
        -c ${directory}/${name}.bpf.c -o ${object}
      COMMAND ${BPF_STRIP} -g ${object}
      COMMAND ${BPFTOOL} gen skeleton -L ${object} name ${name}_bpf > ${skeleton}
      DEPENDS ${directory}/${name}.bpf.c ${directory}/exit_event.h ${directory}/task_record.h
        ${directory}/kernel_types.h
      VERBATIM)
    target_sources(collector PRIVATE ${directory}/${name}_loader.c ${skeleton})
  endforeach()
  add_custom_target(bpf_skeleton DEPENDS ${skeletons})
  # Generated: its warnings are not ours to mend.
  target_include_directories(collector SYSTEM PRIVATE ${PROJECT_BINARY_DIR}/bpf)
  message(STATUS "BPF programs: built in, by ${BPF_CLANG} and ${BPFTOOL}")
else()
  target_sources(collector PRIVATE ${directory}/no_exits_loader.c ${directory}/no_tasks_loader.c)
  add_custom_target(bpf_skeleton)
  if(missing)
    message(STATUS "BPF programs: left out, for want of ${missing}")
  else()
    message(STATUS "BPF programs: left out")
  endif()
endif()
