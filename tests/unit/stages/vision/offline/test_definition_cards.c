/* test_definition_cards - flashcards from what a slide itself defines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/offline/definition_cards.h"

/* The fronts and backs that these texts give, "front>back|". */
static void check(const char *title, const char *const *texts, size_t count, enum card_style style,
                  unsigned max, const char *wanted)
{
    struct item items[16] = {0};
    struct layout layout = {.title = (char *)title, .items = items, .count = count};
    json_t *cards, *card;
    char got[2048] = "";
    size_t i;

    for (i = 0; i < count; i++)
        items[i] = (struct item){.text = (char *)texts[i], .kind = ITEM_TEXT, .listed = true};
    cards = definition_cards_of_layout(&layout, offline_phrases_find("en"), style, max);
    json_array_foreach(cards, i, card)
    {
        strcat(got, json_string_value(json_object_get(card, "front")));
        strcat(got, ">");
        strcat(got, json_string_value(json_object_get(card, "back")));
        strcat(got, "|");
    }
    if (strcmp(got, wanted) != 0)
        print_message("    %s\n", got);
    assert_string_equal(got, wanted);
    json_decref(cards);
}

static void a_definition_becomes_a_question(void **state)
{
    static const char *const texts[] = {"Osmosis: the movement of water through a membrane", "See chapter 4",
                                        "Why: because"};

    (void)state;
    check("", texts, 3, CARDS_BASIC, 5, "What is \"Osmosis\"?>the movement of water through a membrane|");
    check("", texts, 3, CARDS_BASIC, 0, "");
}

static void or_a_gap(void **state)
{
    static const char *const texts[] = {"Osmosis: the movement of water through a membrane",
                                        "A {{c1::trick}}: the movement of water through a membrane"};

    (void)state;
    check("", texts, 2, CARDS_CLOZE, 5, "{{c1::Osmosis}}: the movement of water through a membrane>|");
}

static void the_same_term_asks_once(void **state)
{
    static const char *const texts[] = {"Osmosis: the movement of water through a membrane",
                                        "Osmosis: the movement of water through a membrane"};

    (void)state;
    check("", texts, 2, CARDS_BASIC, 5, "What is \"Osmosis\"?>the movement of water through a membrane|");
}

static void what_defines_nothing_gives_no_card(void **state)
{
    static const char *const texts[] = {"x = y + 1", "", ":", "Note:", "http://a.example/b: c"};

    (void)state;
    check("", texts, 5, CARDS_BASIC, 5, "");
    check("A title", NULL, 0, CARDS_BASIC, 5, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_definition_becomes_a_question),
        cmocka_unit_test(or_a_gap),
        cmocka_unit_test(the_same_term_asks_once),
        cmocka_unit_test(what_defines_nothing_gives_no_card),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
