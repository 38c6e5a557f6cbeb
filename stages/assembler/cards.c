/* cards - see cards.h */
#include "stages/assembler/cards.h"

#include "stages/assembler/guid.h"
#include "stages/assembler/listing.h"
#include "stages/assembler/media.h"
#include "stages/assembler/note.h"
#include "stages/assembler/once.h"
#include "stages/assembler/previous.h"

void cards_prepare(struct lecture *lecture, const struct language *language)
{
    guid_number(lecture);
    once_each(lecture);
    listing_open(lecture);
    guid_name(lecture, language);
    media_name(lecture);
    note_date(lecture, language);
    previous_take(lecture);
}
