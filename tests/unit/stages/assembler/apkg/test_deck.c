/* test_deck - what names cards, decks and tags, and what stands on a card's back */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/apkg/deck.h"
#include "stages/assembler/apkg/note.h"
#include "stages/assembler/cards/card_extra.h"
#include "stages/assembler/cards/list_cloze.h"
#include "stages/assembler/cards/note_guid.h"
#include "stages/assembler/cards/word_set.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define NO_TEXTS                                                                                             \
    {                                                                                                        \
        NULL, 0                                                                                              \
    }

/* ---- guid ---- */

enum { CARDS = 3 };

/* A lecture of one slide: title, the slide's own line ("" for none), cards that ask about these concepts. */
struct one {
    struct line line;
    struct card cards[CARDS];
    struct answer answer;
    struct slide slide;
    struct lecture lecture;
};

static void build(struct one *one, const char *title, const char *line, const char *const concepts[CARDS])
{
    *one = (struct one){.line = {.text = line, .size = 40}};
    for (unsigned i = 0; i < CARDS; i++)
        one->cards[i] = (struct card){.front = "Q?", .back = "A.", .concept = concepts[i], .place = i};
    one->answer = (struct answer){.title = title, .cards = one->cards, .card_count = CARDS};
    one->slide =
        (struct slide){.number = 1, .lines = &one->line, .line_count = *line != '\0', .answer = &one->answer};
    one->lecture = (struct lecture){.job = "job",
                                    .filename = "x.pdf",
                                    .title = "",
                                    .language = "en",
                                    .course = "",
                                    .called = "",
                                    .key = "",
                                    .slides = &one->slide,
                                    .slide_count = 1};
}

static void name(struct one *one)
{
    struct language language;

    language_find(&language, one->lecture.language);
    guid_number(&one->lecture);
    guid_name(&one->lecture, &language);
}

static void a_card_keeps_its_name(void **state)
{
    static const struct {
        const char *sentence, *title, *line, *concept;
        bool cloze, same;
    } rows[] = {
        {"the answer words the title otherwise", "How paging works", "Paging", "frame", false, true},
        {"other capitals and signs", "Paging", "PAGING:", "Frame", false, true},
        {"another number of the section", "Paging", "3.2 Paging", "frame", false, true},
        {"another title on the slide", "Paging", "Swapping", "frame", false, false},
        {"no line of its own, but the title", "Paging", "", "frame", false, true},
        {"another concept", "Paging", "Paging", "page", false, false},
        {"now it has gaps", "Paging", "Paging", "frame", true, false},
        {"C and C++ are two concepts", "Paging", "Paging", "frame++", false, false},
    };
    struct one before, after;

    (void)state;
    build(&before, "Paging", "Paging", (const char *const[]){"frame", "swap", ""});
    name(&before);
    assert_int_equal(strlen(before.cards[0].guid), GUID_ROOM - 1);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        build(&after, rows[i].title, rows[i].line, (const char *const[]){"swap", "", rows[i].concept});
        after.slide.number = 7; /* wherever it is now */
        after.cards[2].cloze = rows[i].cloze;
        after.cards[2].front = "Reworded?";
        name(&after);
        assert_int_equal(strcmp(before.cards[0].guid, after.cards[2].guid) == 0, rows[i].same);
    }
}

static void without_a_concept_the_place_names_a_card(void **state)
{
    struct one before, after;

    (void)state;
    build(&before, "", "Paging", (const char *const[]){"", "", ""});
    build(&after, "", "Paging", (const char *const[]){"", "", ""});
    name(&before);
    name(&after);
    for (int i = 0; i < CARDS; i++)
        assert_string_equal(before.cards[i].guid, after.cards[i].guid);
    assert_string_not_equal(before.cards[0].guid, before.cards[1].guid);
    build(&after, "Swapping", "Paging", (const char *const[]){"", "", ""});
    name(&after);
    assert_string_not_equal(before.cards[0].guid, after.cards[0].guid); /* one header on both slides */
}

static void alike_cards_are_numbered(void **state)
{
    struct one one;

    (void)state;
    build(&one, "", "Paging", (const char *const[]){"frame", "page", "Frame"});
    name(&one);
    assert_int_equal(one.cards[0].nth, 0);
    assert_int_equal(one.cards[1].nth, 0);
    assert_int_equal(one.cards[2].nth, 1);
    assert_string_not_equal(one.cards[0].guid, one.cards[2].guid);
}

static void a_lecture_is_known_by_what_the_request_says(void **state)
{
    static const struct {
        const char *sentence, *job, *file, *course, *called, *key, *language;
        bool same;
    } rows[] = {
        {"the key alone", "b", "y.pdf", "C", "L", "k", "en", true},
        {"another key", "a", "x.pdf", "", "", "j", "en", false},
        {"another language", "a", "x.pdf", "", "", "k", "es", false},
        {"the same language by its other name", "b", "", "", "", "k", "English", true},
    };
    struct one before, after;
    const char *const concepts[] = {"a", "b", "c"};

    (void)state;
    build(&before, "T", "", concepts);
    before.lecture.key = "k";
    name(&before);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        build(&after, "T", "", concepts);
        after.lecture.job = rows[i].job;
        after.lecture.filename = rows[i].file;
        after.lecture.course = rows[i].course;
        after.lecture.called = rows[i].called;
        after.lecture.key = rows[i].key;
        after.lecture.language = rows[i].language;
        name(&after);
        assert_int_equal(strcmp(before.cards[0].guid, after.cards[0].guid) == 0, rows[i].same);
    }
}

static void a_lecture_without_any_name_is_its_job(void **state)
{
    const char *const concepts[] = {"a", "b", "c"};
    struct one before, after;

    (void)state;
    build(&before, "T", "", concepts);
    build(&after, "T", "", concepts);
    after.lecture.job = "another";
    name(&before);
    name(&after);
    assert_string_equal(before.cards[0].guid, after.cards[0].guid); /* another job of the same file */
    before.lecture.filename = after.lecture.filename = "";
    name(&before);
    name(&after);
    assert_string_not_equal(before.cards[0].guid, after.cards[0].guid);
}

/* ---- deck and tags ---- */

static void decks_and_tags_are_named_as_anki_takes_them(void **state)
{
    static const struct {
        const char *sentence, *course, *called, *deck, *tags;
    } rows[] = {
        {"a lecture alone", "", "Paging", "Paging", " lecture::Paging slide::012 topic::Memory_now "},
        {"with its course", "Operating Systems", "3 Paging", "Operating Systems::3 Paging",
         " course::Operating_Systems lecture::3_Paging slide::012 topic::Memory_now "},
        {"no level by chance", "A::B:", ":C:::D", "A:B::C:D",
         " course::A:B lecture::C:D slide::012 topic::Memory_now "},
        {"no quotation marks, no control characters", "\"A\"", "B\t\"\n\"C", "A::B C",
         " course::A lecture::B_C slide::012 topic::Memory_now "},
        {"wide blanks part no tag", "A\u3000B", "\u00a0C\u2003D ", "A B::C D",
         " course::A_B lecture::C_D slide::012 topic::Memory_now "},
        {"nothing left", "\"\"", "::", "?::?", " course::? lecture::? slide::012 topic::Memory_now "},
    };
    unsigned numbers[] = {3, 12};
    struct chapter chapters[] = {{.title = "Memory now", .slides = numbers, .slide_count = 2}};
    struct lecture lecture = {
        .title = "", .filename = "", .job = "j", .overview = {.chapters = chapters, .chapter_count = 1}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct bytes tags = {0};
        char *deck;

        print_message("%s\n", rows[i].sentence);
        lecture.course = rows[i].course;
        lecture.called = rows[i].called;
        deck = deck_name(&lecture);
        deck_tags(&tags, &lecture, 12);
        assert_string_equal(deck, rows[i].deck);
        assert_string_equal(bytes_text(&tags), rows[i].tags);
        bytes_drop(&tags);
        free(deck);
    }
}

static void long_names_are_cut_between_characters(void **state)
{
    struct lecture lecture = {.title = "", .filename = "", .job = "j", .course = ""};
    char called[1001];
    char *deck;

    (void)state;
    for (int i = 0; i < 500; i++)
        memcpy(called + 2 * i, "é", 2);
    called[1000] = '\0';
    lecture.called = called;
    deck = deck_name(&lecture);
    assert_int_equal(strlen(deck), 200);
    assert_memory_equal(deck, called, 200);
    free(deck);
}

/* ---- bag ---- */

static void texts_are_compared_by_their_words(void **state)
{
    static const struct {
        const char *one, *two;
        double least, most;
    } rows[] = {
        {"What is a page?", "what is a PAGE", 1, 1},
        {"What is a page?", "What is a frame?", 0.5, 0.7},
        {"one two", "three four", 0, 0},
        {"", "", 0, 0},
        {"総説論文を読む", "総説論文を書く", 0.4, 0.8},
        {"総説論文を読む", "犬", 0, 0},
        {"?!", "page", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct word_set one, two;
        double alike;

        word_set_make(&one, rows[i].one);
        word_set_make(&two, rows[i].two);
        alike = word_set_alike(&one, &two);
        assert_true(alike >= rows[i].least && alike <= rows[i].most);
        assert_true(alike == word_set_alike(&two, &one));
        word_set_drop(&one);
        word_set_drop(&two);
    }
}

/* ---- the back ---- */

static void a_card_says_why(void **state)
{
    static const char *explanation[] = {
        "A page table maps pages to frames. Each process has its own, so that one cannot read what another "
        "has written. The translation buffer keeps recent entries, because walking the table costs four "
        "reads.",
        "Frames are **never shared between",
        "- Swapping moves frames to disk: slow, as \\(10^6\\) instructions fit into one seek."};
    static const struct {
        const char *sentence, *front, *back, *why;
    } rows[] = {
        {"the sentence that tells most", "Why is there a translation buffer?", "Walking the table is slow.",
         "The translation buffer keeps recent entries, because walking the table costs four reads."},
        {"a short sentence with the one after it", "What is a page table for?", "It translates addresses.",
         "A page table maps pages to frames. Each process has its own, so that one cannot read what another "
         "has written."},
        {"an entry of a list without its dash", "How slow is swapping to disk?", "Very.",
         "Swapping moves frames to disk: slow, as \\(10^6\\) instructions fit into one seek."},
        {"nothing in common: the summary", "Who wrote Hamlet?", "Shakespeare.", "Paging is a detour."},
        {"the summary says no more than the card", "Is paging a detour?", "Paging is a detour.", ""},
    };
    struct pool *pool = pool_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct card card = {.front = rows[i].front, .back = rows[i].back};
        struct answer answer = {.summary = "Paging is a detour.",
                                .explanation = {explanation, LENGTH(explanation)},
                                .points = NO_TEXTS,
                                .cards = &card,
                                .card_count = 1};

        print_message("%s\n", rows[i].sentence);
        card_extra_find(&answer, pool);
        assert_string_equal(card.extra, rows[i].why);
    }
    pool_free(&pool);
}

static void lists_become_gaps(void **state)
{
    static const struct {
        const char *sentence, *back, *text; /* text: after the question; NULL: it stays an answer */
    } rows[] = {
        {"dashes", "- a page\n- a frame\n- a table",
         "\n- {{c1::a page}}\n- {{c2::a frame}}\n- {{c3::a table}}"},
        {"other bullets, blank lines, signs at the ends", "• a;\n\n• b,\n• c",
         "\n- {{c1::a}}\n- {{c2::b}}\n- {{c3::c}}"},
        {"numbers in lines", "1. a\n2) b\n(3) c", "\n1. {{c1::a}}\n2. {{c2::b}}\n3. {{c3::c}}"},
        {"what introduces it stays", "In order:\n1. a\n2. b\n3. c",
         "In order:\n\n1. {{c1::a}}\n2. {{c2::b}}\n3. {{c3::c}}"},
        {"numbers in one line", "1. New York 2. Bern 3. Ulm",
         "\n1. {{c1::New York}}\n2. {{c2::Bern}}\n3. {{c3::Ulm}}"},
        {"numbers in one line, with words before", "Steps: 1) a, 2) b, 3) c",
         "Steps:\n\n1. {{c1::a}}\n2. {{c2::b}}\n3. {{c3::c}}"},
        {"semicolons", "safety; liveness; fairness.",
         "\n- {{c1::safety}}\n- {{c2::liveness}}\n- {{c3::fairness}}"},
        {"formulas", "\\(\\frac{a}{b}\\); \\(x;y\\); z", NULL},
        {"whole formulas", "- \\(\\frac{a}{b}\\)\n- \\(x\\)\n- z",
         "\n- {{c1::\\(\\frac{a}{b}\\)}}\n- {{c2::\\(x\\)}}\n- {{c3::z}}"},
        {"two are no list", "- a\n- b", NULL},
        {"ten are too many", "- a\n- b\n- c\n- d\n- e\n- f\n- g\n- h\n- i\n- j", NULL},
        {"a sentence", "It maps pages; the kernel fills it in; nobody else in the system may write to it.",
         NULL},
        {"sentences", "One. Two; three; four. Five", NULL},
        {"code", "int a; int b = 1; return c", NULL},
        {"code that ends", "a; b; c;", NULL},
        {"fenced code", "```\n- a\n- b\n- c\n```", NULL},
        {"lines of code", "int a;\nint b;\nint c;", NULL},
        {"a list and more", "- a\n- b\n- c\nand more of it", NULL},
        {"numbers that do not count on", "1. a 3. b 4. c", NULL},
        {"what would end a gap", "- a}}\n- b\n- c", NULL},
        {"what would be a hint", "- a b::c\n- b\n- c", NULL},
        {"nothing in an entry", "- \n- b\n- c", NULL},
        {"plain", "A block of memory.", NULL},
        {"years", "In 1990. 2 were left", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *text = list_cloze_text("Which?", rows[i].back), *wanted = NULL;

        print_message("%s\n", rows[i].sentence);
        assert_true(rows[i].text == NULL || asprintf(&wanted, "Which?\n%s", rows[i].text) > 0);
        assert_int_equal(text == NULL, wanted == NULL);
        if (text != NULL)
            assert_string_equal(text, wanted);
        free(wanted);
        free(text);
    }
    assert_null(list_cloze_text("Which {{c1::x}}?", "- a\n- b\n- c"));
}

static void fields_are_stripped_as_anki_does(void **state)
{
    static const struct {
        const char *field, *stripped;
    } rows[] = {
        {"<div lang=\"en\">a<br>b</div>", "ab"},
        {"&lt;b&gt;&quot;&amp;&#39;", "<b>\"&'"},
        {"&#123;&#123;c1&#58;:x&#125;&#125; &#91;sound:x]", "{{c1::x}} [sound:x]"},
        {"a\u00a0b", "a b"},
        {"\\(a&lt;b\\)", "\\(a<b\\)"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct bytes stripped = {0};

        note_add_stripped(&stripped, rows[i].field);
        assert_string_equal(bytes_text(&stripped), rows[i].stripped);
        bytes_drop(&stripped);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_keeps_its_name),
        cmocka_unit_test(without_a_concept_the_place_names_a_card),
        cmocka_unit_test(alike_cards_are_numbered),
        cmocka_unit_test(a_lecture_is_known_by_what_the_request_says),
        cmocka_unit_test(a_lecture_without_any_name_is_its_job),
        cmocka_unit_test(decks_and_tags_are_named_as_anki_takes_them),
        cmocka_unit_test(long_names_are_cut_between_characters),
        cmocka_unit_test(texts_are_compared_by_their_words),
        cmocka_unit_test(a_card_says_why),
        cmocka_unit_test(lists_become_gaps),
        cmocka_unit_test(fields_are_stripped_as_anki_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
