/* confine - what a stage program may still do once it is born
 *
 * Each says what it needs (struct confine); all else goes for good: other files, programs, looking into other
 * processes, sockets.  Two steps, see cage.h; the skeleton (stage.c) takes both.
 *
 * sandbox.level: "require" - a program that cannot be confined as a whole does not start; "prefer" - it does,
 * and says what is missing; "off" - nothing is tried (the jail of the renderer stays what it is).
 */
#ifndef STAGES_LIB_CONFINE_H
#define STAGES_LIB_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/lib/cage.h"

enum { CONFINE_PATHS = 8 };

/* What kind of system calls the program makes. */
enum confine_kind {
    CONFINE_NONE,   /* not confined by calls: it starts programs that are */
    CONFINE_QUIET,  /* computes; its sockets are connected. As root it becomes another user */
    CONFINE_READER, /* reads files, and finds its supervisor again */
    CONFINE_SERVER, /* accepts connections, reads files */
    CONFINE_CLIENT, /* makes connections and looks up names, reads and writes files */
};

struct confine {
    enum confine_kind kind;
    struct cage_path
        paths[CONFINE_PATHS]; /* its own, besides libraries and, of a client, trust and resolver */
    size_t count;
    uint64_t memory_bytes; /* QUIET: of address space */
};

/* Before the first thread. 0, or an exit code of proto/exits.h; it has logged why. */
int confine_files(const struct confine *confine, const char *level);

/* Once the sockets are connected. The same. */
int confine_calls(const struct confine *confine, const char *level);

#endif
