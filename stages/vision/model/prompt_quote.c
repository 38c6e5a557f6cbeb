/* prompt_quote - see prompt_quote.h */
#include "stages/vision/model/prompt_quote.h"

#include <string.h>

#include "proto/utf8.h"

enum { MAX_TEXT = 12000 };

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

static void quote_lines(FILE *out, const struct page *page)
{
    size_t used = 0, i;

    for (i = 0; i < page->count && used < MAX_TEXT; i++) {
        prompt_quote(out, page->lines[i].text, MAX_TEXT - used);
        used += strlen(page->lines[i].text) + 1;
    }
    if (i < page->count)
        fputs("| [...]\n", out);
}

void prompt_quote_text_layer(FILE *out, const struct page *page)
{
    if (!page_has_text(page)) {
        fputs("\nThe slide has no text layer.\n", out);
        return;
    }
    fputs(page->ocr ? "\nText of the slide as OCR read it in the picture; letters in it may be wrong:\n"
                    : "\nText layer of the slide:\n",
          out);
    quote_lines(out, page);
}
