/* notetype - see notetype.h
 *
 * Text comes wrapped in an element with its own lang and dir, since one note type serves all languages. No
 * script, nothing from elsewhere. The slide is folded away, so that it does not give its other cards away.
 */
#include "stages/assembler/notetype.h"

#include <stdio.h>

#include "proto/panic.h"

static const char *const field_names[NOTETYPE_FIELDS] = {
    [FIELD_FRONT] = "Front",     [FIELD_BACK] = "Back",       [FIELD_EXTRA] = "Extra",
    [FIELD_SLIDE] = "Slide",     [FIELD_SOURCE] = "Source",   [FIELD_LECTURE] = "Lecture",
    [FIELD_SPARE_1] = "Spare 1", [FIELD_SPARE_2] = "Spare 2", [FIELD_SPARE_3] = "Spare 3",
};

static const char *const cloze_names[] = {[FIELD_FRONT] = "Text", [FIELD_BACK] = "Back Extra"};

static const char question[] = "<div class=\"sm-front\">{{Front}}</div>";

#define BELOW                                                                                                \
    "{{#Extra}}<div class=\"sm-extra\">{{Extra}}</div>{{/Extra}}\n"                                          \
    "{{#Slide}}<details class=\"sm-slide\"><summary>{{Source}}</summary>{{Slide}}"                           \
    "</details>{{/Slide}}\n"                                                                                 \
    "{{^Slide}}<div class=\"sm-source\">{{Source}}</div>{{/Slide}}"

static const char answer[] =
    "{{FrontSide}}\n\n<hr id=answer>\n\n<div class=\"sm-back\">{{Back}}</div>\n" BELOW;

/* The front again with its gaps filled is the answer. */
static const char cloze_question[] = "<div class=\"sm-text\">{{cloze:Text}}</div>";
static const char cloze_answer[] =
    "<div class=\"sm-text\">{{cloze:Text}}</div>\n"
    "{{#Back Extra}}<hr><div class=\"sm-back\">{{Back Extra}}</div>{{/Back Extra}}\n" BELOW;

static const char css[] =
    ".card { font-family: system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", Arial, sans-serif;\n"
    "  font-size: 20px; line-height: 1.45; text-align: center; color: #1b1b1b; background: #fff; }\n"
    ".sm-front, .sm-back { max-width: 42em; margin: 0 auto; overflow-wrap: anywhere; }\n"
    ".sm-front { font-weight: 600; }\n"
    ".sm-extra { max-width: 42em; margin: 1em auto 0; font-size: 85%; color: #555; overflow-wrap: anywhere; "
    "}\n"
    ".sm-slide, .sm-source { margin-top: 1.2em; font-size: 75%; color: #666; }\n"
    ".sm-slide summary { cursor: pointer; padding: .4em; }\n"
    ".sm-slide img { display: block; margin: .6em auto 0; max-width: 100%; height: auto; background: #fff;\n"
    "  border: 1px solid #ccc; border-radius: 4px; }\n"
    ".card.nightMode, .nightMode .card, .night_mode .card { color: #e8e8e8; background: #2b2b2b; }\n"
    ".nightMode .sm-extra, .night_mode .sm-extra { color: #bbb; }\n"
    ".nightMode .sm-slide, .nightMode .sm-source, .night_mode .sm-slide, .night_mode .sm-source { color: "
    "#aaa; }\n"
    ".nightMode .sm-slide img, .night_mode .sm-slide img { border-color: #555; }\n"
    ".mobile .card, .card.mobile { font-size: 22px; }\n"
    "@media (max-width: 480px) { .card { margin: 12px; } }\n";

static const char cloze_css[] = ".sm-text { max-width: 42em; margin: 0 auto; overflow-wrap: anywhere; }\n"
                                ".cloze { font-weight: bold; color: #0b57d0; }\n"
                                ".nightMode .cloze, .night_mode .cloze { color: #8ab4f8; }\n";

static json_t *fields(bool cloze)
{
    json_t *list = json_array();

    for (int i = 0; i < NOTETYPE_FIELDS; i++) {
        const char *name = cloze && i <= FIELD_BACK ? cloze_names[i] : field_names[i];

        json_array_append_new(list, json_pack("{s:s, s:i, s:b, s:b, s:s, s:i, s:[]}", "name", name, "ord", i,
                                              "sticky", 0, "rtl", 0, "font", "Arial", "size", 20, "media"));
    }
    return list;
}

static json_t *template(bool cloze)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:n}", "name", cloze ? "Cloze" : "Card 1", "ord", 0,
                     "qfmt", cloze ? cloze_question : question, "afmt", cloze ? cloze_answer : answer,
                     "bqfmt", "", "bafmt", "", "did");
}

static void model_add(json_t *models, bool cloze)
{
    json_int_t number = cloze ? NOTETYPE_CLOZE : NOTETYPE_BASIC;
    json_t *model = json_pack(
        "{s:I, s:s, s:i, s:I, s:i, s:i, s:n, s:[o], s:o, s:s+, s:s, s:s, s:b, s:[[i, s, [i]]], s:[], s:[]}",
        "id", number, "name", cloze ? "Slidemill Cloze" : "Slidemill Basic", "type", (int)cloze, "mod",
        (json_int_t)NOTETYPE_CHANGED, "usn", -1, "sortf", 0, "did", "tmpls", template(cloze), "flds",
        fields(cloze), "css", css, cloze ? cloze_css : "", "latexPre",
        "\\documentclass[12pt]{article}\n\\pagestyle{empty}\n\\begin{document}\n", "latexPost",
        "\\end{document}", "latexsvg", 0, "req", 0, "any", 0, "tags", "vers");
    char id[24];

    must(model != NULL);
    snprintf(id, sizeof id, "%lld", (long long)number);
    json_object_set_new(models, id, model);
}

json_t *notetype_models(bool cloze)
{
    json_t *models = json_object();

    model_add(models, false);
    if (cloze)
        model_add(models, true);
    return models;
}
