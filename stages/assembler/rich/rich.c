/* rich - what can be asked of a formatted text, see rich.h; rich_parse.c reads it */
#include "stages/assembler/rich/rich.h"

#include "stages/assembler/lib/text.h"

static void words_count(struct text_words *words, const struct spans *spans)
{
    for (size_t i = 0; i < spans->count; i++)
        if (spans->item[i].kind == SPAN_TEXT)
            text_count_words(words, spans->item[i].text);
}

bool spans_rtl(const struct spans *spans, bool document_rtl)
{
    struct text_words words = {0};

    words_count(&words, spans);
    return text_words_rtl(&words, document_rtl);
}

bool rich_rtl(const struct rich *rich, bool document_rtl)
{
    struct text_words words = {0};

    for (size_t i = 0; i < rich->count; i++) {
        const struct block *block = &rich->blocks[i];

        words_count(&words, &block->spans);
        for (size_t cell = 0; cell < block->rows * block->columns; cell++)
            words_count(&words, &block->cells[cell]);
    }
    return text_words_rtl(&words, document_rtl);
}

bool span_looks(const struct span *one, const struct span *other)
{
    return one->bold == other->bold && one->italic == other->italic && one->strike == other->strike;
}

static void spans_doubts(const struct spans *spans, void (*on_formula)(void *arg, const char *tex), void *arg)
{
    for (size_t i = 0; i < spans->count; i++)
        if (spans->item[i].doubt)
            on_formula(arg, spans->item[i].text);
}

void rich_doubts(const struct rich *rich, void (*on_formula)(void *arg, const char *tex), void *arg)
{
    for (size_t i = 0; i < rich->count; i++) {
        const struct block *block = &rich->blocks[i];

        spans_doubts(&block->spans, on_formula, arg);
        for (size_t k = 0; k < block->rows * block->columns; k++)
            spans_doubts(&block->cells[k], on_formula, arg);
    }
}
