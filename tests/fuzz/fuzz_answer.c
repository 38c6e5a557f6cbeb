/* fuzz_answer - any bytes as what the model API sends, as the model's answer in it, and as a text layer */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/answer/correction.h"
#include "stages/vision/model/dialect.h"
#include "stages/vision/model/response_classify.h"
#include "stages/lib/text/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CARDS = 3, MAX_LINES = 4096, ASKED = 4096, MAX_NUMBER = 100000000 };

/* A clean answer is what shaping leaves alone. */
static void check_clean(json_t *answer)
{
    const char *why = NULL;
    json_t *again;

    json_object_del(answer, "left_out");
    again = answer_shaped(answer, CARDS, &why);
    must(again != NULL && json_equal(again, answer));
    must(json_array_size(json_object_get(answer, "anki_cards")) <= CARDS);
    json_decref(again);
}

static json_t *clean(void *arg, const json_t *raw, const char **why)
{
    (void)arg;
    return answer_clean(raw, CARDS, why);
}

static void try_judge(long status, const char *body, size_t size)
{
    const struct heard heard = {.status = status, .should_retry = -1, .body = body, .size = size};
    const struct wanted wanted = {.clean = clean};
    struct classification classification;

    response_classify(&heard, &wanted, &classification);
    must((classification.deed == DEED_DONE) == (classification.answer != NULL));
    must(utf8_valid(classification.said.message, strlen(classification.said.message)));
    must(utf8_valid(classification.said.param, strlen(classification.said.param)));
    must(utf8_valid(classification.model, strlen(classification.model)));
    must(classification.meaning < MEANINGS);
    must(dialect_room(classification.said.message, ASKED, true) < MAX_NUMBER);
    must(utf8_valid(classification.detail, strlen(classification.detail)));
    if (classification.answer != NULL)
        check_clean(classification.answer);
    if (classification.spare != NULL)
        check_clean(classification.spare);
    json_decref(classification.answer);
    json_decref(classification.spare);
}

static void try_clean(const char *text, size_t size)
{
    json_t *raw = json_loadb(text, size, 0, NULL), *answer;
    const char *why = NULL;

    if (raw == NULL)
        return;
    answer = answer_clean(raw, CARDS, &why);
    must(answer != NULL || why != NULL);
    if (answer != NULL)
        check_clean(answer);
    json_decref(answer);
    json_decref(raw);
}

/* Whatever comes as corrections, the answer stays one. */
static void try_correct(const char *text, size_t size)
{
    json_t *raw = json_loadb(text, size, 0, NULL), *heard, *answer, *statements, *corrected;
    const char *why = NULL;

    heard = raw == NULL ? NULL : correction_clean(raw, &why);
    json_decref(raw);
    if (heard == NULL)
        return;
    answer = json_pack("{s:[s, s], s:[s], s:[{s:s, s:s}, {s:s, s:s}]}", "explanation", "It has 7.",
                       "It reads.", "key_points", "It is 9.", "anki_cards", "front", "How many?", "back",
                       "98", "front", "A {{c1::pipe}} joins 5.", "back", "");
    raw = answer_clean(answer, CARDS, &why);
    json_decref(answer);
    answer = json_pack("[{s:s, s:i, s:s}, {s:s, s:i, s:s}, {s:s, s:i, s:s}, {s:s, s:i, s:s}]", "where",
                       "explanation", "index", 0, "text", "7", "where", "key_points", "index", 0, "text", "9",
                       "where", "card", "index", 0, "text", "98", "where", "card", "index", 1, "text", "5");
    statements = correction_statements(raw, answer);
    must(json_array_size(statements) == 4);
    corrected = correction_apply(raw, statements, heard);
    check_clean(corrected);
    json_decref(corrected);
    json_decref(statements);
    json_decref(answer);
    json_decref(raw);
    json_decref(heard);
}

static void try_page(const char *text, size_t size)
{
    struct page *page = page_parse(text, size);

    must(page->count <= MAX_LINES);
    for (size_t i = 0; i < page->count; i++)
        must(utf8_valid(page->lines[i].text, strlen(page->lines[i].text)));
    page_has_text(page);
    page_free(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long statuses[] = {200, 400, 401, 404, 429, 500};
    const char *text = (const char *)data;

    if (size == 0)
        return 0;
    try_judge(statuses[data[0] % (sizeof statuses / sizeof *statuses)], text + 1, size - 1);
    try_clean(text + 1, size - 1);
    try_correct(text + 1, size - 1);
    try_page(text + 1, size - 1);
    return 0;
}
