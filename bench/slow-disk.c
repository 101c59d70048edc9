/*
 * A disk on which every sync takes 2 ms at least: fsync, fdatasync, and writes to files opened with O_DSYNC.
 *
 *   cc -shared -fPIC -o slow-disk.so slow-disk.c -ldl
 *   LD_PRELOAD=./slow-disk.so redis-server ...
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define SYNC_NANOS 2000000L

static struct timespec now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time;
}

static void until_slow(struct timespec began) {
    began.tv_nsec += SYNC_NANOS;
    if (began.tv_nsec >= 1000000000L) {
        began.tv_nsec -= 1000000000L;
        began.tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &began, NULL);
}

static int is_dsync(int file) {
    int flags = fcntl(file, F_GETFL);
    return flags >= 0 && (flags & O_DSYNC) != 0;
}

int fsync(int file) {
    static int (*real)(int);
    struct timespec began = now();
    int result;
    if (!real)
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    result = real(file);
    until_slow(began);
    return result;
}

int fdatasync(int file) {
    static int (*real)(int);
    struct timespec began = now();
    int result;
    if (!real)
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    result = real(file);
    until_slow(began);
    return result;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    struct timespec began = now();
    ssize_t result;
    if (!real)
        real = (ssize_t (*)(int, const void *, size_t, off64_t)) dlsym(RTLD_NEXT, "pwrite64");
    result = real(file, bytes, length, at);
    if (is_dsync(file))
        until_slow(began);
    return result;
}
