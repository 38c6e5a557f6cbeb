/* fuzz_card - any answer on a card: nothing of it acts, elements nest, gaps open and close, lists are lists
 *
 * Input: front, back and a sentence of the explanation, parted by NUL.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/apkg/note.h"
#include "stages/assembler/cards/card_extra.h"
#include "stages/assembler/cards/list_cloze.h"
#include "stages/assembler/cards/previous_cards.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich_gap.h"
#include "stages/assembler/rich/rich_html.h"
#include "stages/lib/text/cloze.h"

enum { MAX_DEPTH = 64, MAX_NAME = 12 };

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        count++;
    return count;
}

static void check_elements(const char *html)
{
    char open[MAX_DEPTH][MAX_NAME];
    size_t depth = 0;

    for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
        bool closing = at[1] == '/';
        const char *name = at + 1 + closing;
        size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz");

        must(size > 0 && size < MAX_NAME && strchr(at, '>') != NULL);
        if (closing) {
            must(depth > 0 && strlen(open[depth - 1]) == size && strncmp(open[depth - 1], name, size) == 0);
            depth--;
        } else if (strncmp(name, "br>", 3) != 0) {
            must(depth < MAX_DEPTH);
            memcpy(open[depth], name, size);
            open[depth++][size] = '\0';
        }
    }
    must(depth == 0);
}

static void check_card(const char *text, enum rich_mode mode)
{
    struct pool *pool = pool_new();
    struct bytes html = {0}, page = {0}, stripped = {0};
    const struct rich *rich = rich_parse(pool, text, mode);
    const char *written;

    rich_html(rich, RICH_CARD, false, &html);
    rich_html(rich, RICH_PAGE, true, &page);
    written = bytes_text(&html);
    check_elements(written);
    must(strstr(written, "[sound:") == NULL && strstr(written, "[latex]") == NULL &&
         strstr(written, "[anki:") == NULL);
    must(count_of(written, "{{c") == count_of(written, "}}") &&
         count_of(written, "{{") == count_of(written, "}}"));
    must(mode == RICH_CLOZE || strstr(written, "{{") == NULL);
    must(!rich_has_gap(rich) || strstr(written, "{{c") != NULL); /* a note has a card */
    must(count_of(written, "\\(") == count_of(written, "\\)") &&
         count_of(written, "\\[") + count_of(written, "\\&#91;") == count_of(written, "\\]"));
    note_add_stripped(&stripped, written);
    bytes_drop(&stripped);
    bytes_drop(&page);
    bytes_drop(&html);
    pool_free(&pool);
}

static void check_listing(const char *front, const char *back)
{
    char *text = list_cloze_text(front, back);

    must(text == NULL || cloze_valid(text));
    free(text);
}

static void check_extra(const char *front, const char *back, const char *sentence)
{
    const char *items[] = {sentence};
    struct card card = {.front = front, .back = back};
    struct answer answer = {
        .summary = back, .explanation = {items, 1}, .points = {NULL, 0}, .cards = &card, .card_count = 1};
    struct pool *pool = pool_new();

    card_extra_find(&answer, pool);
    must(strstr(sentence, card.extra) != NULL || strcmp(card.extra, back) == 0);
    pool_free(&pool);
}

static void check_match(const char *front, const char *back, const char *sentence)
{
    struct likeness here[] = {{front, back, sentence, back, false}, {front, "", back, front, true}},
                    there[] = {{front, back, back, sentence, false}, {"", sentence, front, back, true}};
    long mates[2];

    previous_match(here, 2, there, 2, mates);
    must(mates[0] != 1 && mates[1] != 0); /* neither has gaps where the other has none */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *texts[3] = {"", "", ""};
    char *copy = need(size + 4), *at = copy;

    for (size_t i = 0; i < 3; i++) {
        size_t part = strnlen((const char *)data, size);

        texts[i] = at;
        at += text_clean(at, (const char *)data, part) + 1;
        data += part < size ? part + 1 : part;
        size -= part < size ? part + 1 : part;
    }
    check_card(texts[0], RICH_CLOZE);
    check_card(texts[0], RICH_BLOCKS);
    check_card(texts[1], RICH_LINE);
    check_listing(texts[0], texts[1]);
    check_extra(texts[0], texts[1], texts[2]);
    check_match(texts[0], texts[1], texts[2]);
    free(copy);
    return 0;
}
