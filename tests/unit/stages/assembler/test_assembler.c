/* test_assembler - the pure hearts of the assembler: text, language, identity, checksum, manifest */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/assembler/apkg/anki_collection.h"
#include "stages/assembler/cards/card_dedup.h"
#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/manifest_reader.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- text ---- */

static void clean_text_is_fit_for_xml(void **state)
{
    static const struct {
        const char *sentence, *from, *to;
    } rows[] = {
        {"plain text stays", "Zwölf & <b>", "Zwölf & <b>"},
        {"control characters go",
         "a\x01\x1f\x7f"
         "b\xc2\x80",
         "ab"},
        {"line ends become LF, tabs stay", "a\r\nb\rc\td", "a\nb\nc\td"},
        {"what is not UTF-8 goes",
         "a\xff\xc3"
         "b\xed\xa0\x80",
         "ab"},
        {"non-characters go",
         "a\xef\xbf\xbe"
         "b\xef\xbf\xbf",
         "ab"},
        {"directional overrides go",
         "a\u202e"
         "b\u2066",
         "ab"},
        {"blanks at both ends go", " \n\t a b \t\n", "a b"},
        {"nothing is left of nothing", " \x01 \n", ""},
    };
    char to[64];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].sentence);
        assert_int_equal(text_clean(to, rows[i].from, strlen(rows[i].from)), strlen(rows[i].to));
        assert_string_equal(to, rows[i].to);
    }
    assert_int_equal(text_clean(to, "a\0b", 3), 2); /* NUL inside goes, too */
}

static void card_text_is_no_command(void **state)
{
    static const struct {
        const char *sentence, *from, *html;
    } rows[] = {
        {"markup is shown, not obeyed", "<b>\"&'", "&lt;b&gt;&quot;&amp;&#39;"},
        {"no brace is Anki's", "f{x}", "f&#123;x&#125;"},
        {"doubled braces are broken", "{{c1::x}}", "&#123;&#123;c1::x&#125;&#125;"},
        {"sounds are not played", "[Sound:x.mp3]", "&#91;Sound:x.mp3]"},
        {"LaTeX is not run", "[latex]x[/latex] [$]", "&#91;latex]x&#91;/latex] &#91;$]"},
        {"other brackets stay", "a[1]", "a[1]"},
        {"a line end is <br>", "a\nb", "a<br>b"},
        {"nor does it begin a formula", "\\(a<b", "<span>\\</span>(a&lt;b"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct bytes html = {0};

        print_message("%s\n", rows[i].sentence);
        text_add_html(&html, rows[i].from, TEXT_CARD);
        assert_string_equal(bytes_text(&html), rows[i].html);
        bytes_drop(&html);
    }
}

static void first_sentence_ends_where_it_should(void **state)
{
    static const struct {
        const char *text;
        size_t most, size;
    } rows[] = {
        {"One. Two.", 100, 4},
        {"Pi is 3.14 here. So", 100, 16},
        {"first line\nsecond", 100, 10},
        {"今日。明日。", 100, 9},
        {"many words here", 8, 4},
        {"", 10, 0},
        {"ééé", 3, 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(text_first_sentence(rows[i].text, rows[i].most), rows[i].size);
}

static void a_paragraph_goes_as_most_of_its_words_do(void **state)
{
    static const struct {
        const char *text;
        bool here, in_rtl; /* in a document from left to right, and in one from right to left */
    } rows[] = {
        {"Sorting in place", false, false},
        {"התא הוא יחידת החיים", true, true},
        {"DNA נמצא בגרעין, ו-RNA עובר ממנו החוצה.", true, true},
        {"HTTP/2 هو بروتوكول", true, true},
        {"שלום means hello in Hebrew.", false, true},
        {"Two words שתי מילים", true, true},
        {"7.5", false, true},
        {"", false, true},
        {"细胞膜的结构", false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].text);
        assert_int_equal(text_is_rtl(rows[i].text, false), rows[i].here);
        assert_int_equal(text_is_rtl(rows[i].text, true), rows[i].in_rtl);
    }
}

/* ---- language ---- */

static void languages_are_known_by_all_their_names(void **state)
{
    static const struct {
        const char *name, *tag, *key_points;
        bool rtl;
    } rows[] = {
        {"Spanish", "es-ES", "Puntos clave", false},
        {"ESPAÑOL", "es-ES", "Puntos clave", false},
        {"español", "es-ES", "Puntos clave", false},
        {"es-mx", "es-MX", "Puntos clave", false},
        {"Spanish (Mexico)", "es-ES", "Puntos clave", false},
        {"pt_BR", "pt-BR", "Pontos-chave", false},
        {"Brazilian Portuguese", "pt-BR", "Pontos-chave", false},
        {"Portuguese", "pt-PT", "Pontos-chave", false},
        {"zh", "zh-CN", "要点", false},
        {"zh-Hant-TW", "zh-Hant-TW", "重點", false},
        {"Traditional Chinese", "zh-TW", "重點", false},
        {"Chinese (Traditional)", "zh-TW", "重點", false},
        {"Simplified Chinese", "zh-CN", "要点", false},
        {"日本語", "ja-JP", "要点", false},
        {"Arabic", "ar-SA", "النقاط الرئيسية", true},
        {"he", "he-IL", "נקודות עיקריות", true},
        {"Farsi", "fa-IR", "Key points", true},
        {"Swedish", "sv-SE", "Key points", false},
        {"Klingon", "", "Key points", false},
        {"", "", "Key points", false},
        {"\"><w:p/>", "", "Key points", false},
    };
    struct language language;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        print_message("%s\n", rows[i].name);
        language_find(&language, rows[i].name);
        assert_string_equal(language.tag, rows[i].tag);
        assert_int_equal(language.rtl, rows[i].rtl);
        assert_string_equal(language.labels[LABEL_KEY_POINTS], rows[i].key_points);
    }
}

static void every_language_has_every_label(void **state)
{
    static const char *const tags[] = {"en", "es", "de", "fr", "it", "pt",    "nl", "pl",
                                       "tr", "ru", "zh", "ja", "ko", "zh-TW", "ar", "he"};
    struct language language;

    (void)state;
    for (size_t i = 0; i < LENGTH(tags); i++) {
        language_find(&language, tags[i]);
        for (int label = 0; label < LABELS; label++)
            assert_true(language.labels[label] != NULL && *language.labels[label] != '\0');
        assert_non_null(strstr(language.labels[LABEL_SLIDE], "%1"));
        assert_non_null(strstr(language.labels[LABEL_PAGE], "%1"));
        assert_non_null(strstr(language.labels[LABEL_PAGE], "%2"));
    }
}

/* ---- cards ---- */

static void checksums_are_ankis(void **state)
{
    (void)state;
    assert_int_equal(collection_checksum("test"), 2840236005u);
    assert_int_equal(collection_checksum("今日"), 1464653051u);
}

/* ---- manifest ---- */

#define HEAD                                                                                                 \
    "\"job\":\"j\",\"filename\":\"\",\"title\":\"\",\"language\":\"en\",\"engine\":\"offline\",\"model\":"   \
    "\"\","                                                                                                  \
    "\"created_ms\":1764000000000,\"repaired\":0"
#define SLIDE(outcome, code, detail)                                                                         \
    "{\"slide\":1,\"outcome\":\"" outcome                                                                    \
    "\",\"picture\":0,\"width\":1,\"height\":1,\"degraded\":0,\"code\":\"" code "\",\"detail\":\"" detail    \
    "\",\"layer\":null,\"answer\":null,\"input_tokens\":0,\"output_tokens\":0,\"calls\":0}"

static void manifests_are_checked(void **state)
{
    static const struct {
        const char *sentence, *json, *why;
    } rows[] = {
        {"a blank slide is enough", "{" HEAD ",\"slides\":[" SLIDE("blank", "", "") "]}", NULL},
        {"not JSON", "{", "not JSON"},
        {"no slides", "{" HEAD ",\"slides\":[]}", "no slides"},
        {"slides missing", "{" HEAD "}", "\"slides\""},
        {"an open slide", "{" HEAD ",\"slides\":[" SLIDE("open", "", "") "]}", "\"open\""},
        {"explained without answer", "{" HEAD ",\"slides\":[" SLIDE("explained", "", "") "]}", "no answer"},
        {"the same slide twice",
         "{" HEAD ",\"slides\":[" SLIDE("blank", "", "") "," SLIDE("blank", "", "") "]}",
         "slide 1 stands where slide 2 belongs"},
    };
    char why[256];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct lecture *lecture =
            manifest_parse(rows[i].json, strlen(rows[i].json), NULL, 0, why, sizeof why);

        print_message("%s\n", rows[i].sentence);
        assert_int_equal(lecture != NULL, rows[i].why == NULL);
        if (rows[i].why != NULL)
            assert_non_null(strstr(why, rows[i].why));
        lecture_free(&lecture);
    }
}

/* Answers of older versions have neither concept nor labels; both are in ledgers still. */
static void concepts_labels_and_boxes_are_read_where_they_are(void **state)
{
    static const char slide[] = "{\"slide\":%d,\"outcome\":\"cached\",\"picture\":0,\"width\":9,\"height\":9,"
                                "\"degraded\":0,\"code\":\"\","
                                "\"detail\":\"\",\"layer\":{\"lines\":[{%s\"size\":5,\"bold\":0,\"mono\":0,"
                                "\"text\":\"Axon\"}]},\"answer\":"
                                "{\"title\":\"t\",\"explanation\":[\"e\"],\"key_points\":[],\"connections\":"
                                "\"\",\"short_summary\":\"\"%s,"
                                "\"anki_cards\":[{\"front\":\"f\",\"back\":\"b\"%s}]},\"input_tokens\":0,"
                                "\"output_tokens\":0,\"calls\":0}";
    char old[1024], new[1024], json[4096], why[256];
    struct lecture *lecture;

    (void)state;
    snprintf(old, sizeof old, slide, 1, "", "", "");
    snprintf(new, sizeof new, slide, 2, "\"x\":1,\"y\":-2,\"w\":3,\"h\":99999,",
             ",\"labels\":[\"Axon\",\"\",7]", ",\"concept\":\"axon\"");
    snprintf(json, sizeof json, "{" HEAD ",\"slides\":[%s,%s]}", old, new);
    lecture = manifest_parse(json, strlen(json), NULL, 0, why, sizeof why);
    assert_non_null(lecture);
    assert_string_equal(lecture->slides[0].answer->cards[0].concept, "");
    assert_int_equal(lecture->slides[0].answer->labels.count, 0);
    assert_int_equal(lecture->slides[0].lines[0].w, 0);
    assert_string_equal(lecture->slides[1].answer->cards[0].concept, "axon");
    assert_int_equal(lecture->slides[1].answer->labels.count, 1);
    assert_string_equal(lecture->slides[1].answer->labels.item[0], "Axon");
    assert_int_equal(lecture->slides[1].lines[0].x, 1);
    assert_int_equal(lecture->slides[1].lines[0].y, 0);
    assert_int_equal(lecture->slides[1].lines[0].w, 3);
    assert_int_equal(lecture->slides[1].lines[0].h, 16384);
    lecture_free(&lecture);
}

static void a_failed_slide_always_has_a_reason(void **state)
{
    static const char json[] = "{" HEAD ",\"slides\":[" SLIDE("failed", "", "") "]}";
    char why[256];
    struct lecture *lecture = manifest_parse(json, sizeof json - 1, NULL, 0, why, sizeof why);

    (void)state;
    assert_non_null(lecture);
    assert_int_equal(lecture->slides[0].code, CODE_INTERNAL);
    assert_string_equal(lecture->slides[0].detail, code_doc(CODE_INTERNAL));
    lecture_free(&lecture);
}

static void what_the_previous_run_left_is_checked(void **state)
{
#define CARD                                                                                                 \
    "{\"guid\":\"abcdefghijklmnopqr_-\",\"slide_number\":2,\"front\":\" Q "                                  \
    "\",\"back\":\"A\",\"type\":\"cloze\"}"
    static const struct {
        const char *sentence, *summary, *reason, *title;
        size_t cards;
    } rows[] = {
        {"a card of an old summary gets its slide's title",
         "{\"schema_version\":1,\"jobId\":\"old\",\"slides\":[{},{\"title\":\"T\"}],\"anki_cards\":[" CARD
         "]}",
         "", "T", 1},
        {"names that cannot be GUIDs are left out",
         "{\"schema_version\":2,\"jobId\":\"old\",\"anki_cards\":[{\"guid\":\"<b>\"},7," CARD "]}", "", "",
         1},
        {"another job", "{\"schema_version\":2,\"jobId\":\"new\",\"anki_cards\":[]}",
         "it is the summary.json of another job", NULL, 0},
        {"something else", "[1]", "it is not a summary.json of Slidemill", NULL, 0},
        {"a web page", "<html>", "it is not JSON", NULL, 0},
    };
    static const char manifest[] =
        "{" HEAD ",\"previous\":{\"job\":\"old\",\"frame\":1},\"slides\":[" SLIDE("blank", "", "") "]}";
    char why[256];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct picture frame = {rows[i].summary, strlen(rows[i].summary)};
        struct lecture *lecture = manifest_parse(manifest, sizeof manifest - 1, &frame, 1, why, sizeof why);

        print_message("%s\n", rows[i].sentence);
        assert_non_null(lecture);
        assert_true(lecture->previous.named);
        assert_string_equal(lecture->previous.reason, rows[i].reason);
        assert_int_equal(lecture->previous.card_count, rows[i].cards);
        if (rows[i].cards > 0) {
            assert_string_equal(lecture->previous.cards[0].title, rows[i].title);
            assert_string_equal(lecture->previous.cards[0].front, "Q");
            assert_int_equal(lecture->previous.cards[0].kind, CARD_CLOZE);
        }
        lecture_free(&lecture);
    }
}

static void a_question_is_asked_once_with_its_last_answer(void **state)
{
    struct card first[] = {{.front = "What is A?", .back = "half"},
                           {.front = "What is B?", .back = "b"},
                           {.front = "what is \"B\"", .back = "b again"},
                           {.front = "What is D?", .back = "d", .left_out = true}};
    struct card last[] = {{.front = "What is A?", .back = "whole"},
                          {.front = "What is C?", .back = "c"},
                          {.front = "What is C++?", .back = "c++"}};
    struct answer answers[] = {{.title = "", .cards = first, .card_count = 4},
                               {.title = "", .cards = last, .card_count = 3}};
    struct slide slides[] = {{.answer = &answers[0]}, {.answer = NULL}, {.answer = &answers[1]}};
    struct lecture lecture = {.slides = slides, .slide_count = 3};

    (void)state;
    card_dedup(&lecture);
    assert_int_equal(lecture_cards(&lecture), 4);
    assert_int_equal(answers[0].card_count, 1);
    assert_string_equal(answers[0].cards[0].back, "b again");
    assert_string_equal(answers[1].cards[0].back, "whole");
    assert_string_equal(answers[1].cards[1].back, "c");
}

static void a_figure_is_known_by_its_labels(void **state)
{
    struct card first[] = {{.front = "A cell", .back = "Axon, Soma", .occlusion = true},
                           {.front = "Axon, Soma", .back = "b"}};
    struct card last[] = {{.front = "A cell", .back = "Axon, Soma, Myelin", .occlusion = true},
                          {.front = "Summary", .back = "Axon, Soma", .occlusion = true}};
    struct answer answers[] = {{.title = "", .cards = first, .card_count = 2},
                               {.title = "", .cards = last, .card_count = 2}};
    struct slide slides[] = {{.answer = &answers[0]}, {.answer = &answers[1]}};
    struct lecture lecture = {.slides = slides, .slide_count = 2};

    (void)state;
    card_dedup(&lecture);
    assert_int_equal(answers[0].card_count, 1);
    assert_false(answers[0].cards[0].occlusion);
    assert_int_equal(answers[1].card_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_text_is_fit_for_xml),
        cmocka_unit_test(card_text_is_no_command),
        cmocka_unit_test(first_sentence_ends_where_it_should),
        cmocka_unit_test(a_paragraph_goes_as_most_of_its_words_do),
        cmocka_unit_test(languages_are_known_by_all_their_names),
        cmocka_unit_test(every_language_has_every_label),
        cmocka_unit_test(checksums_are_ankis),
        cmocka_unit_test(manifests_are_checked),
        cmocka_unit_test(concepts_labels_and_boxes_are_read_where_they_are),
        cmocka_unit_test(a_failed_slide_always_has_a_reason),
        cmocka_unit_test(what_the_previous_run_left_is_checked),
        cmocka_unit_test(a_question_is_asked_once_with_its_last_answer),
        cmocka_unit_test(a_figure_is_known_by_its_labels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
