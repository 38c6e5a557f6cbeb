/* cards - see cards.h */
#include "stages/assembler/cards.h"

#include "stages/assembler/extra.h"
#include "stages/assembler/guid.h"
#include "stages/assembler/listing.h"
#include "stages/assembler/media.h"
#include "stages/assembler/note.h"
#include "stages/assembler/once.h"
#include "stages/assembler/previous.h"

static void extras_find(struct lecture *lecture)
{
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (lecture->slides[i].answer != NULL)
            extra_find(lecture->slides[i].answer, lecture->pool);
}

void cards_prepare(struct lecture *lecture, const struct language *language)
{
    guid_number(lecture);
    once_each(lecture);
    listing_open(lecture);
    extras_find(lecture);
    guid_name(lecture, language);
    media_name(lecture);
    note_date(lecture, language);
    previous_take(lecture);
}
