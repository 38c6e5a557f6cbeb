/* nest - see nest.h */
#include "supervisor/cli/nest.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/panic.h"

#include "supervisor/cli/say.h"

/* A socket's path has at most 107 bytes (unix(7)); ours adds "/slidemill-run-XXXXXX/run/" and its name. */
enum { BASE_MOST = 60 };

const char nest_log_name[] = "slidemill.log";

char *nest_path(const struct nest *nest, const char *inner)
{
    char *path;

    if (asprintf(&path, "%s/%s", nest->path, inner) == -1)
        panic("out of memory");
    return path;
}

static const char *base(void)
{
    const char *given = getenv("TMPDIR");

    return given != NULL && *given == '/' && strlen(given) <= BASE_MOST ? given : "/tmp";
}

int nest_make(struct nest *nest)
{
    char *log;

    *nest = (struct nest){.log = -1};
    if (asprintf(&nest->path, "%s/slidemill-run-XXXXXX", base()) == -1)
        panic("out of memory");
    if (mkdtemp(nest->path) == NULL) {
        say_error("cannot make a folder in %s: %s; set TMPDIR", base(), strerror(errno));
        free(nest->path);
        nest->path = NULL;
        return -1;
    }
    log = nest_path(nest, nest_log_name);
    nest->log = open(log, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (nest->log == -1)
        say_error("cannot write %s: %s", log, strerror(errno));
    free(log);
    return nest->log == -1 ? -1 : 0;
}

/* What cannot be removed is left: there is nothing better to do with it. */
static void remove_entry(const FTSENT *entry, const char *kept)
{
    switch (entry->fts_info) {
    case FTS_D: /* comes again as FTS_DP when it is empty */
        break;
    case FTS_DP:
        rmdir(entry->fts_accpath);
        break;
    default:
        if (strcmp(entry->fts_path, kept) != 0)
            unlink(entry->fts_accpath);
        break;
    }
}

void nest_remove(struct nest *nest, bool keep_log)
{
    char *const roots[] = {nest->path, NULL};
    char *log;
    FTSENT *entry;
    FTS *walk;

    if (nest->path == NULL)
        return;
    if (nest->log != -1)
        close(nest->log);
    log = nest_path(nest, nest_log_name);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    while (walk != NULL && (entry = fts_read(walk)) != NULL)
        remove_entry(entry, keep_log ? log : "");
    if (walk != NULL)
        fts_close(walk);
    free(log);
    free(nest->path);
    *nest = (struct nest){.log = -1};
}
