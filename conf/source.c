/* source - see source.h */
#include "conf/source.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/panic.h"

enum { MAX_FILE = 1 << 20, SAFE_DIGITS = 9, SAFE_HEX_DIGITS = 7 };

/* ---- the tokens of libconfig, as far as they matter here ---- */

static size_t string_size(const char *text)
{
    size_t size = 1;

    while (text[size] != '\0' && text[size] != '"')
        size += text[size] == '\\' && text[size + 1] != '\0' ? 2 : 1;
    return size + (text[size] == '"');
}

static size_t block_comment_size(const char *text)
{
    const char *end = strstr(text + 2, "*/");

    return end == NULL ? strlen(text) : (size_t)(end - text) + 2;
}

/* Bytes up to where the next token may begin: a string, a comment, a word or number as a whole, or one
 * character. */
static size_t token_size(const char *text)
{
    size_t size = 1;

    if (*text == '"')
        return string_size(text);
    if (*text == '#' || (text[0] == '/' && text[1] == '/'))
        return strcspn(text, "\n");
    if (text[0] == '/' && text[1] == '*')
        return block_comment_size(text);
    if (isalpha((unsigned char)*text) || *text == '*')
        return strspn(text, "-_*ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    if (isdigit((unsigned char)*text))
        while (isalnum((unsigned char)text[size]) || text[size] == '.')
            size++;
    return size;
}

static bool is_wide(const char *token, size_t size)
{
    bool hex = size > 2 && token[0] == '0' && (token[1] == 'x' || token[1] == 'X');

    if (!isdigit((unsigned char)*token))
        return false;
    for (size_t i = hex ? 2 : 0; i < size; i++)
        if (hex ? !isxdigit((unsigned char)token[i]) : !isdigit((unsigned char)token[i]))
            return false;
    return hex ? size - 2 > SAFE_HEX_DIGITS : size > SAFE_DIGITS;
}

char *source_widen(const char *text)
{
    char *wide = need(strlen(text) * 2 + 1);
    char *to = wide;

    while (*text != '\0') {
        size_t size = token_size(text);

        if (*text == '@') {
            free(wide);
            return NULL;
        }
        memcpy(to, text, size);
        to += size;
        if (is_wide(text, size))
            *to++ = 'L';
        text += size;
    }
    *to = '\0';
    return wide;
}

/* ---- the file ---- */

static const char *why_unfit(int fd)
{
    struct stat info;

    if (fstat(fd, &info) == -1)
        return strerror(errno);
    if (S_ISDIR(info.st_mode))
        return strerror(EISDIR);
    return S_ISREG(info.st_mode) ? NULL : "it is not a regular file";
}

static const char *read_all(int fd, char *to, size_t room)
{
    size_t used = 0;
    ssize_t got;

    while (used < room && (got = read(fd, to + used, room - used)) != 0) {
        if (got == -1)
            return strerror(errno);
        used += (size_t)got;
    }
    if (used == room)
        return "it is larger than 1 MiB";
    to[used] = '\0';
    return memchr(to, '\0', used) == NULL ? NULL : "it is not a text file";
}

char *source_read(const char *file, const char **why)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text, *wide = NULL;

    if (fd == -1) {
        *why = strerror(errno);
        return NULL;
    }
    text = need(MAX_FILE);
    *why = why_unfit(fd);
    if (*why == NULL)
        *why = read_all(fd, text, MAX_FILE);
    close(fd);
    if (*why == NULL) {
        wide = source_widen(text);
        if (wide == NULL)
            *why = "@include is not taken: everything stands in one file";
    }
    free(text);
    return wide;
}
