/* test_language_tag - languages by any name */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/lib/text/language_tag.h"

static void languages_are_known_by_any_name(void **state)
{
    static const struct {
        const char *name, *english, *tag, *base;
    } rows[] = {
        {"Spanish", "Spanish", "es-ES", "es-ES"},
        {"español", "Spanish", "es-ES", "es-ES"},
        {"ENGLISH", "English", "en-US", "en-US"},
        {"es", "Spanish", "es-ES", "es-ES"},
        {"es-MX", "Spanish (Mexico)", "es-MX", "es-ES"},
        {"es_419", "Spanish (Latin America)", "es-419", "es-ES"},
        {"de-XX", "German (XX)", "de-XX", "de-DE"},
        {"pt-BR", "Portuguese (Brazil)", "pt-BR", "pt-BR"},
        {"pt", "Portuguese", "pt-PT", "pt-PT"},
        {"zh_TW", "Chinese (traditional characters)", "zh-TW", "zh-TW"},
        {"zh-Hant-HK", "Chinese (traditional characters)", "zh-Hant-HK", "zh-TW"},
        {"zh-CN", "Chinese (simplified characters)", "zh-CN", "zh-CN"},
        {"中文", "Chinese (simplified characters)", "zh-CN", "zh-CN"},
        {"日本語", "Japanese", "ja-JP", "ja-JP"},
        {"iw", "Hebrew", "he-IL", "he-IL"},
        {"Mexican Spanish, informal", "Mexican Spanish, informal", "es-ES", "es-ES"},
        {"Brazilian Portuguese", "Brazilian Portuguese", "pt-BR", "pt-BR"},
        {"Klingon", "Klingon", "", ""},
        {"tlh", "tlh", "tlh", ""},
        {"xx-YY", "xx-YY", "xx-YY", ""},
        {"", "", "", ""},
    };
    struct language_tag found;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("  %s\n", rows[i].name);
        language_tag_find(&found, rows[i].name);
        assert_string_equal(found.english, rows[i].english);
        assert_string_equal(found.tag, rows[i].tag);
        assert_string_equal(found.base, rows[i].base);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(languages_are_known_by_any_name)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
