/* test_topic_overlap - does an answer share anything with its slide? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/vision/grounding/topic_overlap.h"

static void what_is_shared(void **state)
{
    static const struct {
        const char *text, *slide;
        bool shared;
    } rows[] = {
        {"Die Membranen der Zelle", "membrane", true},  /* five letters will do */
        {"The membrane is thin.", "La membrana", true}, /* across languages */
        {"A thin wall", "membrane", false},
        {"It uses DNA.", "DNA", true},        /* abbreviations */
        {"It uses dna.", "DNA", false},       /* in small letters, a word of three */
        {"in 1987", "Founded in 1987", true}, /* numbers of two digits or more */
        {"on page 7", "7", false},
        {"This is which about there", "this which about there", false}, /* words that say nothing */
        {"über diese", "über diese", false},
        {"of it", "of it", false},
        {"细胞膜很薄", "细胞", true}, /* two signs in a row */
        {"细小的包", "细胞", false},
        {"細胞は小さい", "植物の細胞", true},
        {"الخلية صغيرة", "الخلية الحية", true},
        {"תא קטן", "גרעין", false},
        {"ГЕНОМ велик", "геном человека", true},
        {"", "membrane", false},
        {"membrane", "", false},
        {"", "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (topic_overlaps(rows[i].text, rows[i].slide) != rows[i].shared)
            print_message("    \"%s\" and \"%s\"\n", rows[i].text, rows[i].slide);
        assert_int_equal(topic_overlaps(rows[i].text, rows[i].slide), rows[i].shared);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_shared)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
