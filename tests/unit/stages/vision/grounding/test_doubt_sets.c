/* test_doubt_sets - which statements about a slide are asked about again, over two sets of them
 *
 * tests/data/answers/doubts-*.tsv. The rules were made with the first set at hand; the second was written
 * afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/grounding/doubt.h"
#include "stages/vision/grounding/grounding.h"

struct counts {
    unsigned wrong, found, harmless, alarms;
};

static struct page *page_of(char *lines)
{
    struct page *page = page_new(1000, 750);
    char *rest = NULL;
    int y = 60;

    for (char *line = strtok_r(lines, "|", &rest); line != NULL; line = strtok_r(NULL, "|", &rest), y += 60)
        page_add(page, &(struct page_line){60, y, 800, 30, 24, false, false, line + strspn(line, " ")});
    return page;
}

static bool is_asked(const char *language, char *lines, const char *where, const char *told)
{
    struct page *page = page_of(lines);
    const struct grounding_sources sources = {.page = page, .language = language, .slide = 3, .slides = 9};
    bool card = strcmp(where, "card") == 0, explains = strcmp(where, "explanation") == 0;
    json_t *answer =
        json_pack("{s:[s], s:[s], s:s, s:s, s:[{s:s, s:s}]}", "explanation", explains ? told : "",
                  "key_points", card || explains ? "" : told, "connections", "", "short_summary", "",
                  "anki_cards", "front", "", "back", card ? told : "");
    bool asked;

    assert_non_null(answer);
    grounding_mark(answer, &sources);
    asked = doubt_of_answer(answer) != DOUBT_NONE;
    json_decref(answer);
    page_free(&page);
    return asked;
}

static struct counts counts_of(const char *path)
{
    struct counts counts = {.wrong = 0};
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;

    assert_non_null(in);
    while (getline(&line, &room, in) > 0) {
        char *rest = NULL, *verdict = strtok_r(line, "\t", &rest), *language = strtok_r(NULL, "\t", &rest),
             *lines = strtok_r(NULL, "\t", &rest), *where = strtok_r(NULL, "\t", &rest),
             *told = strtok_r(NULL, "\n", &rest);
        bool wrong = strcmp(verdict, "yes") == 0, asked;

        assert_non_null(told);
        asked = is_asked(language, lines, where, told);
        counts.wrong += wrong;
        counts.harmless += !wrong;
        counts.found += wrong && asked;
        counts.alarms += !wrong && asked;
        if (wrong != asked)
            print_message("  %s: %s\n", wrong ? "missed" : "asked for nothing", told);
    }
    free(line);
    fclose(in);
    print_message("%s: %u of %u contradictions asked about; %u of %u harmless statements\n", path,
                  counts.found, counts.wrong, counts.alarms, counts.harmless);
    return counts;
}

static void contradictions_are_asked_about_and_little_else(void **state)
{
    static const char *const paths[] = {"tests/data/answers/doubts-1.tsv", "tests/data/answers/doubts-2.tsv"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct counts counts = counts_of(paths[i]);

        assert_true(counts.wrong >= 30 && 30 * (counts.wrong - counts.found) <= counts.wrong);
        assert_true(counts.harmless >= 60 && 10 * counts.alarms <= counts.harmless);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contradictions_are_asked_about_and_little_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
