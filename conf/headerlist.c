/* headerlist - see headerlist.h */
#include "conf/headerlist.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/panic.h"

/* A name that ends in "-" stands for all that begin so. */
static const struct refused {
    const char *name, *reason;
} refused[] = {
    {"Authorization", "carries the key, which has a setting of its own (OPENAI_API_KEY and its like)"},
    {"api-key", "carries the key, which has a setting of its own (OPENAI_API_KEY and its like)"},
    {"Host", "follows from the base URL"},
    {"Content-", "is told by the request itself"},
    {"Transfer-Encoding", "is told by the request itself"},
    {"Accept-Encoding", "is told by the request itself"},
    {"Expect", "is told by the request itself"},
    {"X-Client-Request-Id", "is told by the request itself"},
    {"Connection", "belongs to the connection"},
    {"Keep-Alive", "belongs to the connection"},
    {"Proxy-", "belongs to the connection"},
    {"TE", "belongs to the connection"},
    {"Trailer", "belongs to the connection"},
    {"Upgrade", "belongs to the connection"},
};

static bool is_token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

struct piece {
    const char *name, *value;
    size_t name_size, value_size;
};

/* Cuts one "Name: value" out of the list. False: there is no name with a colon behind it. */
static bool piece_next(const char **list, struct piece *piece)
{
    const char *at = *list + strspn(*list, " ;"), *end = at + strcspn(at, ";");
    size_t size = 0;

    *list = end;
    while (is_token(at[size]))
        size++;
    *piece = (struct piece){.name = at, .name_size = size};
    if (size == 0 || at[size] != ':')
        return *at == '\0';
    at += size + 1;
    at += strspn(at, " ");
    at = at > end ? end : at;
    while (end > at && end[-1] == ' ')
        end--;
    piece->value = at;
    piece->value_size = (size_t)(end - at);
    return true;
}

static const struct refused *refused_find(const struct piece *piece)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        size_t size = strlen(refused[i].name);
        bool family = refused[i].name[size - 1] == '-';

        if (piece->name_size >= size && strncasecmp(piece->name, refused[i].name, size) == 0 &&
            (family || piece->name_size == size))
            return &refused[i];
    }
    return NULL;
}

static bool is_plain(const struct piece *piece)
{
    for (size_t i = 0; i < piece->value_size; i++)
        if (piece->value[i] < ' ' || piece->value[i] > '~')
            return false;
    return true;
}

/* Values may be secrets of a gateway: a fault quotes names only. */
const char *headerlist_fault(const char *list)
{
    static char fault[256];
    struct piece piece;

    do {
        const struct refused *no;
        int size;

        if (!piece_next(&list, &piece)) {
            snprintf(fault, sizeof fault, "an entry is not \"Name: value\" (several are separated by \";\")");
            return fault;
        }
        if (piece.name_size == 0)
            return NULL;
        size = piece.name_size > 64 ? 64 : (int)piece.name_size;
        no = refused_find(&piece);
        if (no != NULL)
            snprintf(fault, sizeof fault, "the header %.*s %s", size, piece.name, no->reason);
        else if (piece.value_size == 0)
            snprintf(fault, sizeof fault, "the header %.*s has no value", size, piece.name);
        else if (!is_plain(&piece))
            snprintf(fault, sizeof fault, "the value of the header %.*s is not visible ASCII", size,
                     piece.name);
        else
            continue;
        return fault;
    } while (true);
}

char *headerlist_next(const char **list)
{
    struct piece piece;
    char *line;

    must(piece_next(list, &piece));
    if (piece.name_size == 0)
        return NULL;
    if (asprintf(&line, "%.*s: %.*s", (int)piece.name_size, piece.name, (int)piece.value_size, piece.value) ==
        -1)
        panic("out of memory");
    return line;
}
