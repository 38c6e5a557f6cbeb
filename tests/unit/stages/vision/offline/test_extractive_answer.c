/* test_extractive_answer - answers and cards made of nothing but the slide's own words */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/vision/offline/outline.h"
#include "stages/vision/offline/extractive_answer.h"
#include "stages/vision/offline/offline_phrases.h"

/* A slide with a title and one entry a row, 60 pixels apart. */
static struct page *slide_of(const char *title, const char *const *entries)
{
    struct page *page = page_new(1000, 750);
    int y = 150;

    page_add(page, &(struct page_line){50, 90, 400, 50, 40, true, false, (char *)(uintptr_t)title});
    for (; *entries != NULL; entries++, y += 60) {
        bool deeper = **entries == '>';

        page_add(page, &(struct page_line){deeper ? 120 : 50, y, 400, 30, 24, false, false,
                                           (char *)(uintptr_t)(*entries + deeper)});
    }
    return page;
}

static json_t *told(const char *title, const char *const *entries, const char *language, const char *outline)
{
    struct page *page = slide_of(title, entries);
    json_t *answer = extractive_answer(&(struct extractive_source){
        .page = page, .language = language, .outline = outline, .cards = 3, .slide = 9, .slides = 20});

    page_free(&page);
    return answer;
}

static void retells_a_slide(void **state)
{
    static const char *const entries[] = {"• Memory is divided",
                                          ">– into pages",
                                          ">– of one size",
                                          "• Frames hold pages",
                                          "• Paging: maps pages to frames",
                                          NULL};
    json_t *answer = told("Paging", entries, "English", "Intro\n  Paging\nSwapping");
    char *text = json_dumps(answer, JSON_COMPACT);

    (void)state;
    assert_string_equal(
        text,
        "{\"title\":\"Paging\",\"kind\":\"content\","
        "\"explanation\":[\"Memory is divided: into pages; of one size.\",\"Frames hold pages.\","
        "\"Paging: maps pages to frames.\"],"
        "\"key_points\":[\"Memory is divided\",\"Frames hold pages\",\"Paging: maps pages to frames\"],"
        "\"connections\":\"Before this in the lecture: \\\"Intro\\\". After this: \\\"Swapping\\\".\","
        "\"short_summary\":\"Paging: Memory is divided; Frames hold pages; Paging: maps pages to frames.\","
        "\"labels\":[],\"anki_cards\":[{\"type\":\"basic\",\"concept\":\"Paging\",\"front\":\"What is "
        "\\\"Paging\\\"?\",\"back\":\"maps pages to "
        "frames\"}]}");
    free(text);
    json_decref(answer);
}

static json_t *told_as(enum card_style style, uint32_t place, const char *title, const char *const *entries)
{
    struct page *page = slide_of(title, entries);
    json_t *answer = extractive_answer(&(struct extractive_source){.page = page,
                                                                   .language = "English",
                                                                   .outline = "",
                                                                   .style = style,
                                                                   .cards = 3,
                                                                   .slide = place,
                                                                   .slides = 20});

    page_free(&page);
    return answer;
}

static void slides_that_do_not_teach_are_told_in_a_line(void **state)
{
    static const struct {
        const char *title;
        const char *entries[4];
        uint32_t place;
        const char *kind, *told;
    } rows[] = {
        {"Operating Systems",
         {"Jane Doe", "May 2025", NULL},
         1,
         "title",
         "Operating Systems: Jane Doe; May 2025."},
        {"Outline", {"• Paging", "• Swapping", NULL}, 2, "agenda", "Outline: Paging; Swapping."},
        {"Thank you!", {"jane@example.org", NULL}, 20, "closing", "Thank you! jane@example.org."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *answer = told_as(CARDS_BASIC, rows[i].place, rows[i].title, rows[i].entries);

        assert_string_equal(json_string_value(json_object_get(answer, "kind")), rows[i].kind);
        assert_int_equal(json_array_size(json_object_get(answer, "explanation")), 1);
        assert_string_equal(json_string_value(json_array_get(json_object_get(answer, "explanation"), 0)),
                            rows[i].told);
        assert_int_equal(json_array_size(json_object_get(answer, "anki_cards")), 0);
        assert_string_equal(json_string_value(json_object_get(answer, "short_summary")), "");
        json_decref(answer);
    }
}

static void definitions_become_gaps(void **state)
{
    static const char *const entries[] = {"• Paging: maps pages to frames of memory",
                                          "• A frame is a block of real memory", NULL};
    json_t *answer = told_as(CARDS_CLOZE, 9, "Memory", entries);
    char *text = json_dumps(json_object_get(answer, "anki_cards"), JSON_COMPACT);

    (void)state;
    assert_string_equal(text, "[{\"type\":\"cloze\",\"concept\":\"Paging\",\"front\":\"{{c1::Paging}}: maps "
                              "pages to frames of memory\",\"back\":\"\"},"
                              "{\"type\":\"cloze\",\"concept\":\"frame\",\"front\":\"A {{c1::frame}} is a "
                              "block of real memory\",\"back\":\"\"}]");
    free(text);
    json_decref(answer);
}

static void says_the_same_twice(void **state)
{
    static const char *const entries[] = {"Ein Prozess ist ein laufendes Programm.", "Fäden teilen Speicher",
                                          NULL};
    json_t *one = told("Prozesse", entries, "German", ""), *two = told("Prozesse", entries, "German", "");

    (void)state;
    assert_true(json_equal(one, two));
    json_decref(one);
    json_decref(two);
}

static void a_picture_without_text_is_called_one(void **state)
{
    static const struct {
        const char *language, *said;
    } rows[] = {
        {"English", "This slide is a picture without readable text."},
        {"Spanish", "Esta diapositiva es una imagen sin texto legible."},
        {"es-MX", "Esta diapositiva es una imagen sin texto legible."},
        {"Deutsch", "Diese Folie ist ein Bild ohne lesbaren Text."},
        {"FR", "Cette diapositive est une image sans texte lisible."},
        {"pt-BR", "Este diapositivo é uma imagem sem texto legível."},
        {"Chinese (Simplified)", "这张幻灯片是没有可读文字的图片。"},
        {"日本語", "このスライドは読み取れる文字のない画像です。"},
        {"Klingon", "This slide is a picture without readable text."},
        {" ", "This slide is a picture without readable text."},
        {"e", "This slide is a picture without readable text."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct page *page = page_new(1000, 750);
        json_t *answer = extractive_answer(&(struct extractive_source){
            .page = page, .language = rows[i].language, .outline = "", .cards = 6, .slide = 9, .slides = 20});

        assert_string_equal(json_string_value(json_array_get(json_object_get(answer, "explanation"), 0)),
                            rows[i].said);
        assert_int_equal(json_array_size(json_object_get(answer, "anki_cards")), 0);
        assert_int_equal(json_array_size(json_object_get(answer, "key_points")), 0);
        json_decref(answer);
        page_free(&page);
    }
}

static void makes_cards_of_definitions_only(void **state)
{
    static const struct {
        const char *language, *entry, *front, *back; /* front NULL: no card */
    } rows[] = {
        {"English", "Paging: memory in blocks of one size", "What is \"Paging\"?",
         "memory in blocks of one size"},
        {"English", "Page fault – access to a page that is not there", "What is \"Page fault\"?",
         "access to a page that is not there"},
        {"English", "A process is a running program.", "What is \"process\"?",
         "A process is a running program."},
        {"English", "Entropy means the average surprise of a source", "What is \"Entropy\"?",
         "Entropy means the average surprise of a source"},
        {"Spanish", "El bagging es un método de ensamble", "¿Qué es «bagging»?",
         "El bagging es un método de ensamble"},
        {"German", "Ein Deadlock ist eine gegenseitige Blockade", "Was ist „Deadlock“?",
         "Ein Deadlock ist eine gegenseitige Blockade"},
        {"French", "Un processus est un programme en cours", "Qu’est-ce que « processus » ?",
         "Un processus est un programme en cours"},
        {"Italian", "La stringa è una sequenza di caratteri", "Che cos’è «stringa»?",
         "La stringa è una sequenza di caratteri"},
        {"Portuguese", "Um processo é um programa em execução", "O que é «processo»?",
         "Um processo é um programa em execução"},
        {"Japanese", "プロセスとは、実行中のプログラムです", "「プロセス」とは何ですか。",
         "プロセスとは、実行中のプログラムです"},
        {"Chinese", "进程是指正在运行的程序", "什么是“进程”？", "进程是指正在运行的程序"},
        {"Chinese", "进程：正在运行的程序", "什么是“进程”？", "正在运行的程序"},
        {"English", "This is a picture of a cat", NULL, NULL},
        {"English", "There is a better way to do it", NULL, NULL},
        {"English", "Example: a shop with two doors", NULL, NULL},
        {"English", "Note: this holds only for n > 2", NULL, NULL},
        {"English", "Libraries: numpy, scipy, sympy, pandas", NULL, NULL},
        {"English", "Idea: what if we swap both?", NULL, NULL},
        {"English", "Goal: why?", NULL, NULL},
        {"English", "See https://example.org/a for more of it", NULL, NULL},
        {"English", "Meeting at 10:30 in the big hall", NULL, NULL},
        {"English", "Threads share the memory of their process", NULL, NULL},
        {"English", "x = y: for all y in the set", NULL, NULL},
        {"English", "Nobody knows who it was that first said it and what it is a sign of", NULL, NULL},
        {"Spanish", "Esto es un ejemplo de lo anterior", NULL, NULL},
        {"German", "Das ist ein Beispiel dafür", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const entries[] = {rows[i].entry, NULL};
        json_t *answer = told("T", entries, rows[i].language, "");
        const json_t *cards = json_object_get(answer, "anki_cards"), *card = json_array_get(cards, 0);

        print_message("  %s\n", rows[i].entry);
        assert_int_equal(json_array_size(cards), rows[i].front != NULL);
        if (rows[i].front != NULL) {
            assert_string_equal(json_string_value(json_object_get(card, "front")), rows[i].front);
            assert_string_equal(json_string_value(json_object_get(card, "back")), rows[i].back);
        }
        json_decref(answer);
    }
}

static void asks_for_a_short_list_where_nothing_is_defined(void **state)
{
    static const struct {
        const char *sentence, *entries[4], *back; /* NULL: no card of the list */
    } rows[] = {
        {"a few whole sentences are a list",
         {"Keep every processor busy all the time", "Answer each user within a second"},
         "Keep every processor busy all the time\nAnswer each user within a second"},
        {"words here and there are none", {"Throughput", "Latency"}, NULL},
        {"one sentence is none", {"Keep every processor busy all the time"}, NULL},
        {"questions are none",
         {"Keep every processor busy all the time?", "Answer each user within a second"},
         NULL},
        {"a definition is a better card",
         {"Keep every processor busy all the time", "Paging: memory in blocks of one size"},
         NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *answer = told("Goals of a scheduler", rows[i].entries, "English", ""), *card;
        const char *front;

        print_message("  %s\n", rows[i].sentence);
        card = json_array_get(json_object_get(answer, "anki_cards"), 0);
        front = json_string_value(json_object_get(card, "front"));
        if (rows[i].back == NULL)
            assert_true(front == NULL || strstr(front, "main points") == NULL);
        else {
            assert_string_equal(front, "What are the main points of \"Goals of a scheduler\"?");
            assert_string_equal(json_string_value(json_object_get(card, "back")), rows[i].back);
        }
        json_decref(answer);
    }
}

static void as_many_cards_as_wanted_and_each_once(void **state)
{
    static const char *const entries[] = {
        "Alpha: the first of the letters",  "Alpha: the first of the letters",
        "Beta: the second of the letters",  "Gamma: the third of the letters",
        "Delta: the fourth of the letters", NULL};
    json_t *answer = told("T", entries, "English", "");
    const json_t *cards = json_object_get(answer, "anki_cards");

    (void)state;
    assert_int_equal(json_array_size(cards), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(cards, 1), "front")),
                        "What is \"Beta\"?");
    json_decref(answer);
}

static void finds_its_place_in_the_outline(void **state)
{
    static const struct {
        const char *name, *outline, *title, *place;
    } rows[] = {
        {"between two", "A\n B\nC", "b", "Before this in the lecture: \"A\". After this: \"C\"."},
        {"the first", "A\n\nB", "A", "After this: \"B\"."},
        {"the last", "A\nB\n", "B", "Before this in the lecture: \"A\"."},
        {"the only one", "A", "A", ""},
        {"none of them", "A\nB", "X", ""},
        {"two of them: nobody knows which", "A\nB\nA", "A", ""},
        {"no outline", "", "A", ""},
        {"no title", "A\nB", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *place = outline_place(rows[i].outline, rows[i].title, offline_phrases_find("English"));

        print_message("  %s\n", rows[i].name);
        assert_string_equal(place, rows[i].place);
        free(place);
    }
}

/* However long and many, the answer keeps the bounds by which a model's answer is checked (retell aborts
 * otherwise). */
static void very_long_slides_stay_within_bounds(void **state)
{
    struct page *page = page_new(1000, 750);
    char *text = need(20001);

    (void)state;
    memset(text, 'x', 20000);
    text[20000] = '\0';
    for (int i = 0; i < 300; i++)
        page_add(page,
                 &(struct page_line){50 + 40 * (i % 5), 100 + 2 * i, 900, 2, 20, false, i % 7 == 0, text});
    json_decref(extractive_answer(&(struct extractive_source){
        .page = page, .language = "English", .outline = "", .cards = 50, .slide = 9, .slides = 20}));
    free(text);
    page_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retells_a_slide),
        cmocka_unit_test(slides_that_do_not_teach_are_told_in_a_line),
        cmocka_unit_test(definitions_become_gaps),
        cmocka_unit_test(says_the_same_twice),
        cmocka_unit_test(a_picture_without_text_is_called_one),
        cmocka_unit_test(makes_cards_of_definitions_only),
        cmocka_unit_test(asks_for_a_short_list_where_nothing_is_defined),
        cmocka_unit_test(as_many_cards_as_wanted_and_each_once),
        cmocka_unit_test(finds_its_place_in_the_outline),
        cmocka_unit_test(very_long_slides_stay_within_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
