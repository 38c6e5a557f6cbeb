/* anki_media - see anki_media.h */
#include "stages/assembler/apkg/anki_media.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "proto/digest.h"
#include "stages/assembler/cards/note_guid.h"

static void name_make(char name[MEDIA_ROOM], const struct picture *picture)
{
    unsigned char sum[DIGEST_BYTES];

    digest_of(picture->data, picture->size, sum);
    snprintf(name, MEDIA_ROOM, "slidemill-");
    hex_encode(name + 10, sum, 16);
    snprintf(name + 42, MEDIA_ROOM - 42, ".jpg");
}

static bool is_shown(const struct slide *slide)
{
    return slide->card_picture.size > 0 && slide->answer != NULL && slide->answer->card_count > 0;
}

void media_mark(struct lecture *lecture)
{
    for (size_t i = 0; i < lecture->slide_count; i++) {
        struct slide *slide = &lecture->slides[i];

        if (is_shown(slide))
            guid_spell(slide->drawn, slide->card_picture.data, slide->card_picture.size);
    }
}

void media_name(struct lecture *lecture)
{
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (is_shown(&lecture->slides[i]))
            name_make(lecture->slides[i].media, &lecture->slides[i].card_picture);
}
