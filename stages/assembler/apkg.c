/* apkg - see apkg.h: the package around collection and pictures
 *
 * A picture is named by its content, so the same picture of another run is the same file in the student's
 * collection, and a picture that several slides share goes in once.
 */
#include "stages/assembler/apkg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "proto/panic.h"
#include "stages/assembler/collection.h"
#include "stages/assembler/package.h"

struct media {
    const struct picture *picture;
    size_t slide;
    char name[COLLECTION_MEDIA_ROOM];
};

static void name_make(struct media *media)
{
    unsigned char sum[32];

    must(EVP_Digest(media->picture->data, media->picture->size, sum, NULL, EVP_sha256(), NULL) == 1);
    strcpy(media->name, "slidemill-");
    for (int i = 0; i < 16; i++)
        snprintf(media->name + 10 + 2 * i, 3, "%02x", sum[i]);
    strcat(media->name, ".jpg");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct media *)a)->name, ((const struct media *)b)->name);
}

/* The pictures of slides with cards, sorted by name. */
static struct media *media_list(const struct lecture *lecture, size_t *count)
{
    struct media *media = need_zero(lecture->slide_count, sizeof *media);

    *count = 0;
    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        if (slide->picture.size == 0 || slide->answer == NULL || slide->answer->card_count == 0)
            continue;
        media[*count] = (struct media){.picture = &slide->picture, .slide = i};
        name_make(&media[(*count)++]);
    }
    qsort(media, *count, sizeof *media, by_name);
    return media;
}

/* The media map {"0":"slidemill-….jpg",…} and the files themselves. */
static void media_add(struct package *package, const struct media *media, size_t count, struct bytes *map)
{
    char number[16];
    size_t files = 0;

    bytes_add_text(map, "{");
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && by_name(&media[i - 1], &media[i]) == 0)
            continue;
        bytes_add_format(map, "%s\"%zu\":\"%s\"", files > 0 ? "," : "", files, media[i].name);
        snprintf(number, sizeof number, "%zu", files++);
        package_add(package, number, media[i].picture->data, media[i].picture->size, PACKAGE_STORED);
    }
    bytes_add_text(map, "}");
    package_add(package, "media", map->data, map->size, PACKAGE_DEFLATED);
}

static size_t expected_size(const struct media *media, size_t count, size_t collection)
{
    size_t size = 16384 + collection / 2;

    for (size_t i = 0; i < count; i++)
        size += media[i].picture->size + 256;
    return size;
}

void apkg_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    size_t count;
    struct media *media = media_list(lecture, &count);
    const char **names = need_zero(lecture->slide_count, sizeof *names);
    struct bytes collection = {0}, map = {0};
    struct package *package;

    for (size_t i = 0; i < count; i++)
        names[media[i].slide] = media[i].name;
    collection_make(lecture, language, names, &collection);
    package = package_new(expected_size(media, count, collection.size));
    package_add(package, "collection.anki2", collection.data, collection.size, PACKAGE_DEFLATED);
    media_add(package, media, count, &map);
    package_finish(&package, to);
    bytes_drop(&map);
    bytes_drop(&collection);
    free(names);
    free(media);
}
