/* test_artifact - which words name outputs, and which outputs are made whatever is asked for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/artifact.h"

static void words_become_a_set(void **state)
{
    static const struct {
        const char *words;
        uint32_t outputs;
    } rows[] = {
        {"", 0},
        {"md", 1 << ARTIFACT_MD},
        {"md,html,tsv", 1 << ARTIFACT_MD | 1 << ARTIFACT_HTML | 1 << ARTIFACT_TSV},
        {"tsv,md", 1 << ARTIFACT_MD | 1 << ARTIFACT_TSV},
        {"md,md", 1 << ARTIFACT_MD},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t outputs = UINT32_MAX;

        assert_true(artifact_set(&outputs, rows[i].words, strlen(rows[i].words)));
        assert_int_equal(outputs, rows[i].outputs);
    }
}

static void unknown_words_are_refused(void **state)
{
    static const char *const rows[] = {",", ",md", "md,,html", "pdf", "MD", " md", "md html", "mdx", "m"};
    uint32_t outputs;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (artifact_set(&outputs, rows[i], strlen(rows[i])))
            fail_msg("taken: %s", rows[i]);
    assert_false(artifact_set(&outputs, "md\0", 3)); /* the size counts, not a NUL */
    assert_true(artifact_set(&outputs, "mdx", 2));
    assert_int_equal(outputs, 1 << ARTIFACT_MD);
}

static void three_are_made_always_the_others_when_asked_for(void **state)
{
    (void)state;
    assert_int_equal(artifact_count(0), 3);
    assert_true(artifact_made(0, ARTIFACT_SUMMARY) && artifact_made(0, ARTIFACT_DOCX) &&
                artifact_made(0, ARTIFACT_APKG));
    assert_false(artifact_made(0, ARTIFACT_MD));
    assert_true(artifact_made(1 << ARTIFACT_MD, ARTIFACT_MD));
    assert_int_equal(artifact_count(UINT32_MAX), ARTIFACTS); /* bits of no artifact count for nothing */
    assert_false(artifact_made(UINT32_MAX, ARTIFACTS));
}

static void rows_are_found_by_their_word_and_differ(void **state)
{
    (void)state;
    assert_int_equal(artifact_of("pdf"), ARTIFACTS);
    assert_int_equal(artifact_of(""), ARTIFACTS);
    for (unsigned n = 0; n < ARTIFACTS; n++) {
        assert_int_equal(artifact_of(artifact_word(n)), n);
        for (unsigned other = 0; other < n; other++) {
            assert_string_not_equal(artifact_file(n), artifact_file(other));
            assert_string_not_equal(artifact_link(n), artifact_link(other));
        }
        assert_non_null(strchr(artifact_type(n), '/'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_a_set),
        cmocka_unit_test(unknown_words_are_refused),
        cmocka_unit_test(three_are_made_always_the_others_when_asked_for),
        cmocka_unit_test(rows_are_found_by_their_word_and_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
