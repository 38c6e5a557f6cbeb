/* test_image_occlusion - which labels of a figure are covered, and by what */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/cards/image_occlusion.h"

enum { MAX_LINES = 12, MAX_LABELS = 14 };

/* A slide of 1000 x 750 pixels; lines end with one that has no text. */
struct drawing {
    const char *title;
    struct line lines[MAX_LINES];
    const char *labels[MAX_LABELS];
};

#define LINE(x, y, w, h, size, text)                                                                         \
    {                                                                                                        \
        text, x, y, w, h, size, false, false                                                                 \
    }

/* "label x,y,w,h" for each mask, with bars between them. */
static void check(const struct drawing *drawing, const char *wanted)
{
    struct card cards[1];
    struct answer answer = {.title = drawing->title,
                            .cards = cards,
                            .labels = {.item = (const char **)(uintptr_t)drawing->labels}};
    struct slide slide = {.number = 1,
                          .picture = {"jpeg", 4},
                          .width = 1000,
                          .height = 750,
                          .lines = (struct line *)(uintptr_t)drawing->lines,
                          .answer = &answer};
    struct pool *pool = pool_new();
    char got[1024] = "";

    while (slide.line_count < MAX_LINES && slide.lines[slide.line_count].text != NULL)
        slide.line_count++;
    while (answer.labels.count < MAX_LABELS && answer.labels.item[answer.labels.count] != NULL)
        answer.labels.count++;
    occlusion_find(&slide, pool);
    for (size_t i = 0; i < slide.mask_count; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s %u,%u,%u,%u", i > 0 ? "|" : "",
                 slide.masks[i].label, slide.masks[i].x, slide.masks[i].y, slide.masks[i].w,
                 slide.masks[i].h);
    assert_string_equal(got, wanted);
    assert_int_equal(answer.card_count, *wanted != '\0');
    pool_free(&pool);
}

#define AXON    LINE(100, 200, 80, 24, 20, "Axon")
#define SOMA    LINE(400, 300, 90, 24, 20, "Soma")
#define SYNAPSE LINE(700, 500, 120, 24, 20, "Synapse")
#define TITLE   LINE(50, 40, 300, 48, 40, "A nerve cell")
#define THREE   "Axon 96,196,88,32|Soma 396,296,98,32|Synapse 696,496,128,32"
#define TWO     "Axon 96,196,88,32|Soma 396,296,98,32"

static void covers_what_the_geometry_allows(void **state)
{
    static const struct {
        const char *sentence;
        struct drawing drawing;
        const char *wanted;
    } rows[] = {
        {"each label with a little more than its ink",
         {"A nerve cell", {TITLE, AXON, SOMA, SYNAPSE}, {"Synapse", "Axon", "Soma"}},
         THREE},
        {"two labels are too few to be a figure", {"", {AXON, SOMA, SYNAPSE}, {"Synapse", "Axon"}}, ""},
        {"two of three are enough", {"", {AXON, SOMA}, {"Synapse", "Axon", "Soma"}}, TWO},
        {"one of three is not", {"", {AXON}, {"Synapse", "Axon", "Soma"}}, ""},
        {"capitals, blanks and signs around words do not matter",
         {"", {LINE(100, 200, 80, 24, 20, "(AXON):"), SOMA, SYNAPSE}, {"axon", " soma", "Synapse"}},
         "axon 96,196,88,32| soma 396,296,98,32|Synapse 696,496,128,32"},
        {"what stands there twice is ambiguous",
         {"", {AXON, SOMA, SYNAPSE, LINE(700, 100, 80, 24, 20, "Axon")}, {"Synapse", "Axon", "Soma"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"also if once in a sentence",
         {"",
          {AXON, SOMA, SYNAPSE, LINE(50, 650, 500, 24, 20, "The axon leads away")},
          {"Synapse", "Axon", "Soma"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"but not as a part of a longer label",
         {"", {AXON, SOMA, LINE(700, 500, 160, 24, 20, "Axon hillock")}, {"Axon", "Axon hillock", "Soma"}},
         "Axon 96,196,88,32|Soma 396,296,98,32|Axon hillock 696,496,168,32"},
        {"a part of a word is not the word",
         {"", {LINE(100, 200, 80, 24, 20, "Axons"), SOMA, SYNAPSE}, {"Synapse", "Axon", "Soma"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"the title is no label",
         {"Another", {LINE(50, 40, 300, 48, 40, "Axon"), SOMA, SYNAPSE}, {"Synapse", "Axon", "Soma"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"nor is what the answer took for one",
         {"axon", {AXON, SOMA, SYNAPSE}, {"Synapse", "Axon", "Soma"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"nor is small print at the edge",
         {"",
          {LINE(10, 4, 60, 14, 12, "Axon"), SOMA, SYNAPSE, LINE(800, 730, 60, 14, 12, "Dendrite")},
          {"Synapse", "Axon", "Soma", "Dendrite"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"running text is none",
         {"",
          {LINE(50, 650, 500, 24, 20, "The axon leads away from the cell"), SOMA, SYNAPSE},
          {"Synapse", "Axon", "Soma"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"a letter beside the label is covered with it",
         {"", {LINE(100, 200, 110, 24, 20, "b) Axon"), SOMA, SYNAPSE}, {"Synapse", "Axon", "Soma"}},
         "Axon 96,196,118,32|Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"two labels on one line are parted between them",
         {"", {LINE(100, 200, 200, 24, 20, "Axon Soma"), SYNAPSE}, {"Synapse", "Axon", "Soma"}},
         "Axon 100,200,89,24|Soma 198,200,102,24|Synapse 696,496,128,32"},
        {"a label in two lines is covered as one",
         {"",
          {LINE(100, 200, 80, 24, 20, "Axon"), LINE(90, 224, 100, 24, 20, "hillock"), SOMA, SYNAPSE},
          {"Axon hillock", "Soma", "Synapse"}},
         "Axon hillock 86,196,108,56|Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"also if a hyphen parts a word of it",
         {"",
          {LINE(100, 200, 80, 24, 20, "Ausführungs-"), LINE(90, 224, 100, 24, 20, "plattform"), SOMA,
           SYNAPSE},
          {"Ausführungsplattform", "Soma", "Synapse"}},
         "Ausführungsplattform 86,196,108,56|Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"a hyphen of its own does not part a label",
         {"",
          {LINE(100, 200, 80, 24, 20, "Ausführungs- plattform"), SOMA, SYNAPSE},
          {"Ausführungsplattform", "Soma", "Synapse"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"lines that are far apart are no label",
         {"",
          {LINE(100, 200, 80, 24, 20, "Axon"), LINE(90, 264, 100, 24, 20, "hillock"), SOMA, SYNAPSE},
          {"Axon hillock", "Soma", "Synapse"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"labels close under each other have thinner edges",
         {"", {AXON, LINE(100, 230, 90, 24, 20, "Soma"), SYNAPSE}, {"Axon", "Soma", "Synapse"}},
         "Axon 98,198,84,28|Soma 98,228,94,28|Synapse 696,496,128,32"},
        {"or none, where their lines overlap by tails",
         {"", {AXON, LINE(100, 220, 90, 24, 20, "Soma"), SYNAPSE}, {"Axon", "Soma", "Synapse"}},
         "Axon 100,203,80,18|Soma 100,223,90,18|Synapse 696,496,128,32"},
        {"what lies over other text is not covered",
         {"",
          {AXON, LINE(100, 205, 300, 24, 20, "in a footnote"), SOMA, SYNAPSE},
          {"Axon", "Soma", "Synapse"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"at the edge of the picture covers are cut",
         {"",
          {LINE(0, 200, 80, 24, 20, "Axon"), LINE(910, 726, 90, 24, 20, "Soma"), SYNAPSE},
          {"Axon", "Soma", "Synapse"}},
         "Axon 0,196,84,32|Synapse 696,496,128,32|Soma 906,722,94,28"},
        {"beyond the edge there are none",
         {"", {LINE(950, 200, 80, 24, 20, "Axon"), SOMA, SYNAPSE}, {"Axon", "Soma", "Synapse"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"what is drawn upright is covered",
         {"", {LINE(100, 200, 24, 80, 20, "Axon"), SOMA, SYNAPSE}, {"Axon", "Soma", "Synapse"}},
         "Axon 96,196,32,88|Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"what is drawn aslant is not",
         {"", {LINE(100, 200, 80, 80, 20, "Axon"), SOMA, SYNAPSE}, {"Axon", "Soma", "Synapse"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"text without a place is not found",
         {"", {LINE(0, 0, 0, 0, 20, "Axon"), SOMA, SYNAPSE}, {"Axon", "Soma", "Synapse"}},
         "Soma 396,296,98,32|Synapse 696,496,128,32"},
        {"a picture that would be mostly covers has none",
         {"",
          {LINE(0, 0, 990, 150, 130, "Axon"), LINE(0, 200, 990, 150, 130, "Soma"), SYNAPSE,
           LINE(0, 560, 990, 24, 130, "Dendrite"), LINE(0, 650, 990, 24, 130, "Myelin")},
          {"Axon", "Soma", "Dendrite"}},
         ""},
        {"Japanese",
         {"",
          {LINE(100, 200, 80, 24, 20, "樹状突起"), LINE(400, 300, 90, 24, 20, "・軸索"), SYNAPSE},
          {"樹状突起", "軸索", "Synapse"}},
         "樹状突起 96,196,88,32|軸索 396,296,98,32|Synapse 696,496,128,32"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("  %s\n", rows[i].sentence);
        check(&rows[i].drawing, rows[i].wanted);
    }
}

static void twelve_are_the_most(void **state)
{
    static const char *const names[] = {"aa", "bb", "cc", "dd", "ee", "ff", "gg",
                                        "hh", "ii", "jj", "kk", "ll", "mm"};
    struct line lines[13];
    struct card cards[1];
    struct answer answer = {
        .title = "Letters", .cards = cards, .labels = {(const char **)(uintptr_t)names, 13}};
    struct slide slide = {.picture = {"jpeg", 4},
                          .width = 1000,
                          .height = 750,
                          .lines = lines,
                          .line_count = 13,
                          .answer = &answer};
    struct pool *pool = pool_new();

    (void)state;
    for (unsigned i = 0; i < 13; i++)
        lines[i] = (struct line){.text = names[i], .x = 100, .y = 20 + 50 * i, .w = 50, .h = 24, .size = 20};
    occlusion_find(&slide, pool);
    assert_int_equal(slide.mask_count, 12);
    assert_int_equal(answer.card_count, 1);
    assert_true(cards[0].occlusion && !cards[0].cloze);
    assert_string_equal(cards[0].front, "Letters");
    assert_string_equal(cards[0].back, "aa, bb, cc, dd, ee, ff, gg, hh, ii, jj, kk, ll");
    pool_free(&pool);
}

static void a_page_full_of_text_is_no_figure(void **state)
{
    static const char *const names[] = {"aa", "bb", "cc"};
    struct card cards[1];
    struct answer answer = {.title = "", .cards = cards, .labels = {(const char **)(uintptr_t)names, 3}};
    struct line lines[501];
    struct slide slide = {
        .picture = {"jpeg", 4}, .width = 1000, .height = 9000, .lines = lines, .answer = &answer};

    (void)state;
    for (unsigned i = 0; i < 501; i++)
        lines[i] = (struct line){
            .text = i < 3 ? names[i] : "and so on", .x = 100, .y = 30 + 16 * i, .w = 50, .h = 12, .size = 10};
    for (slide.line_count = 500; slide.line_count <= 501; slide.line_count++) {
        struct pool *pool = pool_new();

        slide.mask_count = answer.card_count = 0;
        occlusion_find(&slide, pool);
        assert_int_equal(slide.mask_count, slide.line_count == 500 ? 3 : 0);
        pool_free(&pool);
    }
}

static void is_written_as_anki_writes_it(void **state)
{
    struct mask masks[] = {{"a", 1, 30, 1000, 75}, {"b", 500, 375, 333, 1}};
    struct slide slide = {.width = 1000, .height = 750, .masks = masks, .mask_count = 2};
    struct bytes bytes = {0};

    (void)state;
    occlusion_add(&bytes, &slide);
    assert_string_equal(
        bytes_text(&bytes),
        "{{c1::image-occlusion:rect:left=0.0010:top=0.0400:width=1.0000:height=0.1000:oi=1}}<br>"
        "{{c2::image-occlusion:rect:left=0.5000:top=0.5000:width=0.3330:height=0.0013:oi=1}}<br>");
    bytes_drop(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(covers_what_the_geometry_allows),
        cmocka_unit_test(twelve_are_the_most),
        cmocka_unit_test(a_page_full_of_text_is_no_figure),
        cmocka_unit_test(is_written_as_anki_writes_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
