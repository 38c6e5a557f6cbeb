/* content - see content.h */
#include "stages/vision/model/content.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/fold.h"
#include "stages/vision/answer/lenient_json.h"

/* TRIES: values looked at in one text; SCANNED: bytes read for them, so that a text of braces costs no
 * minutes. NESTED: JSON inside a string inside a string. */
enum { TRIES = 400, SCANNED = 64 << 20, NESTED = 3, MAX_REFUSAL = 600, PROSE_WORDS = 10 };

typedef json_t *clean_fn(void *arg, const json_t *raw, const char **why);

struct search {
    clean_fn *clean;
    void *arg;
    struct content found;
    unsigned tries;
    size_t scanned;
};

/* What ends thinking aloud. */
static const char *const thought_ends[] = {
    "</think>",
    "</thinking>",
    "</thought>",
    "</thoughts>",
    "</reasoning>",
    "</reason>",
    "</reflection>",
    "</analysis>",
    "</scratchpad>",
    "</seed:think>",
    "◁/think▷",
    "[/THINK]",
    "<|/think|>",
    "<|end_of_thought|>",
    "<|channel|>final<|message|>",
    "assistantfinal",
    "[BEGIN FINAL RESPONSE]",
};

static size_t thought_end(const char *text)
{
    size_t end = 0;

    for (size_t i = 0; i < sizeof thought_ends / sizeof *thought_ends; i++)
        for (const char *at = text; (at = strcasestr(at, thought_ends[i])) != NULL;) {
            at += strlen(thought_ends[i]);
            if ((size_t)(at - text) > end)
                end = (size_t)(at - text);
        }
    return end;
}

static void search_text(struct search *s, const char *text, size_t size, unsigned nested);

/* A whole answer counts before a cut one, a later one before an earlier one. */
static void keep(struct search *s, json_t *answer, bool cut)
{
    if (s->found.answer != NULL && cut && !s->found.cut) {
        json_decref(answer);
        return;
    }
    json_decref(s->found.answer);
    s->found.answer = answer;
    s->found.cut = cut;
}

static void try_value(struct search *s, const json_t *value, bool cut, unsigned nested)
{
    const char *why = NULL;
    json_t *answer;

    if (json_is_string(value)) {
        if (nested < NESTED)
            search_text(s, json_string_value(value), json_string_length(value), nested + 1);
        return;
    }
    answer = s->clean(s->arg, value, &why);
    if (answer != NULL) {
        keep(s, answer, cut);
        return;
    }
    s->found.json = s->found.json || json_object_size(value) > 0;
    s->found.torn = s->found.torn || (cut && json_object_size(value) > 0);
    if (json_object_size(value) > 0 || s->found.why == NULL)
        s->found.why = why;
}

/* Tries the value that begins here. Returns where to look on. */
static size_t try_at(struct search *s, const char *text, size_t size, size_t at, unsigned nested)
{
    size_t end;
    bool cut;
    json_t *value = lenient_json_read(text + at, size - at, &end, &cut);

    s->tries++;
    s->scanned += end;
    if (value != NULL)
        try_value(s, value, cut, nested);
    json_decref(value);
    return value != NULL && !cut ? at + end : at + 1;
}

static size_t first_of(const char *text, size_t size, size_t at)
{
    while (at < size && memchr(" \t\r\n", text[at], 4) != NULL)
        at++;
    return at;
}

static void search_text(struct search *s, const char *text, size_t size, unsigned nested)
{
    size_t first = first_of(text, size, 0);

    for (size_t at = first; at < size && s->tries < TRIES && s->scanned < SCANNED;) {
        if (text[at] == '{' || text[at] == '[' || (text[at] == '"' && at == first))
            at = try_at(s, text, size, at, nested);
        else
            at++;
    }
}

/* {\"title\": ... : the inside of a JSON string without its quotation marks. */
static void search_escaped(struct search *s, const char *text, size_t size)
{
    const char *from = strchr(text, '{');
    char *quoted;

    if (from == NULL || from[1 + strspn(from + 1, " \t\r\nn\\")] != '"' || strstr(from, "\\\"") == NULL)
        return;
    size -= (size_t)(from - text);
    quoted = need(size + 3);
    quoted[0] = '"';
    memcpy(quoted + 1, from, size);
    memcpy(quoted + 1 + size, "\"", 2);
    search_text(s, quoted, size + 2, 0);
    free(quoted);
}

struct content content_find(const json_t *source, clean_fn *clean, void *arg)
{
    struct search s = {.clean = clean, .arg = arg};
    const char *text = json_string_value(source);
    size_t size = json_string_length(source), behind;

    if (text == NULL) {
        try_value(&s, source, false, 0);
        return s.found;
    }
    behind = thought_end(text);
    search_text(&s, text + behind, size - behind, 0);
    if (s.found.answer == NULL && behind > 0)
        search_text(&s, text, size, 0);
    if (s.found.answer == NULL && !s.found.json)
        search_escaped(&s, text, size);
    if (s.found.answer == NULL && s.found.why == NULL)
        s.found.why = "it is not JSON";
    return s.found;
}

/* ---- prose ---- */

/* More than a greeting: sentences, and nothing that was meant to be JSON or a question to whoever asked. */
static bool is_substantial(const char *text)
{
    size_t words = 0;
    unsigned wide = 0;

    for (const char *at = text; *at != '\0'; at++) {
        words += at[0] == ' ' && at[1] > ' ';
        wide += (unsigned char)*at >= 0xe3 && (unsigned char)*at <= 0xed; /* CJK has no blanks */
    }
    return (words >= PROSE_WORDS || wide >= 2 * PROSE_WORDS) && strpbrk(text, "{}") == NULL &&
           strstr(text, "\":") == NULL;
}

static void add_paragraph(json_t *list, const char *from, size_t size)
{
    json_t *text = json_stringn(from, size);

    if (text != NULL && size > 0)
        json_array_append(list, text);
    json_decref(text);
}

json_t *content_prose(const char *text)
{
    const char *from = text + thought_end(text), *end;
    json_t *list;

    if (!is_substantial(from) || content_refuses(from))
        return NULL;
    list = json_array();
    for (; (end = strstr(from, "\n\n")) != NULL; from = end + 2)
        add_paragraph(list, from, (size_t)(end - from));
    add_paragraph(list, from, strlen(from));
    return json_pack("{s:b, s:o}", "prose", 1, "explanation", list);
}

/* ---- refusals ---- */

/* How they begin. */
static const char *const refusals[] = {
    /* English */
    "i m sorry but i can t",
    "i m sorry but i cannot",
    "i m sorry but i m not able",
    "i m sorry but i m unable",
    "i m sorry i can t",
    "i m sorry i cannot",
    "i m sorry i won t",
    "i am sorry but i can",
    "i am sorry i can",
    "sorry but i can t",
    "sorry but i cannot",
    "sorry i can t",
    "sorry i cannot",
    "i apologize but i can",
    "i apologize but i m",
    "i can t assist",
    "i can t help with",
    "i can t comply",
    "i can t process this",
    "i cannot assist",
    "i cannot help with",
    "i cannot comply",
    "i cannot fulfill",
    "i can t fulfill",
    "i cannot process this",
    "i m not able to assist",
    "i m not able to help",
    "i m unable to assist",
    "i m unable to help",
    "i am unable to assist",
    "i am unable to help",
    "i am not able to assist",
    "i am not able to help",
    "i must decline",
    "i won t be able to help",
    "i won t be able to assist",
    "unfortunately i can t assist",
    "unfortunately i cannot assist",
    /* Spanish */
    "lo siento pero no puedo",
    "lo siento no puedo",
    "lo lamento pero no puedo",
    "no puedo ayudar",
    "no puedo ayudarte",
    "no puedo asistir",
    "disculpa pero no puedo",
    /* German */
    "es tut mir leid aber ich kann",
    "tut mir leid aber ich kann",
    "tut mir leid ich kann",
    "es tut mir leid ich kann",
    "entschuldigung aber ich kann",
    "entschuldigung ich kann",
    "leider kann ich dabei nicht helfen",
    "dabei kann ich nicht helfen",
    "ich kann dabei nicht helfen",
    "ich kann ihnen dabei nicht helfen",
    /* French */
    "je suis desole mais je ne peux pas",
    "je suis désolé mais je ne peux pas",
    "je suis desolee mais je ne peux pas",
    "je suis désolé je ne peux pas",
    "désolé mais je ne peux pas",
    "désolé je ne peux pas",
    "desole mais je ne peux pas",
    "je ne peux pas vous aider",
    "je ne peux pas aider",
    /* Italian */
    "mi dispiace ma non posso",
    "mi dispiace non posso",
    "non posso aiutarti",
    /* Portuguese */
    "desculpe mas não posso",
    "desculpe não posso",
    "sinto muito mas não posso",
    "lamento mas não posso",
    "desculpe mas nao posso",
    /* Dutch, Polish */
    "het spijt me maar ik kan",
    "sorry maar ik kan",
    "przykro mi ale nie mogę",
    "przepraszam ale nie mogę",
    /* Russian */
    "извините но я не могу",
    "извините я не могу",
    "к сожалению я не могу",
    /* Chinese, Japanese, Korean */
    "抱歉",
    "很抱歉",
    "对不起",
    "對不起",
    "申し訳",
    "すみませんが",
    "죄송",
};

bool content_refuses(const char *text)
{
    const char *from = text + thought_end(text);
    char *folded;
    bool refuses = false;

    if (strlen(from) > MAX_REFUSAL || strpbrk(from, "{[") != NULL)
        return false;
    folded = fold(from);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals && !refuses; i++) {
        char *begin = fold(refusals[i]);

        refuses = strncmp(folded, begin, strlen(begin)) == 0;
        free(begin);
    }
    free(folded);
    return refuses;
}
