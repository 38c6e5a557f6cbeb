/* lecture_model - all that is known of a lecture, whole and clean (manifest_reader.h makes it), and what can
 * be asked of it
 *
 * Slides 1..count stand in order, texts passed text_clean, pictures are JPEGs that exist: who writes
 * documents of it (summary, docx, apkg) checks nothing again.  Pictures are borrowed: their bytes must
 * outlive it.
 */
#ifndef STAGES_ASSEMBLER_LECTURE_LECTURE_MODEL_H
#define STAGES_ASSEMBLER_LECTURE_LECTURE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/codes.h"
#include "proto/enums.h"
#include "stages/assembler/lib/pool.h"

enum { GUID_ROOM = 21, MEDIA_ROOM = 48 };

struct picture {
    const void *data;
    size_t size;
};

struct texts {
    const char **item;
    size_t count;
};

enum card_kind { CARD_BASIC, CARD_CLOZE, CARD_OCCLUSION, CARD_KINDS };

struct card {
    const char *front, *back;
    const char *extra;       /* a sentence or two of why (card_extra.h); "" if there is none */
    const char *concept;     /* the one idea it asks about, in the slide's words; "" if nobody said */
    unsigned place;          /* among the slide's cards as they were made, from 0 */
    bool cloze;              /* the front has gaps (stages/lib/text/cloze.h), the back may be empty */
    bool occlusion;          /* its note covers the slide's masks, its back names them */
    bool left_out;           /* another card asks nearly the same */
    unsigned nth;            /* among the cards of its concept under slides of the same title (note_guid.h) */
    char guid[GUID_ROOM];    /* names its note for ever (note_guid.h) */
    char content[GUID_ROOM]; /* stands for all that its note says (note.h) */
    int64_t modified_s;      /* when it began to say so */
    struct texts doubts;     /* what it says that the slide's text does not */
};

/* Something an answer says and the slide's text does not. */
struct claim {
    const char *where, *kind, *text;
    unsigned index;
};

/* What of a model's answer could not be kept. */
struct left_out {
    const char *what, *reason;
    unsigned count;
};

struct answer {
    const char *title, *connections, *summary;
    const char *kind; /* "" if nobody said */
    struct texts explanation, points;
    struct texts labels; /* of the slide's figure, as they stand on it */
    struct card *cards;
    size_t card_count;
    int grounded; /* 1, 0, -1: not checked */
    bool ocr;     /* its words were read in the picture by OCR */
    const char *unread_script,
        *unread_language; /* what OCR could not read, and Tesseract's language for it; "" */
    struct claim *claims; /* but for those of cards */
    size_t claim_count;
    struct left_out *left_out;
    size_t left_out_count;
};

/* A line of the page's own text, and where it stands in the slide's picture; w and h are 0 if nobody said. */
struct line {
    const char *text;
    unsigned x, y, w, h; /* pixels */
    unsigned size;
    bool bold, mono;
};

/* What covers a label of a slide's figure, in pixels of the picture. */
struct mask {
    const char *label;
    unsigned x, y, w, h;
};

struct slide {
    unsigned number;
    enum outcome outcome;
    struct picture picture;      /* size 0: none */
    struct picture card_picture; /* the same for cards, perhaps smaller */
    char drawn[GUID_ROOM];       /* stands for the picture as it was drawn, before it was made smaller
                                    (anki_media.h) */
    char media[MEDIA_ROOM]; /* its file in a student's collection (anki_media.h); "" if no card shows it */
    unsigned width, height;
    bool degraded;
    enum code code;     /* CODES: none */
    const char *detail; /* never empty if there is a code */
    struct line *lines; /* the page's own text */
    size_t line_count;
    bool ocr;              /* read in the picture by OCR */
    unsigned unknown;      /* letters of it of which the file does not say which characters they are */
    struct answer *answer; /* NULL: none */
    struct mask
        *masks; /* of its figure's labels, from top to bottom (image_occlusion.h); a card is for them */
    size_t mask_count;
    unsigned see_slide; /* the slide this one builds up to; 0: none */
    double cost_usd;    /* below 0: not known */
    uint64_t input_tokens, output_tokens, calls;
};

struct chapter {
    const char *title;
    unsigned *slides;
    size_t slide_count;
};

struct term {
    const char *term, *definition;
    unsigned slide; /* 0: none in particular */
};

/* What the whole lecture comes to; empty if nobody was asked. */
struct overview {
    const char *title;
    struct chapter *chapters;
    size_t chapter_count;
    struct term *terms;
    size_t term_count;
};

/* A card of the lecture's previous run, as its summary.json has it. */
struct previous_card {
    const char *guid;            /* fit to be one again */
    const char *title, *concept; /* of its slide; "" if it says none */
    const char *front, *back;
    const char *content; /* as in struct card; "" if it does not say */
    int64_t modified_s;  /* 0: it does not say */
    unsigned slide;
    size_t place; /* among the cards of that run */
    enum card_kind kind;
};

/* That run, if the request names one. */
struct previous {
    bool named;
    const char *job, *reason; /* reason: why it was of no use; "": it was of use */
    struct previous_card *cards;
    size_t card_count;
};

/* How large the files may be, and the JPEG quality of pictures that are made smaller for that. */
struct sizes {
    size_t docx, apkg; /* bytes; SIZE_MAX: no bound */
    unsigned quality;
};

/* A formula of an answer that was not all understood. */
struct unread_formula {
    unsigned slide;    /* 0: in the overview */
    const char *where; /* which part of the answer, as summary.json calls it */
    const char *tex;   /* as it was written */
};

struct unread_formulas {
    const struct unread_formula *item;
    size_t count;
};

struct lecture {
    struct pool *pool; /* for what has to live as long as the lecture */
    const char *job, *filename, *title, *language, *engine, *model;
    const char *course, *called, *key; /* the request's course, lecture and key; "" if not given */
    struct previous previous;
    struct sizes sizes;
    const char *prompt; /* hash of all the model was asked with; "" if none was */
    const char *remark; /* what of the request was understood otherwise than said; "": nothing */
    int64_t created_ms;
    bool repaired;
    bool has_overview, has_saved;
    struct overview overview;
    double cost_usd;                                    /* below 0: not known */
    uint64_t input_tokens, output_tokens, calls;        /* of the whole job */
    uint64_t saved_cached, saved_build_up, saved_blank; /* slides that cost no call, and why */
    struct slide *slides;
    size_t slide_count;
    struct unread_formulas unread; /* found by unread_formulas_find() */
};

/* Was no language model used for it? */
bool lecture_is_offline(const struct lecture *lecture);

/* Were the words that stand for it read by OCR: the answer's, or without one the page's own? */
bool slide_is_ocr(const struct slide *slide);

/* Were words of any slide read by OCR? */
bool lecture_has_ocr(const struct lecture *lecture);

/* How many slides ended so; how many cards there are in all. */
size_t lecture_count(const struct lecture *lecture, enum outcome outcome);
size_t lecture_cards(const struct lecture *lecture);

enum card_kind card_kind(const struct card *card);

/* As summary.json calls it. */
const char *card_kind_name(enum card_kind kind);

/* Is the slide one step on the way to another, which is explained? */
bool slide_builds_up(const struct slide *slide);

/* The slide under whose heading slide number is found: itself, or what it builds up to. */
unsigned lecture_place(const struct lecture *lecture, unsigned number);

/* What the lecture is called: as the request says, else its title, else the file's name without ending, else
 * the job. The caller frees. */
char *lecture_name(const struct lecture *lecture);

/* The same for readers, who may have a better title from the overview, unless the request says one. The other
 * one is for names that must stay, of decks. */
char *lecture_heading(const struct lecture *lecture);

/* What stands on the slide itself as its title, else the answer's title: it stays when an answer words the
 * title otherwise. */
const char *slide_own_title(const struct slide *slide);

/* The slide's title: the answer's, else its own most prominent line; "" if it has neither. */
const char *slide_title(const struct slide *slide);

#endif
