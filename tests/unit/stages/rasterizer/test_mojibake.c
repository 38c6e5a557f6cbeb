/* test_mojibake - text whose bytes of UTF-8 were taken for Windows-1252, and text that only looks like it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/utf8.h"
#include "stages/rasterizer/mojibake.h"

static void check(const char *text, const char *wanted)
{
    uint32_t c[256];
    char got[1024];
    size_t size = strlen(text), count = 0, used = 0;

    for (size_t at = 0; at < size;)
        at += utf8_next(text + at, size - at, &c[count++]);
    count = mojibake_mend(c, count);
    for (size_t i = 0; i < count; i++)
        used += utf8_put(got + used, c[i]);
    got[used] = '\0';
    assert_string_equal(got, wanted);
}

static void bytes_become_the_characters_they_were(void **state)
{
    (void)state;
    check("Ã¼ber", "über");
    check("GrÃ¶ÃŸe", "Größe");
    check("itâ€™s â€œquotedâ€\xc2\x9d", "it’s “quotedâ€\xc2\x9d"); /* the last byte has no character */
    check("1â€“2 â€¢", "1–2 •");
    check("25Â°", "25°");
    check("Å‚", "ł");
    check("Ä‡", "ć");
}

static void what_may_be_meant_stays(void **state)
{
    (void)state;
    check("ÂŠ", "ÂŠ"); /* no letter of Latin-1 */
    check("Ã", "Ã");
    check("Ã a", "Ã a");
    check("SÃO PAULO", "SÃO PAULO");
    check("Âge", "Âge");
    check("Åš", "Åš"); /* a letter behind a letter */
    check("â€", "â€");
    check("漢字 שלום قلب", "漢字 שלום قلب");
    check("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_become_the_characters_they_were),
                                       cmocka_unit_test(what_may_be_meant_stays)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
