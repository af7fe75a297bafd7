// SPDX-License-Identifier: Apache-2.0
//
// Before everything else (toolchain.cmake): what the headers of a libstdc++ made for glibc expect
// of the C library's, where musl's are others.
#pragma once

#include <features.h>

// bits/os_defines.h asks which glibc it is.
#define __GLIBC_PREREQ(major, minor) 1
#define __locale_t locale_t
// bits/ctype_base.h: the values of glibc's <ctype.h>, for a table that nobody looks into.
#define _ISupper 0x100
#define _ISlower 0x200
#define _ISalpha 0x400
#define _ISdigit 0x800
#define _ISxdigit 0x1000
#define _ISspace 0x2000
#define _ISprint 0x4000
#define _ISgraph 0x8000
#define _ISblank 0x1
#define _IScntrl 0x2
#define _ISpunct 0x4
#define _ISalnum 0x8
// Not in musl 1.2.3.
#include <bits/c++config.h>
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK
