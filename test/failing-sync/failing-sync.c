/*
 * Preloaded (LD_PRELOAD) into a program, makes one sync of a file or folder fail, and loses what was written to the file since
 * its last good sync: those bytes read as zeros from then on, as where Linux dropped dirty pages whose writing failed.
 *
 *   FAILING_SYNC_ROOT     only what is below this folder counts (absolute, without links)
 *   FAILING_SYNC_CONTROL  a file "<run> <n> <errno> <part of a path>\n": in this run, the n-th sync of a path that contains
 *                         the part fails. Another run begins with another first number; n = 0 fails none.
 *                         What failed is appended to the same path with `.log`, one path a line.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 4096
#define MOST_RANGES 512

struct range { off_t from, to; };
struct file { dev_t device; ino_t number; int ranges; struct range range[MOST_RANGES]; };

static struct file *files[MOST_FILES];
static int fileCount;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static long currentRun = -1, syncs;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The path of a descriptor when it is below the root, else NULL. */
static const char *path_of(int fd, char path[PATH_MAX]) {
  const char *root = getenv("FAILING_SYNC_ROOT");
  char link[64];
  if (root == NULL) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return NULL;
  path[length] = 0;
  return strncmp(path, root, strlen(root)) == 0 ? path : NULL;
}

static struct file *file_of(int fd, int make) {
  struct stat stat;
  if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) return NULL;
  for (int index = 0; index < fileCount; index++) {
    struct file *file = files[index];
    if (file->device != stat.st_dev || file->number != stat.st_ino) continue;
    /* The number of a file that is gone was given to a new, empty one. */
    if (stat.st_size == 0 && stat.st_nlink > 0) file->ranges = 0;
    return file;
  }
  if (!make || fileCount == MOST_FILES) return NULL;
  struct file *file = calloc(1, sizeof *file);
  file->device = stat.st_dev;
  file->number = stat.st_ino;
  return files[fileCount++] = file;
}

static void wrote(int fd, off_t from, ssize_t length) {
  char path[PATH_MAX];
  int before = errno;
  if (length > 0 && path_of(fd, path) != NULL) {
    pthread_mutex_lock(&guard);
    struct file *file = file_of(fd, 1);
    if (file != NULL) {
      struct range *last = file->ranges > 0 ? &file->range[file->ranges - 1] : NULL;
      if (last != NULL && from <= last->to && from >= last->from) {
        if (from + length > last->to) last->to = from + length;
      } else if (file->ranges < MOST_RANGES) {
        file->range[file->ranges++] = (struct range){from, from + length};
      } else {
        /* One range over everything loses more than was written, never less. */
        if (from < last->from) last->from = from;
        if (from + length > last->to) last->to = from + length;
      }
    }
    pthread_mutex_unlock(&guard);
  }
  errno = before;
}

/* The position of a descriptor, or the end of the file where it only appends. */
static off_t position(int fd) {
  struct stat stat;
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_APPEND) && fstat(fd, &stat) == 0) return stat.st_size;
  return lseek(fd, 0, SEEK_CUR);
}

static void lose(int fd) {
  static const char zeros[65536];
  struct file *file = file_of(fd, 0);
  if (file == NULL) return;
  char link[64];
  struct stat stat;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int other = open(link, O_WRONLY | O_CLOEXEC);
  if (other < 0 || fstat(other, &stat) != 0) return;
  for (int index = 0; index < file->ranges; index++) {
    off_t to = file->range[index].to < stat.st_size ? file->range[index].to : stat.st_size;
    for (off_t at = file->range[index].from; at < to;) {
      size_t length = to - at < (off_t)sizeof zeros ? (size_t)(to - at) : sizeof zeros;
      ssize_t done = NEXT(pwrite)(other, zeros, length, at);
      if (done <= 0) break;
      at += done;
    }
  }
  file->ranges = 0;
  close(other);
}

/* Whether this sync is the one that is to fail; sets errno then. */
static int fails(int fd) {
  const char *control = getenv("FAILING_SYNC_CONTROL");
  char path[PATH_MAX], part[PATH_MAX] = "", log[PATH_MAX];
  long run = 0, which = 0;
  int code = EIO;
  if (control == NULL || path_of(fd, path) == NULL) return 0;
  FILE *orders = fopen(control, "re");
  if (orders == NULL) return 0;
  int read = fscanf(orders, "%ld %ld %d %4095s", &run, &which, &code, part);
  fclose(orders);
  if (read < 3 || which == 0 || strstr(path, part) == NULL) return 0;
  if (run != currentRun) {
    currentRun = run;
    syncs = 0;
  }
  if (++syncs != which) return 0;
  lose(fd);
  snprintf(log, sizeof log, "%s.log", control);
  FILE *report = fopen(log, "ae");
  if (report != NULL) {
    fprintf(report, "%s\n", path);
    fclose(report);
  }
  errno = code;
  return 1;
}

static int sync_with(int (*real)(int), int fd) {
  pthread_mutex_lock(&guard);
  if (fails(fd)) {
    pthread_mutex_unlock(&guard);
    return -1;
  }
  int result = real(fd);
  char path[PATH_MAX];
  int code = errno;
  struct file *file = result == 0 && path_of(fd, path) != NULL ? file_of(fd, 0) : NULL;
  if (file != NULL) file->ranges = 0;
  pthread_mutex_unlock(&guard);
  errno = code;
  return result;
}

int fsync(int fd) { return sync_with(NEXT(fsync), fd); }
int fdatasync(int fd) { return sync_with(NEXT(fdatasync), fd); }

ssize_t write(int fd, const void *bytes, size_t length) {
  char path[PATH_MAX];
  int before = errno;
  off_t from = fd > 2 && path_of(fd, path) != NULL ? position(fd) : -1;
  errno = before;
  ssize_t done = NEXT(write)(fd, bytes, length);
  if (from >= 0) wrote(fd, from, done);
  return done;
}

ssize_t writev(int fd, const struct iovec *pieces, int count) {
  char path[PATH_MAX];
  int before = errno;
  off_t from = fd > 2 && path_of(fd, path) != NULL ? position(fd) : -1;
  errno = before;
  ssize_t done = NEXT(writev)(fd, pieces, count);
  if (from >= 0) wrote(fd, from, done);
  return done;
}

#define AT_OFFSET(name, bytes_type, bytes, count_type)                    \
  ssize_t name(int fd, bytes_type bytes, count_type count, off_t from) {  \
    ssize_t done = NEXT(name)(fd, bytes, count, from);                    \
    wrote(fd, from, done);                                                \
    return done;                                                          \
  }
AT_OFFSET(pwrite, const void *, bytes, size_t)
AT_OFFSET(pwrite64, const void *, bytes, size_t)
AT_OFFSET(pwritev, const struct iovec *, pieces, int)
AT_OFFSET(pwritev64, const struct iovec *, pieces, int)

#define SENDING(name)                                                     \
  ssize_t name(int to, int from, off_t *offset, size_t length) {          \
    char path[PATH_MAX];                                                  \
    off_t at = path_of(to, path) != NULL ? position(to) : -1;             \
    ssize_t done = NEXT(name)(to, from, offset, length);                  \
    if (at >= 0) wrote(to, at, done);                                     \
    return done;                                                          \
  }
SENDING(sendfile)
SENDING(sendfile64)

ssize_t copy_file_range(int from, off64_t *fromOffset, int to, off64_t *toOffset, size_t length, unsigned flags) {
  char path[PATH_MAX];
  off_t at = path_of(to, path) == NULL ? -1 : toOffset != NULL ? *toOffset : position(to);
  ssize_t done = NEXT(copy_file_range)(from, fromOffset, to, toOffset, length, flags);
  if (at >= 0) wrote(to, at, done);
  return done;
}
