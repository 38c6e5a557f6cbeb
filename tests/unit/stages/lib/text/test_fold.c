/* test_fold - texts that are alike, and texts with gaps */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/lib/text/cloze.h"
#include "stages/lib/text/fold.h"

static void texts_are_folded(void **state)
{
    static const struct {
        const char *text, *folded, *question;
    } rows[] = {
        {"  What is  a `Page`? ", "what is a page", "what is a page"},
        {"ÄÖÜ ÉTÉ", "äöü été", "äöü été"},
        {"ПРИВЕТ, Ёж", "привет ёж", "привет ёж"},
        {"ΑΒΓ", "αβγ", "αβγ"},
        {"Ａｌｌ　ｗｉｄｅ！", "all wide", "all wide"},
        {"What is C++?", "what is c", "what is c++"},
        {"What is C#?", "what is c", "what is c#"},
        {"f(-1)", "f 1", "f -1"},
        {"「分页」是什么？", "分页 是什么", "分页 是什么"},
        {"soft\xc2\xadhyphen", "softhyphen", "softhyphen"},
        {"?!", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *folded = fold(rows[i].text), *question = fold_question(rows[i].text);

        assert_string_equal(folded, rows[i].folded);
        assert_string_equal(question, rows[i].question);
        free(folded);
        free(question);
    }
}

static void gaps_are_found(void **state)
{
    static const struct {
        const char *text, *inner; /* of the first gap; NULL: there is none */
        int valid, meant;
    } rows[] = {
        {"The {{c1::heap}} grows", "heap", 1, 1},
        {"P = {{c2::\\frac{n}{k}}}", "\\frac{n}{k}", 1, 1},
        {"{{c1::a}} and {{c1::b}}", "a", 1, 1},
        {"{{c1::alone}}", "alone", 0, 1},
        {"The {{c1::heap} grows", NULL, 0, 1},
        {"The {{c0::heap}} grows", NULL, 0, 1},
        {"The {{c1::}} grows", "", 0, 1},
        {"{{count}} of them", NULL, 0, 0},
        {"no gap", NULL, 0, 0},
    };
    struct cloze gap;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int found = cloze_next(rows[i].text, 0, &gap);

        print_message("  %s\n", rows[i].text);
        assert_int_equal(found, rows[i].inner != NULL);
        if (found) {
            assert_int_equal(gap.inner_size, strlen(rows[i].inner));
            assert_memory_equal(rows[i].text + gap.inner, rows[i].inner, gap.inner_size);
        }
        assert_int_equal(cloze_valid(rows[i].text), rows[i].valid);
        assert_int_equal(cloze_meant(rows[i].text), rows[i].meant);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_folded),
        cmocka_unit_test(gaps_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
