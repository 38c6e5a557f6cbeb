/* test_page_kind - what slides are there for */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/lib/text/page_kind.h"

/* A page of rows; "#" before a row: big; "* ": a bullet; "_": at the lower edge. */
static struct page *page_of_rows(const char *rows)
{
    struct page *page = page_new(1000, 750);
    char *copy = strdup(rows), *rest = NULL;
    int y = 90;

    for (char *row = strtok_r(copy, "\n", &rest); row != NULL; row = strtok_r(NULL, "\n", &rest), y += 50) {
        struct page_line line = {60, y, 400, 26, 22, false, false, row};

        if (*row == '#')
            line = (struct page_line){60, y, 500, 44, 40, true, false, row + 1};
        else if (*row == '_')
            line = (struct page_line){900, 720, 40, 14, 12, false, false, row + 1};
        page_add(page, &line);
    }
    free(copy);
    return page;
}

static void pages_have_kinds(void **state)
{
    static const struct {
        const char *rows;
        uint32_t slide;
        const char *kind;
    } rows[] = {
        {"#Operating Systems\nLecture 3\nProf. Jane Doe\nUniversity of Nowhere, 2025", 1, "title"},
        {"#Introducción a los sistemas\nAna Pérez", 1, "title"},
        {"#Operating Systems\nProf. Jane Doe", 2, "content"},
        {"#Paging\n* Memory is divided into pages\n* Frames hold pages", 1, "content"},
        {"#Paging\nMemory is divided into pages of one size and each process has a table that says where "
         "they are",
         1, "content"},
        {"#Outline\n* Processes\n* Threads\n* Scheduling\n_2", 2, "agenda"},
        {"#Gliederung\n1. Einleitung\n2. Hauptteil\n3. Schluss", 2, "agenda"},
        {"#Table des matières\nIntroduction\nMéthode\nRésultats", 2, "agenda"},
        {"#目录\n* 引言\n* 方法\n* 结果", 2, "agenda"},
        {"#目次\n* はじめに\n* 方法\n* 結果", 3, "agenda"},
        {"#목차\n* 서론\n* 방법\n* 결론", 3, "agenda"},
        {"#İçindekiler\n* Giriş\n* Yöntem\n* Sonuç", 3, "agenda"},
        {"#جدول المحتويات\n* مقدمة\n* طريقة\n* نتائج", 3, "agenda"},
        {"#Содержание\n* Введение\n* Метод\n* Итоги", 3, "agenda"},
        {"#Outline (2)\n* Processes\n* Threads\n* Scheduling", 9, "agenda"},
        {"#Contents\nThe contents of a register are the bits that stand in it, and they are lost when the "
         "power "
         "goes off\nReading\nWriting",
         5, "content"},
        {"#Overview\n* Processes have memory\n* Threads share it", 2, "content"},
        {"#Plan B\n* Processes\n* Threads\n* Scheduling", 2, "content"},
        {"#Thank you!\njane@example.org", 40, "closing"},
        {"#Vielen Dank für Ihre Aufmerksamkeit!", 40, "closing"},
        {"#Merci de votre attention", 40, "closing"},
        {"#¡Gracias!\n¿Preguntas?", 40, "closing"},
        {"#Dziękuję za uwagę", 40, "closing"},
        {"#Спасибо за внимание!", 40, "closing"},
        {"#谢谢！", 40, "closing"},
        {"#ご清聴ありがとうございました", 40, "closing"},
        {"#감사합니다", 40, "closing"},
        {"#شكرا لكم", 40, "closing"},
        {"#Teşekkürler", 40, "closing"},
        {"#Questions?", 12, "closing"},
        {"#Q & A", 12, "closing"},
        {"#Questions\n* What is a page?\n* What is a frame?\n* How does one find the other?", 12, "content"},
        {"#Thank you for smoking\nA film of 2005", 12, "content"},
        {"#Part 2\nMemory", 9, "section"},
        {"#Kapitel 4: Speicher", 9, "section"},
        {"#Capítulo III\nMemoria", 9, "section"},
        {"#第3章 内存", 9, "section"},
        {"#Part of speech\nnouns", 9, "content"},
        {"#Memory", 9, "content"},
        {"", 9, "content"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page *page = page_of_rows(rows[i].rows);
        const struct page_kind_place place = {.slide = rows[i].slide, .slides = 40};

        print_message("  %s\n", rows[i].rows);
        assert_string_equal(page_kind_name(page_kind_of_page(page, &place)), rows[i].kind);
        page_free(&page);
    }
}

static void near_blank_pages(void **state)
{
#define LINE(x, y, w, h, size, text)                                                                         \
    "{\"x\":" #x ",\"y\":" #y ",\"w\":" #w ",\"h\":" #h ",\"size\":" #size ",\"bold\":0,\"mono\":0,"         \
    "\"text\":\"" text "\"}"
#define PAGE(lines) "{\"width\":1000,\"height\":750,\"lines\":[" lines "]}"
    static const struct {
        const char *name, *layer;
        uint32_t ink_ppm;
        bool near;
    } rows[] = {
        {"a page number", PAGE(LINE(900, 720, 40, 14, 12, "17")), 200, true},
        {"a footer and a number",
         PAGE(LINE(40, 720, 300, 14, 12, "Dr. Doe, 3 May 2025") "," LINE(900, 720, 40, 14, 12, "17")), 1500,
         true},
        {"a header", PAGE(LINE(40, 10, 300, 14, 12, "Operating Systems")), 1000, true},
        {"a page number below a picture", PAGE(LINE(900, 720, 40, 14, 12, "17")), 60000, false},
        {"a page number below a thin drawing", PAGE(LINE(900, 720, 40, 14, 12, "17")), 2000, false},
        {"a title", PAGE(LINE(40, 20, 600, 40, 40, "Paging")), 3000, false},
        {"a word in the middle", PAGE(LINE(400, 350, 100, 20, 20, "empty")), 500, false},
        {"a long footnote",
         PAGE(LINE(40, 715, 900, 14, 12,
                   "Source: A. Tanenbaum, Modern Operating Systems, 4th edition, Pearson 2014, chapter 3, "
                   "pages 181 to 203")),
         3000, false},
        {"no text at all is another question", PAGE(""), 0, false},
        {"no layer", "", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("  %s\n", rows[i].name);
        assert_int_equal(page_kind_near_blank(rows[i].layer, strlen(rows[i].layer), rows[i].ink_ppm),
                         rows[i].near);
    }
}

static json_t *answer_of(const char *kind, const char *const *paragraphs, unsigned cards)
{
    json_t *answer =
        json_pack("{s:s, s:s, s:[], s:[s], s:s, s:s, s:[s], s:[]}", "title", "T", "kind", kind, "explanation",
                  "key_points", "K", "connections", "C", "short_summary", "S", "labels", "L", "anki_cards");

    for (; *paragraphs != NULL; paragraphs++)
        json_array_append_new(json_object_get(answer, "explanation"), json_string(*paragraphs));
    while (cards-- > 0)
        json_array_append_new(json_object_get(answer, "anki_cards"),
                              json_pack("{s:s, s:s, s:s}", "type", "basic", "front", "F", "back", "B"));
    return answer;
}

static void answers_are_settled(void **state)
{
    static const char *const rich[] = {"One.", "Two.", NULL}, *const poor[] = {"One.", NULL},
                             *const none[] = {NULL};
    static const struct {
        const char *name, *rows;
        uint32_t slide;
        const char *said;
        const char *const *told;
        unsigned cards;
        const char *kind;
    } rows[] = {
        {"the model's word counts", "#Memory", 9, "section", rich, 2, "section"},
        {"content stays whole", "#Paging\n* a b c\n* d e f", 9, "content", rich, 2, "content"},
        {"an agenda that was explained", "#Outline\n* A\n* B\n* C", 2, "content", rich, 2, "agenda"},
        {"a thank-you that was explained", "#Thank you", 40, "content", rich, 2, "closing"},
        {"a rich first slide is the model's to judge", "#Cells\nOrganelles", 1, "content", rich, 2,
         "content"},
        {"a first slide of which there was little to say", "#Cells\nJane Doe", 1, "content", poor, 0,
         "title"},
        {"a blank page is not full of words",
         "#Paging\nMemory is divided into pages of one size and each process has a table", 9, "blank", poor,
         0, "content"},
        {"nothing was said about it",
         "#Paging\nMemory is divided into pages of one size and each process has it", 9, "blank", none, 0,
         "blank"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page *page = page_of_rows(rows[i].rows);
        json_t *answer = answer_of(rows[i].said, rows[i].told, rows[i].cards);
        bool content = strcmp(rows[i].kind, "content") == 0;

        print_message("  %s\n", rows[i].name);
        page_kind_settle(answer, page, &(struct page_kind_place){.slide = rows[i].slide, .slides = 40});
        assert_string_equal(json_string_value(json_object_get(answer, "kind")), rows[i].kind);
        assert_int_equal(json_array_size(json_object_get(answer, "anki_cards")), content ? rows[i].cards : 0);
        assert_int_equal(json_array_size(json_object_get(answer, "key_points")), content);
        assert_int_equal(json_array_size(json_object_get(answer, "labels")), content);
        if (!content)
            assert_true(json_array_size(json_object_get(answer, "explanation")) <= 1);
        json_decref(answer);
        page_free(&page);
    }
}

static void paragraphs_are_cut_behind_a_sentence(void **state)
{
    char text[700];
    const char *told[] = {text, NULL};
    struct page *page = page_of_rows("#Thanks");
    json_t *answer;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text + 100, ". ", 2);
    memcpy(text + 200, ". ", 2);
    answer = answer_of("closing", told, 0);
    page_kind_settle(answer, page, &(struct page_kind_place){.slide = 9, .slides = 9});
    assert_int_equal(json_string_length(json_array_get(json_object_get(answer, "explanation"), 0)), 201);
    json_decref(answer);
    page_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_have_kinds),
        cmocka_unit_test(near_blank_pages),
        cmocka_unit_test(answers_are_settled),
        cmocka_unit_test(paragraphs_are_cut_behind_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
