/* tsv - see tsv.h */
#include "stages/assembler/apkg/tsv.h"

#include <stdlib.h>
#include <string.h>

#include "stages/assembler/apkg/deck.h"
#include "stages/assembler/apkg/note.h"
#include "stages/assembler/apkg/notetype.h"

/* What Anki's importer is told of the columns; those it is not told of are the fields in their order. A line
 * that begins with # and says nothing it knows is a remark to it. */
static const char head[] = "#separator:tab\n"
                           "#html:true\n"
                           "#guid column:1\n"
                           "#notetype column:2\n"
                           "#deck column:3\n"
                           "#tags column:4\n";

/* In quotation marks if anything in it would end it early, or make a remark of its line. */
static void cell_add(struct bytes *to, const char *text)
{
    if (strpbrk(text, "\t\n\r\"") == NULL && *text != '#') {
        bytes_add_text(to, text);
        return;
    }
    bytes_add_text(to, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"')
            bytes_add_text(to, "\"");
        bytes_add(to, text, 1);
    }
    bytes_add_text(to, "\"");
}

/* Blanks stand between tags, and around all of them in a note. */
static void tags_add(struct bytes *to, const struct lecture *lecture, unsigned slide)
{
    struct bytes tags = {0};
    char *text, *end;

    deck_tags(&tags, lecture, slide);
    text = bytes_text(&tags);
    text += *text == ' ';
    end = text + strlen(text);
    if (end > text && end[-1] == ' ')
        end[-1] = '\0';
    cell_add(to, text);
    bytes_drop(&tags);
}

static void row_add(struct bytes *to, const struct lecture *lecture, const struct language *language,
                    const struct slide *slide, const struct card *card, const char *deck)
{
    struct note note;

    note_make(&note, lecture, language, slide, card);
    cell_add(to, card->guid);
    bytes_add_text(to, "\t");
    cell_add(to, notetype_name(note.type));
    bytes_add_text(to, "\t");
    cell_add(to, deck);
    bytes_add_text(to, "\t");
    tags_add(to, lecture, slide->number);
    for (size_t field = 0; field < notetype_fields(note.type); field++) {
        bytes_add_text(to, "\t");
        cell_add(to, note.fields[field]);
    }
    bytes_add_text(to, "\n");
    note_drop(&note);
}

void tsv_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    char *deck = deck_name(lecture);

    bytes_add_text(to, head);
    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        for (size_t k = 0; slide->answer != NULL && k < slide->answer->card_count; k++)
            row_add(to, lecture, language, slide, &slide->answer->cards[k], deck);
    }
    free(deck);
}
