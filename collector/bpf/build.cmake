# SPDX-License-Identifier: Apache-2.0
# The BPF programs, from source to headers with a light skeleton each: the object is in it as an
# array, and loading it takes no library. Adds the loaders, with the programs or without, to the
# library `collector`.
set(PROCTAPE_BPF AUTO CACHE STRING
  "Build the BPF programs in: ON, OFF, or AUTO, if clang, bpftool and libbpf's headers are there")
set_property(CACHE PROPERTY PROCTAPE_BPF PROPERTY STRINGS AUTO ON OFF)

set(directory ${PROJECT_SOURCE_DIR}/collector/bpf)
include(${directory}/skeleton.cmake)
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
  set(PROCTAPE_BPF_BUILT ON)
  set(skeletons "")
  foreach(name exits tasks)
    proctape_bpf_skeleton(${directory}/${name}.bpf.c ${name} ${directory}/exit_event.h
      ${directory}/task_report.h ${directory}/kernel_types.h)
    list(APPEND skeletons ${PROJECT_BINARY_DIR}/bpf/${name}.lskel.h)
    target_sources(collector PRIVATE ${directory}/${name}_loader.c
      ${PROJECT_BINARY_DIR}/bpf/${name}.lskel.h)
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
