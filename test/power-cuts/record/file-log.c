/*
 * Logs every change that a process makes to files below one folder, and what it sends over sockets, in one total order
 * over all threads and processes. Loaded by LD_PRELOAD; record.ts compiles it.
 *
 *   FILE_LOG       the log; it must exist. Records are appended, see `struct header` and read-log.ts.
 *   FILE_LOG_ROOT  the folder: absolute, without links in it, without a slash at its end; it must exist.
 *   FILE_LOG_KILL_AT_LINK  optional: the process is killed right after it has made so many links there.
 *
 * What is written to the file `$FILE_LOG.marks` becomes a mark in the log. Syncs are logged and succeed, but nothing is
 * synced: the replay decides what a power cut leaves, and the recording stays fast. Times of files have whole seconds once
 * they are set or synced, as on some file systems, so that the replay can give files exactly the same times.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  OP_ROOT = 1,
  OP_CREATE,
  OP_MKDIR,
  OP_WRITE,
  OP_SIZE,
  OP_EXTEND,
  OP_LINK,
  OP_RENAME,
  OP_UNLINK,
  OP_RMDIR,
  OP_SYNC,
  OP_SYNC_DATA,
  OP_TIME,
  OP_MARK,
  OP_SENT,
  OP_UNKNOWN
};

/* Little-endian as the machine's; first and second follow it. Paths are relative to the root. */
struct header {
  uint32_t op;
  uint32_t first_length;
  uint32_t second_length;
  uint32_t pid;
  uint64_t ino;
  uint64_t number;
  int64_t mtime_ns;
};

#define MAX_FDS 65536
#define FICLONE_REQUEST 0x40049409
#define FICLONERANGE_REQUEST 0x4020940D
/* Of what is sent, so much: a head of an answer. */
#define SENT_BYTES 768

enum { KIND_OTHER = 0, KIND_FILE = 1, KIND_MARKS = 2, KIND_SOCKET = 3 };

static unsigned char kinds[MAX_FDS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char root[4096];
static size_t root_length;
static char marks[4096];
static __thread int inside;
/* Links until the process is killed; 0: it is not. */
static int links_left;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void fail(const char *what) {
  dprintf(2, "file-log: %s: %s\n", what, strerror(errno));
  abort();
}

static void begin_locked(void) {
  pthread_mutex_lock(&mutex);
  while (flock(log_fd, LOCK_EX) != 0) if (errno != EINTR) fail("lock");
  inside = 1;
}

static void end_locked(void) {
  int saved = errno;
  inside = 0;
  flock(log_fd, LOCK_UN);
  pthread_mutex_unlock(&mutex);
  errno = saved;
}

/* The caller holds the lock. */
static void record(struct header header, const void *first, size_t first_length, const void *second,
                   size_t second_length) {
  int saved = errno;
  header.first_length = (uint32_t)first_length;
  header.second_length = (uint32_t)second_length;
  header.pid = (uint32_t)getpid();
  struct iovec parts[3] = {{&header, sizeof header}, {(void *)first, first_length}, {(void *)second, second_length}};
  int count = 3;
  struct iovec *at = parts;
  static ssize_t (*write_all)(int, const struct iovec *, int);
  if (write_all == NULL) write_all = (ssize_t(*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  while (count > 0) {
    ssize_t done = write_all(log_fd, at, count);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail("append to the log");
    while (count > 0 && (size_t)done >= at->iov_len) {
      done -= (ssize_t)at->iov_len;
      at++;
      count--;
    }
    if (count > 0) {
      at->iov_base = (char *)at->iov_base + done;
      at->iov_len -= (size_t)done;
    }
  }
  errno = saved;
}

static int64_t nanoseconds(struct timespec time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec; }

/* The kernel itself, since utimensat is one of the functions here. */
static void cut_time(int dirfd, const char *path, int flags) {
  struct stat found;
  int failed = path == NULL ? fstat(dirfd, &found) : fstatat(dirfd, path, &found, flags);
  if (failed || found.st_mtim.tv_nsec == 0) return;
  struct timespec times[2] = {{0, UTIME_OMIT}, {found.st_mtim.tv_sec, 0}};
  static long (*real)(long, ...);
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  if (real(SYS_utimensat, dirfd, path, times, flags) != 0) fail("set a time");
}

static void record_fd(int op, int fd, uint64_t number, const void *bytes, size_t length) {
  struct stat found;
  if (fstat(fd, &found) != 0) fail("stat");
  struct header header = {.op = (uint32_t)op, .ino = found.st_ino, .number = number,
                          .mtime_ns = nanoseconds(found.st_mtim)};
  record(header, bytes, length, NULL, 0);
}

__attribute__((constructor)) static void open_log(void) {
  const char *path = getenv("FILE_LOG");
  const char *folder = getenv("FILE_LOG_ROOT");
  if (path == NULL || folder == NULL) return;
  snprintf(root, sizeof root, "%s", folder);
  root_length = strlen(root);
  snprintf(marks, sizeof marks, "%s.marks", path);
  const char *links = getenv("FILE_LOG_KILL_AT_LINK");
  links_left = links == NULL ? 0 : atoi(links);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
  if (fd < 0) fail(path);
  /* Above those that a program expects to get, and closes. */
  log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 900);
  if (log_fd < 0) fail("duplicate the log's descriptor");
  close(fd);
  struct stat found;
  if (stat(root, &found) != 0) fail(root);
  begin_locked();
  struct header header = {.op = OP_ROOT, .ino = found.st_ino};
  record(header, NULL, 0, NULL, 0);
  end_locked();
}

static int is_logging(void) { return log_fd >= 0 && !inside; }

static int kind_of(int fd) { return log_fd >= 0 && fd >= 0 && fd < MAX_FDS ? kinds[fd] : KIND_OTHER; }

static void set_kind(int fd, int kind) {
  if (fd >= 0 && fd < MAX_FDS) kinds[fd] = (unsigned char)kind;
}

/* The path below the root, without a slash at its start, empty for the root itself; NULL for a path elsewhere. */
static const char *below_root(int dirfd, const char *path, char *buffer, size_t size) {
  if (path == NULL) return NULL;
  const char *whole = path;
  if (path[0] != '/') {
    char link[64], folder[4096];
    if (dirfd == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
    ssize_t length = readlink(link, folder, sizeof folder - 1);
    if (length < 0) return NULL;
    folder[length] = 0;
    if (path[0] == 0) snprintf(buffer, size, "%s", folder);
    else snprintf(buffer, size, "%s/%s", folder, path);
    whole = buffer;
  }
  if (strncmp(whole, root, root_length) != 0) return NULL;
  if (whole[root_length] == 0) return whole + root_length;
  return whole[root_length] == '/' ? whole + root_length + 1 : NULL;
}

static void record_path(int op, uint64_t ino, const char *path, const char *second) {
  struct header header = {.op = (uint32_t)op, .ino = ino};
  record(header, path, strlen(path), second, second == NULL ? 0 : strlen(second));
}

/* ---- opening and closing ---- */

static int open_logged(int dirfd, const char *path, int flags, mode_t mode) {
  char buffer[8192];
  const char *inside_path = is_logging() ? below_root(dirfd, path, buffer, sizeof buffer) : NULL;
  int is_marks = is_logging() && path != NULL && strcmp(path, marks) == 0;
  if (inside_path == NULL) {
    int fd = (int)syscall(SYS_openat, dirfd, path, flags, mode);
    if (fd >= 0) set_kind(fd, is_marks ? KIND_MARKS : KIND_OTHER);
    return fd;
  }
  begin_locked();
  struct stat before;
  int existed = fstatat(dirfd, path, &before, 0) == 0;
  int fd = (int)syscall(SYS_openat, dirfd, path, flags, mode);
  if (fd >= 0) {
    set_kind(fd, KIND_FILE);
    struct stat found;
    if (fstat(fd, &found) != 0) fail("stat");
    if ((flags & O_TMPFILE) == O_TMPFILE) record_path(OP_UNKNOWN, 0, "O_TMPFILE", NULL);
    else if ((flags & O_CREAT) && !existed) record_path(OP_CREATE, found.st_ino, inside_path, NULL);
    else if ((flags & O_TRUNC) && S_ISREG(found.st_mode)) record_fd(OP_SIZE, fd, 0, NULL, 0);
    if ((flags & (O_CREAT | O_TRUNC)) && S_ISREG(found.st_mode)) cut_time(fd, NULL, 0);
  }
  end_locked();
  return fd;
}

#define MODE_OF(flags, last) \
  mode_t mode = 0; \
  if (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE) { \
    va_list rest; \
    va_start(rest, last); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) { MODE_OF(flags, flags) return open_logged(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags, flags) return open_logged(AT_FDCWD, path, flags, mode); }
int openat(int dirfd, const char *path, int flags, ...) { MODE_OF(flags, flags) return open_logged(dirfd, path, flags, mode); }
int openat64(int dirfd, const char *path, int flags, ...) { MODE_OF(flags, flags) return open_logged(dirfd, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_logged(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open_logged(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
  REAL(close);
  if (fd == log_fd && fd >= 0) return 0;
  set_kind(fd, KIND_OTHER);
  return real(fd);
}

/* A socket's kind is found out at its first write; another one may have had its number before. */
static int is_socket(int fd) {
  if (!is_logging() || fd < 0 || fd >= MAX_FDS) return 0;
  struct stat found;
  return fstat(fd, &found) == 0 && S_ISSOCK(found.st_mode);
}

/* ---- writing ---- */

static void record_parts(int op, int fd, uint64_t offset, const struct iovec *parts, int count, size_t most) {
  size_t total = 0;
  for (int index = 0; index < count; index++) total += parts[index].iov_len;
  if (total > most) total = most;
  char *bytes = malloc(total == 0 ? 1 : total);
  size_t filled = 0;
  for (int index = 0; index < count && filled < total; index++) {
    size_t length = parts[index].iov_len < total - filled ? parts[index].iov_len : total - filled;
    memcpy(bytes + filled, parts[index].iov_base, length);
    filled += length;
  }
  record_fd(op, fd, offset, bytes, total);
  free(bytes);
}

static size_t length_of(const struct iovec *parts, int count) {
  size_t total = 0;
  for (int index = 0; index < count; index++) total += parts[index].iov_len;
  return total;
}

/* offset < 0: at the file's own position. */
static ssize_t write_logged(int fd, const struct iovec *parts, int count, off_t offset) {
  static ssize_t (*at_position)(int, const struct iovec *, int);
  static ssize_t (*at_offset)(int, const struct iovec *, int, off_t);
  if (at_position == NULL) at_position = (ssize_t(*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  if (at_offset == NULL) at_offset = (ssize_t(*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev");
  int kind = inside ? KIND_OTHER : kind_of(fd);
  if (kind == KIND_OTHER && is_socket(fd)) kind = KIND_SOCKET;
  if (kind == KIND_OTHER) return offset < 0 ? at_position(fd, parts, count) : at_offset(fd, parts, count, offset);
  begin_locked();
  ssize_t done;
  if (kind == KIND_MARKS) {
    done = (ssize_t)length_of(parts, count);
    record_parts(OP_MARK, fd, 0, parts, count, (size_t)done);
  } else if (kind == KIND_SOCKET) {
    /* Recorded first: once it is sent, the other side may act on it. */
    record_parts(OP_SENT, fd, (uint64_t)fd, parts, count, SENT_BYTES);
    done = at_position(fd, parts, count);
  } else {
    done = offset < 0 ? at_position(fd, parts, count) : at_offset(fd, parts, count, offset);
    if (done > 0) {
      uint64_t start = offset >= 0 ? (uint64_t)offset : (uint64_t)(lseek(fd, 0, SEEK_CUR) - done);
      record_parts(OP_WRITE, fd, start, parts, count, (size_t)done);
      /* The program may ask for the time before it syncs. */
      cut_time(fd, NULL, 0);
    }
  }
  end_locked();
  return done;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  return write_logged(fd, &part, 1, -1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) { return write_logged(fd, parts, count, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  struct iovec part = {(void *)bytes, length};
  return write_logged(fd, &part, 1, offset);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  struct iovec part = {(void *)bytes, length};
  return write_logged(fd, &part, 1, offset);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return write_logged(fd, parts, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) { return write_logged(fd, parts, count, offset); }
ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
  (void)flags;
  return write_logged(fd, parts, count, offset);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  REAL(sendmsg);
  if (!is_logging()) return real(fd, message, flags);
  begin_locked();
  record_parts(OP_SENT, fd, (uint64_t)fd, message->msg_iov, (int)message->msg_iovlen, SENT_BYTES);
  ssize_t done = real(fd, message, flags);
  end_locked();
  return done;
}
ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  REAL(send);
  if (!is_logging()) return real(fd, bytes, length, flags);
  struct iovec part = {(void *)bytes, length};
  begin_locked();
  record_parts(OP_SENT, fd, (uint64_t)fd, &part, 1, SENT_BYTES);
  ssize_t done = real(fd, bytes, length, flags);
  end_locked();
  return done;
}

/* ---- copying inside the kernel: logged as writes of what is there afterwards ---- */

static void record_content(int fd, off_t start, size_t length) {
  char *bytes = malloc(length == 0 ? 1 : length);
  ssize_t got = pread(fd, bytes, length, start);
  if (got < 0) {
    /* Opened for writing only. */
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    got = again < 0 ? -1 : pread(again, bytes, length, start);
    if (again >= 0) syscall(SYS_close, again);
  }
  if (got < 0) fail("read a copy back");
  record_fd(OP_WRITE, fd, (uint64_t)start, bytes, (size_t)got);
  cut_time(fd, NULL, 0);
  free(bytes);
}

static ssize_t copied(int to, off_t start, ssize_t done) {
  if (done > 0) record_content(to, start, (size_t)done);
  return done;
}

ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
  REAL(sendfile);
  if (inside || kind_of(to) != KIND_FILE) return real(to, from, offset, length);
  begin_locked();
  off_t start = lseek(to, 0, SEEK_CUR);
  ssize_t done = copied(to, start, real(to, from, offset, length));
  end_locked();
  return done;
}
ssize_t sendfile64(int to, int from, off64_t *offset, size_t length) { return sendfile(to, from, offset, length); }

static ssize_t copy_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned flags) {
  static long (*real)(long, ...);
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  if (inside || kind_of(to) != KIND_FILE) {
    return real(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags);
  }
  begin_locked();
  off_t start = to_offset != NULL ? *to_offset : lseek(to, 0, SEEK_CUR);
  ssize_t done = copied(to, start, real(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags));
  end_locked();
  return done;
}
ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned flags) {
  return copy_range(from, from_offset, to, to_offset, length, flags);
}

int ioctl(int fd, unsigned long request, ...) {
  REAL(ioctl);
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  int is_clone = request == FICLONE_REQUEST || request == FICLONERANGE_REQUEST;
  if (inside || !is_clone || kind_of(fd) != KIND_FILE) return real(fd, request, argument);
  begin_locked();
  int result = real(fd, request, argument);
  struct stat found;
  if (result == 0 && fstat(fd, &found) == 0) record_content(fd, 0, (size_t)found.st_size);
  end_locked();
  return result;
}

/* libuv calls the kernel this way where old C libraries had no function. */
long syscall(long number, ...) {
  static long (*real)(long, ...);
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_copy_file_range) {
    return copy_range((int)a, (off64_t *)b, (int)c, (off64_t *)d, (size_t)e, (unsigned)f);
  }
  if (number == SYS_close) {
    if ((int)a == log_fd && log_fd >= 0) return 0;
    set_kind((int)a, KIND_OTHER);
  }
  /* Its operations pass by every function here. */
  if (number == SYS_io_uring_setup) {
    errno = ENOSYS;
    return -1;
  }
  return real(number, a, b, c, d, e, f);
}

/* ---- sizes ---- */

static int truncated(int fd, off_t size) {
  static int (*real)(int, off_t);
  if (real == NULL) real = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate64");
  if (inside || kind_of(fd) != KIND_FILE) return real(fd, size);
  begin_locked();
  int result = real(fd, size);
  if (result == 0) {
    record_fd(OP_SIZE, fd, (uint64_t)size, NULL, 0);
    cut_time(fd, NULL, 0);
  }
  end_locked();
  return result;
}
int ftruncate(int fd, off_t size) { return truncated(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size); }

static int truncated_path(const char *path, off_t size) {
  static int (*real)(const char *, off_t);
  if (real == NULL) real = (int (*)(const char *, off_t))dlsym(RTLD_NEXT, "truncate64");
  char buffer[8192];
  if (!is_logging() || below_root(AT_FDCWD, path, buffer, sizeof buffer) == NULL) return real(path, size);
  begin_locked();
  int result = real(path, size);
  struct stat found;
  if (result == 0 && stat(path, &found) == 0) {
    struct header header = {.op = OP_SIZE, .ino = found.st_ino, .number = (uint64_t)size};
    record(header, NULL, 0, NULL, 0);
  }
  end_locked();
  return result;
}
int truncate(const char *path, off_t size) { return truncated_path(path, size); }
int truncate64(const char *path, off64_t size) { return truncated_path(path, size); }

static int allocated(int fd, int mode, off_t offset, off_t length, const char *name) {
  int (*real)(int, int, off_t, off_t) = (int (*)(int, int, off_t, off_t))dlsym(RTLD_NEXT, "fallocate64");
  int (*posix)(int, off_t, off_t) = (int (*)(int, off_t, off_t))dlsym(RTLD_NEXT, "posix_fallocate64");
  int is_posix = name[0] == 'p';
  if (inside || kind_of(fd) != KIND_FILE) return is_posix ? posix(fd, offset, length) : real(fd, mode, offset, length);
  begin_locked();
  int result = is_posix ? posix(fd, offset, length) : real(fd, mode, offset, length);
  if (result == 0 && mode == 0) record_fd(OP_EXTEND, fd, (uint64_t)(offset + length), NULL, 0);
  else if (result == 0) record_path(OP_UNKNOWN, 0, "fallocate with a mode", NULL);
  end_locked();
  return result;
}
int fallocate(int fd, int mode, off_t offset, off_t length) { return allocated(fd, mode, offset, length, "fallocate"); }
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return allocated(fd, mode, offset, length, "fallocate"); }
int posix_fallocate(int fd, off_t offset, off_t length) { return allocated(fd, 0, offset, length, "posix_fallocate"); }
int posix_fallocate64(int fd, off64_t offset, off64_t length) { return allocated(fd, 0, offset, length, "posix_fallocate"); }

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  REAL(mmap);
  void *mapped = real(address, length, protection, flags, fd, offset);
  int is_written = (flags & MAP_SHARED) && (protection & PROT_WRITE);
  if (mapped == MAP_FAILED || !is_written || inside || kind_of(fd) != KIND_FILE) return mapped;
  begin_locked();
  record_path(OP_UNKNOWN, 0, "a writable shared mapping", NULL);
  end_locked();
  return mapped;
}
void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
  return mmap(address, length, protection, flags, fd, offset);
}

/* ---- syncing ---- */

static int synced(int fd, int op, const char *name) {
  if (inside || kind_of(fd) != KIND_FILE) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return real(fd);
  }
  begin_locked();
  cut_time(fd, NULL, 0);
  record_fd(op, fd, 0, NULL, 0);
  end_locked();
  return 0;
}
int fsync(int fd) { return synced(fd, OP_SYNC, "fsync"); }
int fdatasync(int fd) { return synced(fd, OP_SYNC_DATA, "fdatasync"); }

/* ---- names ---- */

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
  REAL(linkat);
  char one[8192], two[8192];
  const char *target = is_logging() ? below_root(to_fd, to, two, sizeof two) : NULL;
  if (target == NULL) return real(from_fd, from, to_fd, to, flags);
  const char *source = below_root(from_fd, from, one, sizeof one);
  begin_locked();
  int result = real(from_fd, from, to_fd, to, flags);
  struct stat found;
  if (result == 0 && source == NULL) record_path(OP_UNKNOWN, 0, "a link from elsewhere", NULL);
  else if (result == 0 && fstatat(to_fd, to, &found, AT_SYMLINK_NOFOLLOW) == 0) {
    record_path(OP_LINK, found.st_ino, target, NULL);
    if (links_left > 0 && --links_left == 0) kill(getpid(), SIGKILL);
  }
  end_locked();
  return result;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
  static long (*real)(long, ...);
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  char one[8192], two[8192];
  const char *source = is_logging() ? below_root(from_fd, from, one, sizeof one) : NULL;
  const char *target = is_logging() ? below_root(to_fd, to, two, sizeof two) : NULL;
  if (source == NULL && target == NULL) return (int)real(SYS_renameat2, from_fd, from, to_fd, to, flags);
  begin_locked();
  int result = (int)real(SYS_renameat2, from_fd, from, to_fd, to, flags);
  struct stat found;
  if (result == 0 && (source == NULL || target == NULL || flags != 0)) {
    record_path(OP_UNKNOWN, 0, "a rename across the root's border, or with flags", NULL);
  } else if (result == 0 && fstatat(to_fd, to, &found, AT_SYMLINK_NOFOLLOW) == 0) {
    record_path(OP_RENAME, found.st_ino, source, target);
  }
  end_locked();
  return result;
}
int renameat(int from_fd, const char *from, int to_fd, const char *to) { return renameat2(from_fd, from, to_fd, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dirfd, const char *path, int flags) {
  REAL(unlinkat);
  char buffer[8192];
  const char *inside_path = is_logging() ? below_root(dirfd, path, buffer, sizeof buffer) : NULL;
  if (inside_path == NULL) return real(dirfd, path, flags);
  begin_locked();
  int result = real(dirfd, path, flags);
  if (result == 0) record_path(flags & AT_REMOVEDIR ? OP_RMDIR : OP_UNLINK, 0, inside_path, NULL);
  end_locked();
  return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  int result = unlink(path);
  return result != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : result;
}

int mkdirat(int dirfd, const char *path, mode_t mode) {
  REAL(mkdirat);
  char buffer[8192];
  const char *inside_path = is_logging() ? below_root(dirfd, path, buffer, sizeof buffer) : NULL;
  if (inside_path == NULL) return real(dirfd, path, mode);
  begin_locked();
  int result = real(dirfd, path, mode);
  struct stat found;
  if (result == 0 && fstatat(dirfd, path, &found, 0) == 0) record_path(OP_MKDIR, found.st_ino, inside_path, NULL);
  end_locked();
  return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

static void record_link(int dirfd, const char *path) {
  char buffer[8192];
  if (!is_logging() || below_root(dirfd, path, buffer, sizeof buffer) == NULL) return;
  begin_locked();
  record_path(OP_UNKNOWN, 0, "a symbolic link", NULL);
  end_locked();
}
int symlink(const char *target, const char *path) {
  REAL(symlink);
  record_link(AT_FDCWD, path);
  return real(target, path);
}
int symlinkat(const char *target, int dirfd, const char *path) {
  REAL(symlinkat);
  record_link(dirfd, path);
  return real(target, dirfd, path);
}

/* ---- times ---- */

int utimensat(int dirfd, const char *path, const struct timespec times[2], int flags) {
  REAL(utimensat);
  char buffer[8192];
  const char *inside_path = is_logging() ? below_root(dirfd, path, buffer, sizeof buffer) : NULL;
  if (inside_path == NULL) return real(dirfd, path, times, flags);
  begin_locked();
  int result = real(dirfd, path, times, flags);
  if (result == 0) cut_time(dirfd, path, flags);
  struct stat found;
  if (result == 0 && fstatat(dirfd, path, &found, flags) == 0) {
    struct header header = {.op = OP_TIME, .ino = found.st_ino, .mtime_ns = nanoseconds(found.st_mtim)};
    record(header, NULL, 0, NULL, 0);
  }
  end_locked();
  return result;
}
int futimens(int fd, const struct timespec times[2]) {
  REAL(futimens);
  if (inside || kind_of(fd) != KIND_FILE) return real(fd, times);
  begin_locked();
  int result = real(fd, times);
  if (result == 0) cut_time(fd, NULL, 0);
  if (result == 0) record_fd(OP_TIME, fd, 0, NULL, 0);
  end_locked();
  return result;
}
