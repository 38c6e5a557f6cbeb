/* fuzz_manifest - any bytes as a manifest: a sentence, or a lecture that becomes all documents */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/apkg/apkg.h"
#include "stages/assembler/apkg/tsv.h"
#include "stages/assembler/card_prepare.h"
#include "stages/assembler/docx/docx.h"
#include "stages/assembler/html/html.h"
#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/unread_formulas.h"
#include "stages/assembler/manifest_reader.h"
#include "stages/assembler/markdown.h"
#include "stages/assembler/summary_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_documents(struct lecture *lecture)
{
    static void (*const makers[])(const struct lecture *, const struct language *, struct bytes *) = {
        summary_make, docx_make, apkg_make, markdown_make, html_make, tsv_make};
    struct language language;

    language_find(&language, lecture->language);
    cards_prepare(lecture, &language);
    unread_formulas_find(lecture);
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        struct bytes bytes = {.size = 0};

        makers[i](lecture, &language, &bytes);
        must(bytes.size > 0);
        bytes_drop(&bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char jpeg[] = "\xff\xd8\xff\xe0 not really one \xff\xd9";
    const struct picture pictures[] = {{jpeg, sizeof jpeg - 1}, {jpeg, sizeof jpeg - 1}};
    char why[256] = "";
    struct lecture *lecture = manifest_parse(data, size, pictures, 2, why, sizeof why);

    if (lecture == NULL) {
        must(why[0] != '\0' && utf8_valid(why, strlen(why)));
        return 0;
    }
    for (size_t i = 0; i < lecture->slide_count; i++)
        must(lecture->slides[i].number == i + 1);
    make_documents(lecture);
    lecture_free(&lecture);
    must(lecture == NULL);
    return 0;
}
