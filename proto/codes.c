/* codes - see codes.h; also the names of the small enums */
#include "proto/codes.h"

#include <string.h>

#include "proto/enums.h"
#include "proto/panic.h"

#define CODE(word, http, reach, text) {#word, http, SCOPE_##reach, text},
static const struct {
    const char *name;
    uint32_t status;
    enum code_scope scope;
    const char *doc;
} codes[] = {
#include "proto/codes.def"
};
#undef CODE

const char *code_name(enum code code)
{
    must(code < CODES);
    return codes[code].name;
}

uint32_t code_status(enum code code)
{
    must(code < CODES);
    return codes[code].status;
}

enum code_scope code_scope_of(enum code code)
{
    must(code < CODES);
    return codes[code].scope;
}

const char *code_doc(enum code code)
{
    must(code < CODES);
    return codes[code].doc;
}

enum code code_of(const char *word)
{
    for (enum code code = 0; code < CODES; code++)
        if (strcmp(codes[code].name, word) == 0)
            return code;
    return CODE_INTERNAL;
}

#define ENUM_TEXT(name, text) text,

const char *stage_name(enum stage_kind kind)
{
    static const char *const names[] = {
#define STAGE(NAME, name, letter, leases) #name,
#include "proto/stages.def"
#undef STAGE
    };

    must(kind < STAGE_KINDS);
    return names[kind];
}

bool stage_works_in_turn(enum stage_kind kind)
{
    enum { NO_LEASES, IN_TURN, AT_ONCE };
    static const unsigned char leases[] = {
#define STAGE(NAME, name, letter, leases) leases,
#include "proto/stages.def"
#undef STAGE
    };

    must(kind < STAGE_KINDS);
    return leases[kind] == IN_TURN;
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {OUTCOME_TABLE(ENUM_TEXT)};

    must(outcome < OUTCOMES);
    return names[outcome];
}

const char *card_style_name(enum card_style style)
{
    static const char *const names[] = {CARD_STYLE_TABLE(ENUM_TEXT)};

    must(style < CARD_STYLES);
    return names[style];
}

enum card_style card_style_of(const char *name)
{
    int style = 0;

    while (style < CARD_STYLES && strcmp(card_style_name((enum card_style)style), name) != 0)
        style++;
    return (enum card_style)style;
}

const char *verdict_name(enum call_verdict verdict)
{
    static const char *const names[] = {VERDICT_TABLE(ENUM_TEXT)};

    must(verdict < VERDICTS);
    return names[verdict];
}

const char *doubt_name(enum doubt doubt)
{
    static const char *const names[] = {DOUBT_TABLE(ENUM_TEXT)};

    must(doubt < DOUBTS);
    return names[doubt];
}
