/* Preloaded into a process, this shifts its wall clock by as many nanoseconds as a file says.
 *
 * Whoever writes another number into the file steps the clock of all processes that share it. The
 * monotonic clock stays as it is, and so do times of files.
 *
 * Programs may read the clock past libc, as ClickHouse's engine does: so the functions of the vDSO,
 * which all reads end in, are overwritten. Waits until an instant of the wall clock are left to the
 * kernel, which knows nothing of the shift: they become waits on the monotonic clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the jumps into this library are written for x86-64"
#endif

#define SECOND_NS 1000000000LL

static const int64_t none = 0;
static const volatile int64_t *shift_ns = &none;

static long ask_kernel(clockid_t clock, struct timespec *into) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(SYS_clock_gettime), "D"((long)clock), "S"(into)
                   : "rcx", "r11", "memory");
  return result;
}

static struct timespec plus(struct timespec at, int64_t ns) {
  int64_t sum = at.tv_sec * SECOND_NS + at.tv_nsec + ns;
  return (struct timespec){.tv_sec = sum / SECOND_NS, .tv_nsec = sum % SECOND_NS};
}

/* As the vDSO's functions, these give a negative errno. */
static int shifted_clock_gettime(clockid_t clock, struct timespec *into) {
  long result = ask_kernel(clock, into);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    *into = plus(*into, *shift_ns);
  return (int)result;
}

static int shifted_gettimeofday(struct timeval *into, void *zone) {
  struct timespec now;
  shifted_clock_gettime(CLOCK_REALTIME, &now);
  if (into) *into = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  if (zone) memset(zone, 0, sizeof(struct timezone));
  return 0;
}

static time_t shifted_time(time_t *into) {
  struct timespec now;
  shifted_clock_gettime(CLOCK_REALTIME, &now);
  if (into) *into = now.tv_sec;
  return now.tv_sec;
}

/* The instant of the monotonic clock that is as far away as that one of the shifted wall clock. */
static struct timespec on_monotonic(const struct timespec *wall) {
  struct timespec now, monotonic;
  shifted_clock_gettime(CLOCK_REALTIME, &now);
  ask_kernel(CLOCK_MONOTONIC, &monotonic);
  return plus(monotonic, (wall->tv_sec - now.tv_sec) * SECOND_NS + wall->tv_nsec - now.tv_nsec);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                           const struct timespec *until) {
  const unsigned is_monotonic = 2; /* glibc's bit for pthread_condattr_setclock(CLOCK_MONOTONIC) */
  struct timespec deadline =
      condition->__data.__wrefs & is_monotonic ? *until : on_monotonic(until);
  return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &deadline);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
  struct timespec deadline = on_monotonic(until);
  return sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until) {
  struct timespec deadline = on_monotonic(until);
  return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &deadline);
}

/* Shift by what that file says from now on; 0, or an errno. */
int wall_clock_follow(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  int failed = mapped == MAP_FAILED ? errno : 0;
  close(file);
  if (!failed) shift_ns = mapped;
  return failed;
}

static void fail(const char *what) {
  fprintf(stderr, "the wall clock can't be shifted here: %s\n", what);
  abort();
}

/* The kernel changes the rights of this mapping as a whole or not at all. */
static void make_writable(void) {
  char line[256];
  uintptr_t begin = 0, end = 0;
  FILE *maps = fopen("/proc/self/maps", "re");
  while (maps && fgets(line, sizeof line, maps))
    if (strstr(line, "[vdso]")) sscanf(line, "%lx-%lx", &begin, &end);
  if (maps) fclose(maps);
  if (mprotect((void *)begin, end - begin, PROT_READ | PROT_WRITE | PROT_EXEC) || !begin)
    fail("the vDSO is not to be overwritten");
}

static void jump(void *vdso, const char *name, void *to) {
  unsigned char code[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov rax, to; jmp rax */
  void *at = vdso ? dlsym(vdso, name) : NULL;
  if (!at) fail(name);
  memcpy(code + 2, &to, sizeof to);
  memcpy(at, code, sizeof code);
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("WALL_CLOCK_FILE");
  if (!path || wall_clock_follow(path)) return;
  void *vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);
  make_writable();
  jump(vdso, "__vdso_clock_gettime", shifted_clock_gettime);
  jump(vdso, "__vdso_gettimeofday", shifted_gettimeofday);
  jump(vdso, "__vdso_time", shifted_time);
}
