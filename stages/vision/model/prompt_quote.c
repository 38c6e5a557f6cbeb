/* prompt_quote - see prompt_quote.h */
#include "stages/vision/model/prompt_quote.h"

#include <string.h>

#include "proto/utf8.h"

void prompt_quote(FILE *out, const char *text, size_t max)
{
    size_t size = utf8_cut(text, strlen(text), max);

    fputs("| ", out);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\n')
            fputs("\n| ", out);
        else
            putc(c < ' ' || c == 0x7f ? ' ' : c, out);
    }
    fputs(size < strlen(text) ? " [...]\n" : "\n", out);
}

void prompt_quote_page(FILE *out, const struct page *page, size_t max)
{
    size_t used = 0, i;

    for (i = 0; i < page->count && used < max; i++) {
        prompt_quote(out, page->lines[i].text, max - used);
        used += strlen(page->lines[i].text) + 1;
    }
    if (i < page->count)
        fputs("| [...]\n", out);
}
