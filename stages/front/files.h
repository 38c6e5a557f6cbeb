/* files - objects of the local store behind signed links */
#ifndef FRONT_FILES_H
#define FRONT_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "stages/front/request_error.h"
#include "stages/front/headers.h"
#include "stages/front/field_check.h"

struct file {
    int fd; /* the caller's */
    uint64_t size;
    const char *type;                   /* media type, static */
    char disposition[4 * MAX_FILENAME]; /* value of Content-Disposition */
};

/* Checks the link (tail: the raw key of the target) and opens what it names, beneath folder only. 0, or -1
 * with the error. */
int file_open(struct file *file, const char *folder, const char *secret, const struct target *target,
              const char *tail, size_t tail_size, int64_t now_s, struct request_error *error);

#endif
