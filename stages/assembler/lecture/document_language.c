/* document_language - see document_language.h */
#include "stages/assembler/lecture/document_language.h"

#include <stddef.h>
#include <string.h>

#include "stages/assembler/lib/bytes.h"
#include "stages/lib/text/language_tag.h"

void language_find(struct language *language, const char *name)
{
    struct language_tag tag;

    language_tag_find(&tag, name);
    memcpy(language->tag, tag.tag, sizeof language->tag);
    language->rtl = tag.rtl;
    language->font = tag.font;
    language->labels = labels_for(tag.base);
}

char *language_say(const struct language *language, enum label label, unsigned one, unsigned two)
{
    struct bytes text = {0};
    size_t size;

    for (const char *at = language->labels[label]; *at != '\0'; at++) {
        if (at[0] == '%' && (at[1] == '1' || at[1] == '2'))
            bytes_add_format(&text, "%u", *++at == '1' ? one : two);
        else
            bytes_add(&text, at, 1);
    }
    bytes_text(&text);
    return bytes_take(&text, &size);
}
