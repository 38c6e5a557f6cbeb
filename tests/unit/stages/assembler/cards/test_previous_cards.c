/* test_previous_cards - which cards of a corrected lecture are those of its previous run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/assembler/cards/note_guid.h"
#include "stages/assembler/cards/previous_cards.h"
#include "stages/assembler/lib/bytes.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { MOST = 4 };

static void cards_are_found_again(void **state)
{
    static const struct {
        const char *sentence;
        struct likeness earlier[MOST], now[MOST];
        long mates[MOST];
    } rows[] = {
        {"nothing has changed, but the order",
         {{"Paging", "page", "What is a page?", "A piece.", false},
          {"Paging", "frame", "What is a frame?", "A block.", false}},
         {{"Paging", "frame", "What is a frame?", "A block.", false},
          {"Paging", "page", "What is a page?", "A piece.", false}},
         {1, 0}},
        {"a question is reworded, its concept stays",
         {{"Paging", "page", "What is a page?", "A piece of memory.", false}},
         {{"Paging", "Page", "How would you define that unit?", "As some bytes.", false}},
         {0}},
        {"a concept is renamed, the words stay alike",
         {{"Paging", "page", "What is a page in memory?", "A piece of 4096 bytes.", false}},
         {{"Paging", "memory page", "What is a memory page?", "A piece of 4096 bytes.", false}},
         {0}},
        {"a slide is put in, with the same concept",
         {{"Paging", "page", "What is a page?", "A piece.", false}},
         {{"Overview", "page", "What are pages for?", "Sharing.", false},
          {"Paging", "page", "What is a page?", "A piece.", false}},
         {-1, 0}},
        {"a slide is gone",
         {{"Overview", "plan", "What comes today?", "Paging.", false},
          {"Paging", "page", "What is a page?", "A piece.", false}},
         {{"Paging", "page", "What is a page?", "A piece.", false}},
         {1}},
        {"a slide's title is reworded",
         {{"Paging", "frame", "What is a frame?", "A block of memory.", false}},
         {{"How paging works", "frame", "What is a frame made of?", "A block of memory.", false}},
         {0}},
        {"a card is split: the one that is more like it keeps its name",
         {{"Paging", "page table", "What is a page table and where is it?",
           "A map from pages to frames, in memory.", false}},
         {{"Paging", "page table", "Where is it?", "In memory.", false},
          {"Paging", "page table", "What is a page table?", "A map from pages to frames.", false}},
         {-1, 0}},
        {"two alike cards change places",
         {{"Paging", "page", "What is a page?", "A piece of memory.", false},
          {"Paging", "page", "How large is a page?", "4096 bytes.", false}},
         {{"Paging", "page", "How large is a page mostly?", "4096 bytes.", false},
          {"Paging", "page", "What is a page now?", "A piece of memory.", false}},
         {1, 0}},
        {"a card with gaps is not a plain one",
         {{"Paging", "page", "What is a page?", "A piece.", false}},
         {{"Paging", "page", "What is a page?", "A piece.", true}},
         {-1}},
        {"an earlier run said no concepts",
         {{"Paging", "", "What is a page?", "A piece.", false},
          {"Paging", "", "What is a frame?", "A block.", false}},
         {{"Paging", "frame", "What is a frame?", "A block of memory.", false},
          {"Paging", "page", "What's a page?", "A piece.", false}},
         {1, 0}},
        {"another question about something else",
         {{"Paging", "page", "What is a page?", "A piece.", false}},
         {{"Swapping", "disk", "Why are disks slow?", "They turn.", false}},
         {-1}},
        {"nothing said is nothing in common", {{"", "", "", "", false}}, {{"", "", "", "", false}}, {-1}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t count = 0, earlier_count = 0;
        long mates[MOST];

        print_message("%s\n", rows[i].sentence);
        while (count < MOST && rows[i].now[count].front != NULL)
            count++;
        while (earlier_count < MOST && rows[i].earlier[earlier_count].front != NULL)
            earlier_count++;
        previous_match(rows[i].now, count, rows[i].earlier, earlier_count, mates);
        for (size_t k = 0; k < count; k++)
            assert_int_equal(mates[k], rows[i].mates[k]);
    }
}

static void match_quickly(const char *front, size_t count)
{
    struct likeness *same = need_zero(count, sizeof *same);
    long *mates = need_zero(count, sizeof *mates);
    clock_t start = clock();

    for (size_t i = 0; i < count; i++)
        same[i] = (struct likeness){"T", "c", front, "a", false};
    previous_match(same, count, same, count, mates);
    assert_true(clock() - start < 60 * CLOCKS_PER_SEC); /* card by card it took four minutes */
    free(mates);
    free(same);
}

/* The same card twenty thousand times, and few cards that are as long as books. */
static void a_hostile_summary_costs_little(void **state)
{
    struct bytes book = {0};

    (void)state;
    match_quickly("What is it, in a few words of which all are the same?", 20000);
    for (unsigned word = 0; word < 15000; word++)
        bytes_add_format(&book, "w%u ", word);
    match_quickly(bytes_text(&book), 500);
    bytes_drop(&book);
}

/* ---- names and dates ---- */

#define A "AAAAAAAAAAAAAAAAAAAA"
#define B "BBBBBBBBBBBBBBBBBBBB"
#define C "CCCCCCCCCCCCCCCCCCCC"

static void names_and_dates_are_taken_over(void **state)
{
    enum { NOW_S = 2000000000, DAY_S = 86400 };
    struct previous_card earlier[] = {{.guid = A,
                                       .title = "T",
                                       .concept = "one",
                                       .front = "1?",
                                       .back = "1",
                                       .content = "same",
                                       .modified_s = 100},
                                      {.guid = B,
                                       .title = "T",
                                       .concept = "two",
                                       .front = "2?",
                                       .back = "2",
                                       .content = "other",
                                       .modified_s = NOW_S},
                                      {.guid = C,
                                       .title = "T",
                                       .concept = "three",
                                       .front = "3?",
                                       .back = "3",
                                       .content = "same",
                                       .modified_s = NOW_S + 2 * DAY_S},
                                      {.guid = A,
                                       .title = "T",
                                       .concept = "four",
                                       .front = "4?",
                                       .back = "4",
                                       .content = "same",
                                       .modified_s = 100}};
    struct card cards[] = {
        {.guid = C,
         .concept = "new",
         .front = "Why so?",
         .back = "because",
         .content = "same",
         .modified_s = NOW_S},
        {.guid = "x", .concept = "one", .front = "1?", .back = "1", .content = "same", .modified_s = NOW_S},
        {.guid = "y", .concept = "two", .front = "2?", .back = "2", .content = "same", .modified_s = NOW_S},
        {.guid = "z", .concept = "three", .front = "3?", .back = "3", .content = "same", .modified_s = NOW_S},
        {.guid = B, .concept = "four", .front = "4?", .back = "4", .content = "same", .modified_s = NOW_S}};
    struct answer answer = {.title = "T", .cards = cards, .card_count = LENGTH(cards)};
    struct slide slide = {.number = 1, .answer = &answer};
    struct lecture lecture = {
        .slides = &slide, .slide_count = 1, .previous = {.cards = earlier, .card_count = LENGTH(earlier)}};

    (void)state;
    previous_take(&lecture);
    assert_string_equal(cards[1].guid, A);
    assert_int_equal(cards[1].modified_s, 100); /* says what it said */
    assert_string_equal(cards[2].guid, B);
    assert_int_equal(cards[2].modified_s, NOW_S + 1); /* newer than it was, even in the same second */
    assert_string_equal(cards[3].guid, C);
    assert_int_equal(cards[3].modified_s, NOW_S); /* that date was none */
    for (size_t i = 0; i < LENGTH(cards); i++) {
        assert_int_equal(strlen(cards[i].guid), GUID_ROOM - 1);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(cards[i].guid, cards[k].guid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_are_found_again),
        cmocka_unit_test(a_hostile_summary_costs_little),
        cmocka_unit_test(names_and_dates_are_taken_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
