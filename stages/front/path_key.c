/* path_key - see path_key.h */
#include "stages/front/path_key.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

static const char begin[] = "/k/", bearer[] = "Bearer ";

static void drop_slashes(struct target *target)
{
    while (target->path_size > 1 && target->path[1] == '/') {
        target->path++;
        target->path_size--;
    }
}

bool path_key_find(struct target *target, struct path_key *key)
{
    const char *slash;

    drop_slashes(target);
    if (target->path_size < sizeof begin - 1 || memcmp(target->path, begin, sizeof begin - 1) != 0)
        return false;
    key->text = target->path + sizeof begin - 1;
    key->size = target->path_size - (sizeof begin - 1);
    slash = memchr(key->text, '/', key->size);
    if (slash != NULL)
        key->size = (size_t)(slash - key->text);
    target->path = key->text + key->size;
    target->path_size -= sizeof begin - 1 + key->size;
    drop_slashes(target);
    return true;
}

char *path_key_header(const struct path_key *key)
{
    char *header = need(sizeof bearer + key->size), *text = header + sizeof bearer - 1;
    long size;

    memcpy(header, bearer, sizeof bearer);
    size = unescape(text, key->text, key->size);
    if (size < 0 || strlen(text) != (size_t)size)
        text[0] = '\0';
    return header;
}

void path_key_free(char **header)
{
    if (*header != NULL)
        explicit_bzero(*header, strlen(*header));
    free(*header);
    *header = NULL;
}
