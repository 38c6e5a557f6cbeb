/* sample - a lecture of one explained slide, read from a manifest as the supervisor writes it */
#ifndef TESTS_UNIT_STAGES_ASSEMBLER_SAMPLE_H
#define TESTS_UNIT_STAGES_ASSEMBLER_SAMPLE_H

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/card_prepare.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/manifest_reader.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const unsigned char sample_jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 'p', 'i', 'c', 't', 'u', 'r', 'e'};

/* What strangers may write that some reader of some output would obey. */
static const char *const sample_hostile[] = {
    "</w:t></w:r></w:p></script><script>alert(1)</script>]]><!--",
    "\" onload='x' &lt;b&gt; &amp; <img src=x onerror=alert(1)>",
    "{{Front}} }}::{{ [sound:x.mp3] [latex]y[/latex] \t| a | b |",
    "[x](javascript:alert(1)) ![p](https://a.example/p.png) <https://a.example>",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 C++ (\u0645\u0647\u0645\u0629) \u05d0\u05d1\u05d2",
    "\u64cd\u4f5c\u7cfb\u7edf\u306e\u30e1\u30e2\u30ea \U0001f40d \U00020000",
    "=cmd|'/c calc'!A0 @SUM(1) #a \\(\\href{javascript:x}{y}\\)",
};

/* An answer that says these words in each of its parts, on a plain card and behind a gap. */
static inline json_t *sample_answer(const char *words)
{
    json_t *answer = json_pack(
        "{s:s, s:[s], s:[s], s:s, s:s, s:[{s:s, s:s+, s:s, s:s}, {s:s, s:s++, s:s, s:s}]}", "title", words,
        "explanation", words, "key_points", words, "connections", words, "short_summary", words, "anki_cards",
        "type", "basic", "front", "What is it? ", words, "back", words, "concept", "basic", "type", "cloze",
        "front", "It is {{c1::this}}: ", words, ".", "back", words, "concept", "cloze");

    must(answer != NULL);
    return answer;
}

static inline json_t *sample_slide(unsigned number, json_t *answer)
{
    json_t *slide =
        json_pack("{s:i, s:s, s:i, s:i, s:i, s:i, s:s, s:s, s:n, s:o, s:i, s:i, s:i}", "slide", (int)number,
                  "outcome", "explained", "picture", 1, "width", 64, "height", 48, "degraded", 0, "code", "",
                  "detail", "", "layer", "answer", answer, "input_tokens", 1, "output_tokens", 2, "calls", 1);

    must(slide != NULL);
    return slide;
}

/* takes slides. All show the same picture. The caller frees (lecture_free). */
static inline struct lecture *sample_lecture(const char *title, const char *language, json_t *slides)
{
    static const struct picture picture = {sample_jpeg, sizeof sample_jpeg};
    json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:i, s:o}", "job", "job-1", "filename",
                             "x.pdf", "title", title, "language", language, "engine", "openai", "model", "m",
                             "created_ms", (json_int_t)1764000000000, "repaired", 0, "slides", slides);
    char *json = json_dumps(root, 0), why[256];
    struct lecture *lecture;

    must(json != NULL);
    lecture = manifest_parse(json, strlen(json), &picture, 1, why, sizeof why);
    must(lecture != NULL);
    free(json);
    json_decref(root);
    return lecture;
}

/* One slide that says these words; its cards are ready to be written. */
static inline struct lecture *sample_of(const char *words, const char *name, struct language *language)
{
    struct lecture *lecture =
        sample_lecture(words, name, json_pack("[o]", sample_slide(1, sample_answer(words))));

    language_find(language, name);
    cards_prepare(lecture, language);
    return lecture;
}

/* An answer of a quarter of a megabyte. The caller frees. */
static inline char *sample_huge(void)
{
    enum { SIZE = 1 << 18 };
    char *words = need(SIZE + 1);

    memset(words, 'W', SIZE);
    for (size_t i = 99; i < SIZE; i += 100)
        words[i] = ' ';
    words[SIZE - 1] = 'W';
    words[SIZE] = '\0';
    return words;
}

#endif
