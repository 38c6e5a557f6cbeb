/* stage_sandbox - what a stage program may still do once it is born
 *
 * Each program says what it needs (struct stage_sandbox); it loses all else for good: other files, programs,
 * a look into other processes, sockets. The skeleton (stage.c) takes both of the steps that sandbox.h
 * describes.
 *
 * sandbox.level: "require" - a program that cannot be confined as a whole does not start; "prefer" - it does,
 * and says what is missing; "off" - nothing is tried (the jail of the renderer stays what it is).
 */
#ifndef STAGES_LIB_STAGE_SANDBOX_H
#define STAGES_LIB_STAGE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/lib/sandbox.h"

enum { STAGE_SANDBOX_PATHS = 8 };

/* What kind of system calls the program makes. */
enum stage_sandbox_kind {
    STAGE_SANDBOX_NONE,   /* not confined by calls: it starts programs that are */
    STAGE_SANDBOX_QUIET,  /* computes; its sockets are connected. As root it becomes another user */
    STAGE_SANDBOX_READER, /* reads files, and finds its supervisor again */
    STAGE_SANDBOX_SERVER, /* accepts connections, reads files */
    STAGE_SANDBOX_CLIENT, /* makes connections and looks up names, reads and writes files */
};

struct stage_sandbox {
    enum stage_sandbox_kind kind;
    struct sandbox_path
        paths[STAGE_SANDBOX_PATHS]; /* its own, besides libraries and, of a client, trust and resolver */
    size_t count;
    uint64_t memory_bytes; /* QUIET: of address space */
};

/* Before the first thread. 0, or an exit code of proto/exits.h; it has logged why. */
int stage_sandbox_files(const struct stage_sandbox *confine, const char *level);

/* Once the sockets are connected. 0, or an exit code; it has logged why. */
int stage_sandbox_calls(const struct stage_sandbox *confine, const char *level);

#endif
