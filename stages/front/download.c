/* download - see download.h */
#include "stages/front/download.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stages/lib/signed_link.h"

enum { SIGNATURE_HEX = 64, EXPIRES_DIGITS = 15 };

static int refuse(struct request_error *error)
{
    return request_error_set(error, CODE_LINK_INVALID, "%s", code_doc(CODE_LINK_INVALID));
}

/* The key of the link, if it is a key and the link is ours and young enough. */
static int check_link(char key[MAX_KEY + 1], const char *secret, const struct target *target,
                      const char *tail, size_t tail_size, int64_t now_s, struct request_error *error)
{
    char raw[3 * MAX_KEY + 1], signature[SIGNATURE_HEX + 1], digits[EXPIRES_DIGITS + 1];
    long size = tail_size < sizeof raw ? percent_decode(raw, tail, tail_size) : -1;
    long long expires;

    if (size < 0 || path_error(raw, (size_t)size) != NULL || *secret == '\0')
        return refuse(error);
    if (target_query(target, "signature", signature, sizeof signature) != SIGNATURE_HEX ||
        target_query(target, "expires", digits, sizeof digits) < 1 ||
        strspn(digits, "0123456789") != strlen(digits))
        return refuse(error);
    memcpy(key, raw, (size_t)size + 1);
    expires = strtoll(digits, NULL, 10);
    if (!signed_link_valid(secret, key, expires, signature) || expires < now_s)
        return refuse(error);
    return 0;
}

/* No way out of the folder: not by "..", not by a symbolic link. */
static int open_beneath(const char *folder, const char *key)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    int root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

    if (root == -1)
        return -1;
    fd = (int)syscall(SYS_openat2, root, key, &how, sizeof how);
    close(root);
    return fd;
}

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".json", "application/json"},
        {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {".pdf", "application/pdf"},
        {".md", "text/markdown; charset=utf-8"},
        {".html", "text/html; charset=utf-8"},
        {".tsv", "text/tab-separated-values; charset=utf-8"},
    };
    size_t size = strlen(name);

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t ending = strlen(types[i].ending);

        if (size > ending && strcasecmp(name + size - ending, types[i].ending) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

/* An ASCII form for everybody, and RFC 8187's for names beyond it. */
static void write_disposition(char *to, size_t room, const char *name)
{
    char plain[MAX_FILENAME + 1], coded[3 * MAX_FILENAME + 1];
    size_t used = 0, length = 0;
    int foreign = 0;

    for (const unsigned char *c = (const unsigned char *)name; *c != '\0' && length < MAX_FILENAME; c++) {
        int simple = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') ||
                     strchr("-._", *c) != NULL;

        foreign |= !simple && *c != ' ';
        plain[length++] = simple || *c == ' ' ? (char)*c : '_';
        used += (size_t)sprintf(coded + used, simple ? "%c" : "%%%02X", *c);
    }
    plain[length] = '\0';
    if (foreign)
        snprintf(to, room, "attachment; filename=\"%.200s\"; filename*=UTF-8''%.700s", plain, coded);
    else
        snprintf(to, room, "attachment; filename=\"%s\"", plain);
}

int download_open(struct download *file, const char *folder, const char *secret, const struct target *target,
                  const char *tail, size_t tail_size, int64_t now_s, struct request_error *error)
{
    char key[MAX_KEY + 1];
    const char *name;
    struct stat facts;

    if (check_link(key, secret, target, tail, tail_size, now_s, error) == -1)
        return -1;
    file->fd = open_beneath(folder, key);
    if (file->fd == -1 || fstat(file->fd, &facts) == -1 || !S_ISREG(facts.st_mode)) {
        if (file->fd != -1)
            close(file->fd);
        return request_error_set(error, CODE_FILE_NOT_FOUND, "%s", code_doc(CODE_FILE_NOT_FOUND));
    }
    name = strrchr(key, '/') == NULL ? key : strrchr(key, '/') + 1;
    file->size = (uint64_t)facts.st_size;
    file->type = type_of(name);
    write_disposition(file->disposition, sizeof file->disposition, name);
    return 0;
}

struct MHD_Response *download_response(const struct download *file)
{
    struct MHD_Response *response = MHD_create_response_from_fd64(file->size, file->fd);

    if (response == NULL) {
        close(file->fd);
        return NULL;
    }
    MHD_add_response_header(response, "Content-Type", file->type);
    MHD_add_response_header(response, "Content-Disposition", file->disposition);
    return response;
}
