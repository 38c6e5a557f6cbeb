/* notetype - see notetype.h
 *
 * The image occlusion is Anki's own to the letter, script and all, so that its editor opens such notes; what
 * makes it one is originalStockKind.  About the others:
 * Text comes wrapped in an element with its own lang and dir, since one note type serves all languages. No
 * script, nothing from elsewhere. The slide is folded away, so that it does not give its other cards away.
 * Texts may scroll sideways: a formula breaks into no lines, and the page must stay as wide as a phone.
 */
#include "stages/assembler/apkg/notetype.h"

#include <stdio.h>

#include "proto/panic.h"

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
    ".sm-front, .sm-back, .sm-text, .sm-extra { max-width: 42em; margin: 0 auto; padding: 1px;\n"
    "  overflow-wrap: anywhere; overflow-x: auto; overflow-y: hidden; }\n"
    ".sm-front { font-weight: 600; }\n"
    ".sm-extra { margin-top: 1em; font-size: 85%; color: #555; }\n"
    ".sm-front p, .sm-back p, .sm-text p { margin: .4em 0; }\n"
    ".card ul, .card ol { display: inline-block; margin: .3em 0; padding-inline-start: 1.6em;\n"
    "  text-align: start; max-width: 100%; box-sizing: border-box; }\n"
    ".card li { margin: .15em 0; }\n"
    ".card code { font-family: ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; font-size: "
    "90%;\n"
    "  background: #f0f0f0; border-radius: 3px; padding: 0 .2em; direction: ltr; unicode-bidi: isolate; }\n"
    ".card pre { direction: ltr; text-align: left; margin: .6em 0; padding: .6em .8em; background: #f4f4f4;\n"
    "  border-radius: 4px; white-space: pre-wrap; line-height: 1.35; font-weight: normal; }\n"
    ".card pre code { background: none; padding: 0; }\n"
    ".card table { margin: .6em auto; border-collapse: collapse; font-weight: normal; }\n"
    ".card th, .card td { border: 1px solid #bbb; padding: .2em .5em; text-align: start; }\n"
    ".card blockquote { margin: .5em 0; padding-inline-start: .8em; border-inline-start: 3px solid #bbb;\n"
    "  text-align: start; }\n"
    "mjx-container[display=\"true\"] { overflow-x: auto; overflow-y: hidden; }\n"
    ".sm-slide, .sm-source { margin-top: 1.2em; font-size: 75%; color: #666; overflow-wrap: anywhere; }\n"
    ".sm-slide summary { cursor: pointer; padding: .4em; }\n"
    ".sm-slide summary:has([dir=\"rtl\"]) { direction: rtl; }\n"
    ".sm-slide img { display: block; margin: .6em auto 0; max-width: 100%; height: auto; background: #fff;\n"
    "  border: 1px solid #ccc; border-radius: 4px; box-sizing: border-box; }\n"
    ".cloze { font-weight: bold; color: #0b57d0; }\n"
    ".card.nightMode, .nightMode .card, .night_mode .card { color: #e8e8e8; background: #2b2b2b; }\n"
    ".nightMode .sm-extra, .night_mode .sm-extra { color: #bbb; }\n"
    ".nightMode .sm-slide, .nightMode .sm-source, .night_mode .sm-slide, .night_mode .sm-source { color: "
    "#aaa; }\n"
    ".nightMode .sm-slide img, .night_mode .sm-slide img { border-color: #555; }\n"
    ".nightMode code, .nightMode pre, .night_mode code, .night_mode pre { background: #3a3a3a; }\n"
    ".nightMode th, .nightMode td, .night_mode th, .night_mode td { border-color: #666; }\n"
    ".nightMode .cloze, .night_mode .cloze { color: #8ab4f8; }\n"
    ".mobile .card, .card.mobile { font-size: 22px; }\n"
    "@media (max-width: 480px) { .card { margin: 12px; } }\n";

static const char *const basic_fields[] = {"Front",   "Back",    "Extra",   "Slide",  "Source",
                                           "Lecture", "Spare 1", "Spare 2", "Spare 3"};
static const char *const cloze_fields[] = {"Text",    "Back Extra", "Extra",   "Slide",  "Source",
                                           "Lecture", "Spare 1",    "Spare 2", "Spare 3"};

/* Anki's. */
#define FIGURE                                                                                               \
    "{{#Header}}<div>{{Header}}</div>{{/Header}}\n"                                                          \
    "<div style=\"display: none\">{{cloze:Occlusion}}</div>\n"                                               \
    "<div id=\"err\"></div>\n"                                                                               \
    "<div id=\"image-occlusion-container\">\n"                                                               \
    "    {{Image}}\n"                                                                                        \
    "    <canvas id=\"image-occlusion-canvas\"></canvas>\n"                                                  \
    "</div>\n"                                                                                               \
    "<script>\n"                                                                                             \
    "try {\n"                                                                                                \
    "    anki.imageOcclusion.setup();\n"                                                                     \
    "} catch (exc) {\n"                                                                                      \
    "    document.getElementById(\"err\").innerHTML = `Error loading image occlusion. Is your Anki version " \
    "up to date?<br><br>${exc}`;\n"                                                                          \
    "}\n"                                                                                                    \
    "</script>\n"

static const char occlusion_question[] = FIGURE;
static const char occlusion_answer[] = FIGURE "\n<div><button id=\"toggle\">Toggle Masks</button></div>\n"
                                              "{{#Back Extra}}<div>{{Back Extra}}</div>{{/Back Extra}}\n";
static const char occlusion_css[] =
    "#image-occlusion-canvas {\n    --inactive-shape-color: #ffeba2;\n    --active-shape-color: #ff8e8e;\n"
    "    --inactive-shape-border: 1px #212121;\n    --active-shape-border: 1px #212121;\n"
    "    --highlight-shape-color: #ff8e8e00;\n    --highlight-shape-border: 1px #ff8e8e;\n}\n\n"
    ".card {\n    font-family: arial;\n    font-size: 20px;\n    text-align: center;\n    color: black;\n"
    "    background-color: white;\n}\n";

static const char *const occlusion_fields[] = {"Occlusion", "Image", "Header", "Back Extra", "Comments"};

enum { STOCK_NONE, STOCK_OCCLUSION = 6 };

struct row {
    int64_t id;
    const char *name;
    bool gaps; /* one card for each number of a gap, else just one */
    const char *template, *question, *answer, *css;
    const char *const *fields;
    size_t field_count;
    int stock; /* Anki's number for the type it is by nature */
};

static const struct row rows[NOTETYPES] = {
    [NOTETYPE_BASIC] = {1764000000001, "Slidemill Basic", false, "Card 1", question, answer, css,
                        basic_fields, NOTETYPE_FIELDS, STOCK_NONE},
    [NOTETYPE_CLOZE] = {1764000000002, "Slidemill Cloze", true, "Cloze", cloze_question, cloze_answer, css,
                        cloze_fields, NOTETYPE_FIELDS, STOCK_NONE},
    [NOTETYPE_OCCLUSION] = {1764000000003, "Slidemill Image Occlusion", true, "Image Occlusion",
                            occlusion_question, occlusion_answer, occlusion_css, occlusion_fields,
                            OCCLUSION_FIELDS, STOCK_OCCLUSION},
};

int64_t notetype_id(enum notetype type)
{
    return rows[type].id;
}

size_t notetype_fields(enum notetype type)
{
    return rows[type].field_count;
}

const char *notetype_name(enum notetype type)
{
    return rows[type].name;
}

/* By their ids, Anki tells fields and templates from others that were given the same place or name later. */
static json_t *fields(const struct row *row)
{
    json_t *list = json_array();

    for (size_t i = 0; i < row->field_count; i++)
        json_array_append_new(list, json_pack("{s:I, s:s, s:i, s:b, s:b, s:s, s:i, s:[]}", "id",
                                              (json_int_t)row->id * 1000 + (json_int_t)i, "name",
                                              row->fields[i], "ord", (int)i, "sticky", 0, "rtl", 0, "font",
                                              "Arial", "size", 20, "media"));
    return list;
}

/* Anki finds the fields of a stock type by their tags, and keeps them from being deleted. */
static void make_stock(json_t *model, const struct row *row)
{
    json_t *field;
    size_t i;

    if (row->stock == STOCK_NONE)
        return;
    json_object_set_new(model, "originalStockKind", json_integer(row->stock));
    json_array_foreach(json_object_get(model, "flds"), i, field)
    {
        json_object_set_new(field, "tag", json_integer((json_int_t)i));
        json_object_set_new(field, "preventDeletion", json_boolean(i < OCCLUSION_COMMENTS));
    }
}

static json_t *template(const struct row *row)
{
    return json_pack("{s:I, s:s, s:i, s:s, s:s, s:s, s:s, s:n}", "id", (json_int_t)row->id * 1000 + 500,
                     "name", row->template, "ord", 0, "qfmt", row->question, "afmt", row->answer, "bqfmt", "",
                     "bafmt", "", "did");
}

static void model_add(json_t *models, const struct row *row)
{
    json_t *model = json_pack(
        "{s:I, s:s, s:i, s:I, s:i, s:i, s:n, s:[o], s:o, s:s, s:s, s:s, s:b, s:[[i, s, [i]]], s:[], s:[]}",
        "id", (json_int_t)row->id, "name", row->name, "type", (int)row->gaps, "mod",
        (json_int_t)NOTETYPE_CHANGED, "usn", -1, "sortf", 0, "did", "tmpls", template(row), "flds",
        fields(row), "css", row->css, "latexPre",
        "\\documentclass[12pt]{article}\n\\pagestyle{empty}\n\\begin{document}\n", "latexPost",
        "\\end{document}", "latexsvg", 0, "req", 0, "any", 0, "tags", "vers");
    char id[24];

    must(model != NULL);
    make_stock(model, row);
    snprintf(id, sizeof id, "%lld", (long long)row->id);
    json_object_set_new(models, id, model);
}

json_t *notetype_models(const bool wanted[NOTETYPES])
{
    json_t *models = json_object();

    for (int type = 0; type < NOTETYPES; type++)
        if (wanted[type])
            model_add(models, &rows[type]);
    return models;
}
