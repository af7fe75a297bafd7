/* SPDX-License-Identifier: Apache-2.0
 *
 * Stands between proctaped and the kernel (LD_PRELOAD): makes calls on the files of one directory
 * fail, succeed in part, or be the last ones of the process; and shifts the clocks. What to do is
 * read from a file that the test has mapped too (faults.py, class Shim), so that it changes while
 * the daemon runs.
 *
 * FAULTS names that file, FAULTY_DIRECTORY the directory. */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The order is known to faults.py, here and below. */
enum Call { WRITE, SYNC, TRUNCATE, OPEN, RENAME, READ, CALLS };

enum Action {
  FAIL = 1, /* with errno `value` */
  /* Of WRITE only: */
  SHORT, /* after `value` bytes */
  DIE,   /* by SIGKILL after `value` bytes */
  SLOW   /* all, but in about `value` parts with pauses in between */
};

struct fault {
  int64_t action; /* 0: none */
  int64_t value;
  int64_t skip;  /* so many calls are let through first */
  int64_t times; /* then so many are faulty; -1: all */
  int64_t hits;  /* counted here: faulty calls so far */
};

struct control {
  int64_t wall_shift; /* nanoseconds, of CLOCK_REALTIME */
  int64_t boot_shift; /* of CLOCK_BOOTTIME, as a suspend does */
  struct fault faults[CALLS];
};

static volatile struct control* control;
static char directory[PATH_MAX];

__attribute__((constructor)) static void begin(void) {
  const char* file = getenv("FAULTS");
  const char* path = getenv("FAULTY_DIRECTORY");
  if (file == NULL || path == NULL) return;
  snprintf(directory, sizeof directory, "%s/", path);
  const int fd = open(file, O_RDWR | O_CLOEXEC);
  void* mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd < 0 || mapped == MAP_FAILED) abort();
  close(fd);
  control = mapped;
}

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

static int is_ours(const char* path) { return strncmp(path, directory, strlen(directory)) == 0; }

static int is_our_fd(int fd) {
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return is_ours(path);
}

/* The fault that hits this call, or NULL. */
static volatile struct fault* hit(enum Call call) {
  volatile struct fault* fault = &control->faults[call];
  if (fault->action == 0 || fault->times == 0) return NULL;
  if (fault->skip > 0) {
    --fault->skip;
    return NULL;
  }
  if (fault->times > 0) --fault->times;
  ++fault->hits;
  return fault;
}

/* Whether a call that can do nothing but fail is to fail; errno is set then. */
static int fails(enum Call call) {
  volatile struct fault* fault = hit(call);
  if (fault == NULL || fault->action != FAIL) return 0;
  errno = (int)fault->value;
  return 1;
}

/* ---- Writing ---- */

enum { PAUSE_OF_SLOW = 500 }; /* us */

/* All of these are this one: at `offset`, or where the file stands if that is -1. */
static ssize_t write_parts(int fd, const struct iovec* parts, int count, off_t offset) {
  __typeof__(&pwritev2) real = REAL(pwritev2);
  volatile struct fault* fault = control != NULL && is_our_fd(fd) ? hit(WRITE) : NULL;
  if (fault == NULL) return real(fd, parts, count, offset, 0);
  if (fault->action == FAIL) {
    errno = (int)fault->value;
    return -1;
  }
  const int is_slow = fault->action == SLOW;
  int64_t total = 0;
  for (int i = 0; i < count; ++i) total += (int64_t)parts[i].iov_len;
  const int64_t value = is_slow ? total / fault->value + 1 : fault->value;
  ssize_t done = 0;
  for (int i = 0; i < count; ++i) {
    struct iovec rest = parts[i];
    while (rest.iov_len > 0 && (is_slow || done < value)) {
      const size_t most = (size_t)(is_slow ? value : value - done);
      struct iovec part = {rest.iov_base, rest.iov_len < most ? rest.iov_len : most};
      const ssize_t written = real(fd, &part, 1, offset < 0 ? offset : offset + done, 0);
      if (written < 0) return done > 0 ? done : written;
      done += written;
      rest.iov_base = (char*)rest.iov_base + written;
      rest.iov_len -= (size_t)written;
      if (is_slow) usleep(PAUSE_OF_SLOW);
    }
  }
  if (fault->action == DIE) kill(getpid(), SIGKILL);
  return done;
}

ssize_t pwritev(int fd, const struct iovec* parts, int count, off_t offset) {
  return write_parts(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec* parts, int count, off_t offset) {
  return write_parts(fd, parts, count, offset);
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  return write_parts(fd, parts, count, -1);
}
ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  const struct iovec part = {(void*)bytes, count};
  return write_parts(fd, &part, 1, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t count, off_t offset) {
  return pwrite(fd, bytes, count, offset);
}
ssize_t write(int fd, const void* bytes, size_t count) {
  const struct iovec part = {(void*)bytes, count};
  return write_parts(fd, &part, 1, -1);
}

int ftruncate(int fd, off_t length) {
  if (control != NULL && is_our_fd(fd) && fails(TRUNCATE)) return -1;
  return REAL(ftruncate)(fd, length);
}
int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }

int fdatasync(int fd) {
  if (control != NULL && is_our_fd(fd) && fails(SYNC)) return -1;
  return REAL(fdatasync)(fd);
}
int fsync(int fd) {
  if (control != NULL && is_our_fd(fd) && fails(SYNC)) return -1;
  return REAL(fsync)(fd);
}

/* ---- Reading ---- */

ssize_t pread(int fd, void* buffer, size_t count, off_t offset) {
  /* The kernel's files are read much more often. */
  const int is_asked = control != NULL && control->faults[READ].action != 0;
  if (is_asked && is_our_fd(fd) && fails(READ)) return -1;
  return REAL(pread)(fd, buffer, count, offset);
}
ssize_t pread64(int fd, void* buffer, size_t count, off_t offset) {
  return pread(fd, buffer, count, offset);
}
/* What a build with _FORTIFY_SOURCE calls.
 * NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): their names */
ssize_t __pread_chk(int fd, void* buffer, size_t count, off_t offset, size_t size) {
  if (count > size) abort();
  return pread(fd, buffer, count, offset);
}
ssize_t __pread64_chk(int fd, void* buffer, size_t count, off_t offset, size_t size) {
  return __pread_chk(fd, buffer, count, offset, size);
}
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */

/* ---- Names ---- */

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (control != NULL && (flags & O_ACCMODE) != O_RDONLY && is_ours(path) && fails(OPEN)) return -1;
  return REAL(open)(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open(path, flags, mode);
}
/* What a build with _FORTIFY_SOURCE calls if there is no mode.
 * NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): their names */
int __open_2(const char* path, int flags) { return open(path, flags); }
int __open64_2(const char* path, int flags) { return open(path, flags); }
/* NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier) */

int rename(const char* from, const char* to) {
  if (control != NULL && is_ours(from) && fails(RENAME)) return -1;
  return REAL(rename)(from, to);
}

/* ---- Time ---- */

enum { NANOSECONDS = 1000000000 };

static struct timespec shifted(struct timespec time, int64_t shift) {
  int64_t nanoseconds = time.tv_nsec + shift % NANOSECONDS;
  time.tv_sec += shift / NANOSECONDS + (nanoseconds >= NANOSECONDS) - (nanoseconds < 0);
  nanoseconds += nanoseconds < 0 ? NANOSECONDS : 0;
  time.tv_nsec = nanoseconds % NANOSECONDS;
  return time;
}

int clock_gettime(clockid_t clock, struct timespec* time) {
  const int result = REAL(clock_gettime)(clock, time);
  if (result != 0 || control == NULL) return result;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
    *time = shifted(*time, control->wall_shift);
  } else if (clock == CLOCK_BOOTTIME) {
    *time = shifted(*time, control->boot_shift);
  }
  return 0;
}

int gettimeofday(struct timeval* restrict time, void* restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != NULL) *result = now.tv_sec;
  return now.tv_sec;
}

/* Whether a descriptor is a timer of CLOCK_BOOTTIME, whose times the kernel takes unshifted. */
static char of_boottime[1024];

int timerfd_create(int clock, int flags) {
  const int fd = REAL(timerfd_create)(clock, flags);
  if (fd >= 0 && (size_t)fd < sizeof of_boottime) of_boottime[fd] = clock == CLOCK_BOOTTIME;
  return fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec* when, struct itimerspec* before) {
  struct itimerspec unshifted = *when;
  const int is_set = when->it_value.tv_sec != 0 || when->it_value.tv_nsec != 0;
  if (control != NULL && is_set && (flags & TFD_TIMER_ABSTIME) != 0 && fd >= 0 &&
      (size_t)fd < sizeof of_boottime && of_boottime[fd]) {
    unshifted.it_value = shifted(when->it_value, -control->boot_shift);
    if (unshifted.it_value.tv_sec < 0) unshifted.it_value = (struct timespec){0, 1};
  }
  return REAL(timerfd_settime)(fd, flags, &unshifted, before);
}
