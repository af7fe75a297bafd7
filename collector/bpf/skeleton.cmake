# SPDX-License-Identifier: Apache-2.0
# Makes ${PROJECT_BINARY_DIR}/bpf/NAME.lskel.h, a light skeleton called NAME_bpf, from a BPF program:
# the object is in it as an array, and loading it takes no library. build.cmake has found the tools.
# proctape_bpf_skeleton(SOURCE NAME [HEADERS...])
function(proctape_bpf_skeleton source name)
  set(object ${PROJECT_BINARY_DIR}/bpf/${name}.bpf.o)
  set(skeleton ${PROJECT_BINARY_DIR}/bpf/${name}.lskel.h)
  # The headers of this machine stand in a directory that clang does not look into for BPF.
  add_custom_command(OUTPUT ${skeleton}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/bpf
    COMMAND ${BPF_CLANG} -target bpf -O2 -g -Wall -Wextra -Wno-unused-parameter
      -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} -isystem ${BPF_HEADERS}
      -c ${source} -o ${object}
    COMMAND ${BPF_STRIP} -g ${object}
    COMMAND ${BPFTOOL} gen skeleton -L ${object} name ${name}_bpf > ${skeleton}
    DEPENDS ${source} ${ARGN}
    VERBATIM)
endfunction()
