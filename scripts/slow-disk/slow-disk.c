/*
 * Loaded ahead of the C library (LD_PRELOAD), it makes a disk as slow as a bad SD card: each fsync and fdatasync takes as
 * many milliseconds as the file named by SLOW_DISK_FILE says, one after the other, as a card does it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static pthread_mutex_t card = PTHREAD_MUTEX_INITIALIZER;

static long delay_ms(void) {
  long ms = 0;
  const char *path = getenv("SLOW_DISK_FILE");
  FILE *file = path ? fopen(path, "re") : NULL;
  if (file == NULL) return 0;
  if (fscanf(file, "%ld", &ms) != 1) ms = 0;
  fclose(file);
  return ms;
}

static int flush(const char *name, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const long ms = delay_ms();
  const struct timespec pause = {ms / 1000, (ms % 1000) * 1000000L};
  pthread_mutex_lock(&card);
  if (ms > 0) nanosleep(&pause, NULL);
  const int result = real(descriptor);
  pthread_mutex_unlock(&card);
  return result;
}

int fsync(int descriptor) { return flush("fsync", descriptor); }

int fdatasync(int descriptor) { return flush("fdatasync", descriptor); }
