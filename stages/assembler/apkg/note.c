/* note - see note.h */
#include "stages/assembler/apkg/note.h"

#include <stdlib.h>
#include <string.h>

#include "stages/assembler/cards/image_occlusion.h"
#include "stages/assembler/cards/note_guid.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich_html.h"

struct writing {
    const struct lecture *lecture;
    const struct language *language;
    struct pool *pool; /* for as long as the note is written */
};

/* Text in the language of the lecture, in an element that says so. */
static void text_add(struct bytes *to, const struct writing *writing, const char *text, enum rich_mode mode)
{
    const struct rich *rich;
    bool rtl;

    if (*text == '\0')
        return;
    rich = rich_parse(writing->pool, text, mode);
    rtl = rich_rtl(rich, writing->language->rtl);
    bytes_add_format(to, "<div lang=\"%s\" dir=\"%s\">", writing->language->tag, rtl ? "rtl" : "ltr");
    rich_html(rich, RICH_CARD, rtl, to);
    bytes_add_text(to, "</div>");
}

static void add_source(struct bytes *to, const struct writing *writing, unsigned slide)
{
    char *name = lecture_name(writing->lecture),
         *label = language_say(writing->language, LABEL_SLIDE, slide, 0);

    bytes_add_text(to, writing->language->rtl ? "<span dir=\"rtl\">" : "");
    text_add_html(to, name, TEXT_CARD);
    bytes_add_format(to, " · %s%s", label, writing->language->rtl ? "</span>" : "");
    free(label);
    free(name);
}

static void add_lecture(struct bytes *to, const struct lecture *lecture)
{
    char *name = lecture_name(lecture);

    text_add_html(to, name, TEXT_CARD);
    free(name);
}

static void add_picture(struct bytes *to, const struct slide *slide)
{
    if (*slide->media != '\0')
        bytes_add_format(to, "<img src=\"%s\" alt=\"\">", slide->media);
}

/* The slide's own words would give the answer away: only its title is told. */
static void occlude(struct bytes *fields, const struct writing *writing, const struct slide *slide)
{
    occlusion_add(&fields[OCCLUSION_MASKS], slide);
    add_picture(&fields[OCCLUSION_IMAGE], slide);
    text_add(&fields[OCCLUSION_HEADER], writing, slide->answer->title, RICH_LINE);
    add_source(&fields[OCCLUSION_BACK], writing, slide->number);
}

static void ask(struct bytes *fields, const struct writing *writing, const struct slide *slide,
                const struct card *card)
{
    text_add(&fields[FIELD_FRONT], writing, card->front, card->cloze ? RICH_CLOZE : RICH_BLOCKS);
    text_add(&fields[FIELD_BACK], writing, card->back, RICH_BLOCKS);
    text_add(&fields[FIELD_EXTRA], writing, card->extra, RICH_LINE);
    add_picture(&fields[FIELD_SLIDE], slide);
    add_source(&fields[FIELD_SOURCE], writing, slide->number);
    add_lecture(&fields[FIELD_LECTURE], writing->lecture);
}

void note_make(struct note *note, const struct lecture *lecture, const struct language *language,
               const struct slide *slide, const struct card *card)
{
    static const enum notetype types[CARD_KINDS] = {NOTETYPE_BASIC, NOTETYPE_CLOZE, NOTETYPE_OCCLUSION};
    struct writing writing = {lecture, language, pool_new()};
    struct bytes fields[NOTETYPE_FIELDS] = {0};

    if (card->occlusion)
        occlude(fields, &writing, slide);
    else
        ask(fields, &writing, slide, card);
    note->type = types[card_kind(card)];
    for (int field = 0; field < NOTETYPE_FIELDS; field++)
        note->fields[field] = bytes_text(&fields[field]);
    pool_free(&writing.pool);
}

void note_drop(struct note *note)
{
    for (int field = 0; field < NOTETYPE_FIELDS; field++)
        free(note->fields[field]);
}

/* Up to the source, and the picture as it was drawn: its name changes with its size. */
static void date(struct card *card, const struct slide *slide, const struct note *note, int64_t now_s)
{
    bool occlusion = note->type == NOTETYPE_OCCLUSION;
    int last = occlusion ? (int)OCCLUSION_HEADER : (int)FIELD_EXTRA;
    struct bytes said = {0};

    for (int field = 0; field <= last; field++)
        if (!occlusion || field != OCCLUSION_IMAGE)
            bytes_add(&said, note->fields[field], strlen(note->fields[field]) + 1);
    bytes_add_text(&said, slide->drawn);
    guid_spell(card->content, said.data, said.size);
    card->modified_s = now_s;
    bytes_drop(&said);
}

void note_date(struct lecture *lecture, const struct language *language)
{
    for (size_t i = 0; i < lecture->slide_count; i++) {
        struct slide *slide = &lecture->slides[i];

        for (size_t k = 0; slide->answer != NULL && k < slide->answer->card_count; k++) {
            struct note note;

            note_make(&note, lecture, language, slide, &slide->answer->cards[k]);
            date(&slide->answer->cards[k], slide, &note, lecture->created_ms / 1000);
            note_drop(&note);
        }
    }
}

/* ---- stripped ---- */

/* Adds the character that the entity at text stands for and returns its size; 0: there is none of ours. */
static size_t entity(struct bytes *to, const char *text)
{
    static const struct {
        const char *entity, *character;
    } rows[] = {{"&amp;", "&"},  {"&lt;", "<"},   {"&gt;", ">"},  {"&quot;", "\""}, {"&#39;", "'"},
                {"&#123;", "{"}, {"&#125;", "}"}, {"&#58;", ":"}, {"&#91;", "["}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(text, rows[i].entity, strlen(rows[i].entity)) == 0) {
            bytes_add_text(to, rows[i].character);
            return strlen(rows[i].entity);
        }
    return 0;
}

void note_add_stripped(struct bytes *to, const char *field)
{
    const char *at = field, *end;
    size_t size;

    while (*at != '\0') {
        if (*at == '<' && (end = strchr(at, '>')) != NULL)
            at = end + 1; /* a tag leaves nothing behind */
        else if (*at == '&' && (size = entity(to, at)) > 0)
            at += size;
        else if ((unsigned char)at[0] == 0xc2 && (unsigned char)at[1] == 0xa0) {
            bytes_add_text(to, " "); /* no-break space */
            at += 2;
        } else
            bytes_add(to, at++, 1);
    }
}
