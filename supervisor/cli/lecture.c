/* lecture - see lecture.h */
#include "supervisor/cli/lecture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/mark.h"
#include "proto/panic.h"
#include "proto/utf8.h"

#include "supervisor/cli/say.h"

static const char suffix[] = ".pdf";

static int unreadable(const char *path, const char *why)
{
    say_error("cannot read %s: %s", path, why);
    return EXIT_NOINPUT;
}

static int check_kind(struct lecture *lecture, const char *path, int64_t most_bytes)
{
    struct stat info;

    if (fstat(lecture->fd, &info) == -1)
        return unreadable(path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return unreadable(path, S_ISDIR(info.st_mode) ? strerror(EISDIR) : "it is not a regular file");
    lecture->size = (size_t)info.st_size;
    if (info.st_size <= most_bytes)
        return EXIT_DONE;
    say_error("%s has %lld bytes; the limit is %lld (SLIDEMILL_LIMIT_PDF_BYTES)", path,
              (long long)info.st_size, (long long)most_bytes);
    return EXIT_DATA;
}

static int check_mark(const struct lecture *lecture, const char *path)
{
    char head[MARK_WITHIN];
    ssize_t size = pread(lecture->fd, head, sizeof head, 0);

    if (size == -1)
        return unreadable(path, strerror(errno));
    if (mark_look(head, (size_t)size) == CODES)
        return EXIT_DONE;
    say_error("%s is not a PDF", path);
    return EXIT_DATA;
}

static void name_it(struct lecture *lecture, const char *path)
{
    const char *base = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
    size_t size = strlen(base);
    bool has_suffix = size > strlen(suffix) && strcasecmp(base + size - strlen(suffix), suffix) == 0;
    char *tame = need_dup(base);

    say_tame(tame);
    size = utf8_cut(tame, strlen(tame), sizeof lecture->name - 1);
    memcpy(lecture->name, tame, size);
    lecture->name[size] = '\0';
    free(tame);
    if (has_suffix)
        lecture->stem = strndup(base, strlen(base) - strlen(suffix));
    else if (asprintf(&lecture->stem, "%s.out", base) == -1)
        lecture->stem = NULL;
    must(lecture->stem != NULL);
}

int lecture_open(struct lecture *lecture, const char *path, int64_t most_bytes)
{
    int rc;

    *lecture = (struct lecture){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (lecture->fd == -1)
        return unreadable(path, strerror(errno));
    name_it(lecture, path);
    rc = check_kind(lecture, path, most_bytes);
    return rc == EXIT_DONE ? check_mark(lecture, path) : rc;
}

void lecture_close(struct lecture *lecture)
{
    if (lecture->fd != -1)
        close(lecture->fd);
    free(lecture->stem);
    *lecture = (struct lecture){.fd = -1};
}
