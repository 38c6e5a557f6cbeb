/* apkg - see apkg.h: the package around collection and pictures */
#include "stages/assembler/apkg/apkg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/apkg/anki_collection.h"
#include "stages/assembler/lib/zip_archive.h"

static int by_name(const void *a, const void *b)
{
    const struct slide *const *one = a, *const *two = b;

    return strcmp((*one)->media, (*two)->media);
}

/* The slides whose pictures cards show, sorted by the pictures' names. */
static const struct slide **media_list(const struct lecture *lecture, size_t *count)
{
    const struct slide **media = need_zero(lecture->slide_count, sizeof(struct slide *));

    *count = 0;
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (*lecture->slides[i].media != '\0')
            media[(*count)++] = &lecture->slides[i];
    qsort(media, *count, sizeof(struct slide *), by_name);
    return media;
}

/* The files themselves, and the map {"0":"slidemill-….jpg",…}, whose text the package borrows: the caller
 * frees it after the package. */
static char *media_add(struct zip_archive *package, const struct slide *const *media, size_t count)
{
    json_t *map = json_object();
    char number[16], *text;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && by_name(&media[i - 1], &media[i]) == 0)
            continue;
        snprintf(number, sizeof number, "%zu", json_object_size(map));
        json_object_set_new(map, number, json_string(media[i]->media));
        zip_archive_add(package, number, media[i]->card_picture.data, media[i]->card_picture.size,
                        ZIP_METHOD_STORED);
    }
    text = json_dumps(map, JSON_COMPACT);
    must(text != NULL);
    zip_archive_add(package, "media", text, strlen(text), ZIP_METHOD_DEFLATED);
    json_decref(map);
    return text;
}

static size_t expected_size(const struct slide *const *media, size_t count, size_t collection)
{
    size_t size = 16384 + collection / 2;

    for (size_t i = 0; i < count; i++)
        size += media[i]->card_picture.size + 256;
    return size;
}

void apkg_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    size_t count;
    const struct slide **media = media_list(lecture, &count);
    struct bytes collection = {0};
    struct zip_archive *package;
    char *map;

    collection_make(lecture, language, &collection);
    package = zip_archive_new(expected_size(media, count, collection.size));
    zip_archive_add(package, "collection.anki2", collection.data, collection.size, ZIP_METHOD_DEFLATED);
    map = media_add(package, media, count);
    zip_archive_finish(&package, to);
    free(map);
    bytes_drop(&collection);
    free(media);
}
