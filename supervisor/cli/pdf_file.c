/* pdf_file - see pdf_file.h */
#include "supervisor/cli/pdf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/pdf_sniff.h"
#include "proto/panic.h"
#include "proto/utf8.h"

#include "supervisor/cli/console.h"

static const char suffix[] = ".pdf";

static int unreadable(const char *path, const char *why)
{
    console_error("cannot read %s: %s", path, why);
    return EXIT_NOINPUT;
}

static int check_type_and_size(struct pdf_file *pdf, const char *path, int64_t max_bytes)
{
    struct stat info;

    if (fstat(pdf->fd, &info) == -1)
        return unreadable(path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return unreadable(path, S_ISDIR(info.st_mode) ? strerror(EISDIR) : "it is not a regular file");
    pdf->size = (size_t)info.st_size;
    if (info.st_size <= max_bytes)
        return EXIT_DONE;
    console_error("%s has %lld bytes; the limit is %lld (SLIDEMILL_LIMIT_PDF_BYTES)", path,
                  (long long)info.st_size, (long long)max_bytes);
    return EXIT_DATA;
}

/* Up to where it can be told what it is. 0; -1 with errno. */
static int read_all(int fd, struct pdf_sniff *sniff)
{
    char block[FILETYPE_WITHIN];
    const char *what;
    ssize_t size;

    do {
        size = pread(fd, block, sizeof block, (off_t)sniff->size);
        if (size > 0)
            pdf_sniff_feed(sniff, block, (size_t)size);
    } while ((size > 0 && !sniff->late && pdf_sniff_verdict(sniff, false, &what) == CODES) ||
             (size == -1 && errno == EINTR));
    return size == -1 ? -1 : 0;
}

static int check_is_pdf(const struct pdf_file *pdf, const char *path)
{
    struct pdf_sniff *sniff = need_zero(1, sizeof *sniff);
    const char *what;
    int rc = read_all(pdf->fd, sniff) == -1 ? unreadable(path, strerror(errno)) : EXIT_DONE;
    enum code code = rc == EXIT_DONE ? pdf_sniff_verdict(sniff, true, &what) : CODES;

    free(sniff);
    if (code == CODES)
        return rc;
    console_error("%s: %s: the file is %s", path, code_name(code), what);
    return EXIT_DATA;
}

static void set_names(struct pdf_file *pdf, const char *path)
{
    const char *base = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
    size_t size = strlen(base);
    bool has_suffix = size > strlen(suffix) && strcasecmp(base + size - strlen(suffix), suffix) == 0;
    char *printable = need_dup(base);

    console_sanitize(printable);
    size = utf8_cut(printable, strlen(printable), sizeof pdf->name - 1);
    memcpy(pdf->name, printable, size);
    pdf->name[size] = '\0';
    free(printable);
    pdf->stem = has_suffix ? need_format("%.*s", (int)(strlen(base) - strlen(suffix)), base)
                           : need_format("%s.out", base);
}

int pdf_file_open(struct pdf_file *pdf, const char *path, int64_t max_bytes)
{
    int rc;

    *pdf = (struct pdf_file){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (pdf->fd == -1)
        return unreadable(path, strerror(errno));
    set_names(pdf, path);
    rc = check_type_and_size(pdf, path, max_bytes);
    return rc == EXIT_DONE ? check_is_pdf(pdf, path) : rc;
}

void pdf_file_close(struct pdf_file *pdf)
{
    if (pdf->fd != -1)
        close(pdf->fd);
    free(pdf->stem);
    *pdf = (struct pdf_file){.fd = -1};
}
