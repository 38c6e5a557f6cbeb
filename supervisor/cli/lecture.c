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

static int check_kind(struct lecture *lecture, const char *path, int64_t max_bytes)
{
    struct stat info;

    if (fstat(lecture->fd, &info) == -1)
        return unreadable(path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return unreadable(path, S_ISDIR(info.st_mode) ? strerror(EISDIR) : "it is not a regular file");
    lecture->size = (size_t)info.st_size;
    if (info.st_size <= max_bytes)
        return EXIT_DONE;
    say_error("%s has %lld bytes; the limit is %lld (SLIDEMILL_LIMIT_PDF_BYTES)", path,
              (long long)info.st_size, (long long)max_bytes);
    return EXIT_DATA;
}

/* Up to where it can be told what it is. 0; -1 with errno. */
static int read_all(int fd, struct mark *mark)
{
    char block[FILETYPE_WITHIN];
    const char *what;
    ssize_t size;

    do {
        size = pread(fd, block, sizeof block, (off_t)mark->size);
        if (size > 0)
            mark_feed(mark, block, (size_t)size);
    } while ((size > 0 && !mark->late && mark_judge(mark, false, &what) == CODES) ||
             (size == -1 && errno == EINTR));
    return size == -1 ? -1 : 0;
}

static int check_mark(const struct lecture *lecture, const char *path)
{
    struct mark *mark = need_zero(1, sizeof *mark);
    const char *what;
    int rc = read_all(lecture->fd, mark) == -1 ? unreadable(path, strerror(errno)) : EXIT_DONE;
    enum code code = rc == EXIT_DONE ? mark_judge(mark, true, &what) : CODES;

    free(mark);
    if (code == CODES)
        return rc;
    say_error("%s: %s: the file is %s", path, code_name(code), what);
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

int lecture_open(struct lecture *lecture, const char *path, int64_t max_bytes)
{
    int rc;

    *lecture = (struct lecture){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (lecture->fd == -1)
        return unreadable(path, strerror(errno));
    name_it(lecture, path);
    rc = check_kind(lecture, path, max_bytes);
    return rc == EXIT_DONE ? check_mark(lecture, path) : rc;
}

void lecture_close(struct lecture *lecture)
{
    if (lecture->fd != -1)
        close(lecture->fd);
    free(lecture->stem);
    *lecture = (struct lecture){.fd = -1};
}
