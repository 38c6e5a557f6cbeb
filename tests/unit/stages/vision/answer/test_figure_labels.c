/* test_figure_labels - which labels of an answer stand on the slide */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/answer/figure_labels.h"

static struct page *page_saying(const char *const *lines)
{
    struct page *page = page_new(1024, 768);

    for (; *lines != NULL; lines++)
        page_add(page, &(struct page_line){.size = 20, .text = (char *)(uintptr_t)*lines});
    return page;
}

static void only_what_stands_on_the_slide_is_a_label(void **state)
{
    static const char *const lines[] = {"A nerve cell",   "• Axon (long)", "Cell",      "body", "Na+ channel",
                                        "総説論文を読む", "Ausführungs-",  "plattform", NULL};
    static const struct {
        const char *sentence, *label;
        int stands;
    } rows[] = {
        {"word for word", "Axon", 1},
        {"capitals and blanks do not matter", "nerve  CELL", 1},
        {"in two lines, one after the other", "Cell body", 1},
        {"parted by a hyphen", "Ausführungsplattform", 1},
        {"a part of a word is not the word", "Axo", 0},
        {"a sign more is another", "Na", 0},
        {"with its sign it is there", "Na+", 1},
        {"where words have no blanks between them", "論文", 1},
        {"what the model thinks should be there", "Dendrite", 0},
    };
    struct page *page = page_saying(lines);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *answer = json_pack("{s:[s]}", "labels", rows[i].label);

        print_message("  %s\n", rows[i].sentence);
        figure_labels_settle(answer, page);
        assert_int_equal(json_array_size(json_object_get(answer, "labels")), rows[i].stands);
        json_decref(answer);
    }
    page_free(&page);
}

static void those_that_stand_keep_their_order(void **state)
{
    static const char *const lines[] = {"Dendrite", "Axon", "Soma", NULL};
    struct page *page = page_saying(lines);
    json_t *answer = json_pack("{s:[s, s, s, s]}", "labels", "Soma", "Myelin", "Axon", "Dendrite");
    char *text;

    (void)state;
    figure_labels_settle(answer, page);
    text = json_dumps(json_object_get(answer, "labels"), JSON_COMPACT);
    assert_string_equal(text, "[\"Soma\",\"Axon\",\"Dendrite\"]");
    free(text);
    json_decref(answer);
    page_free(&page);
}

static void without_a_text_layer_there_are_none(void **state)
{
    static const char *const lines[] = {NULL};
    struct page *page = page_saying(lines);
    json_t *answer = json_pack("{s:[s]}", "labels", "Axon");

    (void)state;
    figure_labels_settle(answer, page);
    assert_int_equal(json_array_size(json_object_get(answer, "labels")), 0);
    json_decref(answer);
    page_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_stands_on_the_slide_is_a_label),
        cmocka_unit_test(those_that_stand_keep_their_order),
        cmocka_unit_test(without_a_text_layer_there_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
