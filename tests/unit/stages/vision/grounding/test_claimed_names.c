/* test_claimed_names - names of people and places that the slide does not know */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/vision/grounding/claimed_names.h"
#include "tests/unit/stages/vision/grounding/claims.h"

static void check(const char *known, const char *text, const char *wanted)
{
    struct plain_chars *chars = plain_chars_of(text);
    struct claims claims = {.text = text, .chars = chars};

    names_check(known, text, chars, add_claim, &claims);
    if (strcmp(claims.found, wanted) != 0)
        print_message("    \"%s\" beside \"%s\"\n", text, known);
    assert_string_equal(claims.found, wanted);
    plain_chars_free(&chars);
}

static void names_nobody_knows(void **state)
{
    (void)state;
    check(" cell wall ", "It was found by Robert Hooke in a cork.", "Robert Hooke");
    check(" cell wall ", "It was found by Jean-Luc O'Neill, and named by Émile Zola.",
          "Jean-Luc O'Neill|Émile Zola");
    check(" клетка ", "Её открыл Роберт Гук.", "Роберт Гук");
}

static void one_known_word_vouches_for_a_name(void **state)
{
    (void)state;
    check(" hooke 1665 ", "It was found by Robert Hooke.", "");
    check(" robertson ", "It was found by Robert Hooke.", ""); /* all but its ending */
    check(" cnn ", "They are called Convolutional Neural Networks by all.", "");
}

static void what_is_no_name(void **state)
{
    (void)state;
    check(" cell ", "Robert Hooke found it.", ""); /* the beginning of a sentence */
    check(" cell ", "It ends. Robert Hooke found it.", "");
    check(" cell ", "It was found by Hooke.", "");                /* one word */
    check(" cell ", "It speaks HTTP Over TLS via LaTeX.", "");    /* no names of people */
    check(" cell ", "by One Two Three Four Five Six Seven.", ""); /* a title */
    check(" cell ", "它是由 罗伯特 胡克 发现的", "");
    check(" cell ", "الخلية الحية", "");
    check(" cell ", "", "");
}

static void words_that_two_texts_share(void **state)
{
    (void)state;
    assert_int_equal(names_overlap(" membrane proteins ", "Membranes of protein, and water"), 66);
    assert_int_equal(names_overlap(" membrane ", "die Zelle und ihre Hülle"), 0);
    assert_int_equal(names_overlap(" membrane ", "a of it"), 0);
    assert_int_equal(names_overlap("", ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_nobody_knows),
        cmocka_unit_test(one_known_word_vouches_for_a_name),
        cmocka_unit_test(what_is_no_name),
        cmocka_unit_test(words_that_two_texts_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
