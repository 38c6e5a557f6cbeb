/* fuzz_answer - any bytes as what the model API sends, as the model's answer in it, and as a text layer */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/answer.h"
#include "stages/vision/dialect.h"
#include "stages/vision/judge.h"
#include "stages/vision/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CARDS = 3, LINES_MOST = 4096, ASKED = 4096, NUMBER_MOST = 100000000 };

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
    struct judgement judgement;

    judge_heard(&heard, &wanted, &judgement);
    must((judgement.deed == DEED_DONE) == (judgement.answer != NULL));
    must(utf8_valid(judgement.said.message, strlen(judgement.said.message)));
    must(utf8_valid(judgement.said.param, strlen(judgement.said.param)));
    must(utf8_valid(judgement.model, strlen(judgement.model)));
    must(judgement.meaning < MEANINGS);
    must(dialect_room(judgement.said.message, ASKED, true) < NUMBER_MOST);
    must(utf8_valid(judgement.detail, strlen(judgement.detail)));
    if (judgement.answer != NULL)
        check_clean(judgement.answer);
    if (judgement.spare != NULL)
        check_clean(judgement.spare);
    json_decref(judgement.answer);
    json_decref(judgement.spare);
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

static void try_page(const char *text, size_t size)
{
    struct page *page = page_parse(text, size);

    must(page->count <= LINES_MOST);
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
    try_page(text + 1, size - 1);
    return 0;
}
