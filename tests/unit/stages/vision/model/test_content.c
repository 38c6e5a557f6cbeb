/* test_content - loose JSON, bodies and streams, and what stands around an answer */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/answer/backslash.h"
#include "stages/vision/model/answer_body.h"
#include "stages/vision/model/completion.h"
#include "stages/vision/model/content.h"
#include "stages/vision/answer/lenient_json.h"
#include "stages/vision/answer/markup.h"

static void reads_loose_json(void **state)
{
    static const struct {
        const char *text, *value; /* NULL: it is none */
        int cut;
    } rows[] = {
        {"{\"a\":[1,2.5,-3e2,true,false,null]}", "{\"a\":[1,2.5,-300.0,true,false,null]}", 0},
        {"{\"a\":1,} and more", "{\"a\":1}", 0},
        {"[1,2,]", "[1,2]", 0},
        {"{'a': 'it\\'s', 'b': 'the dog's'}", "{\"a\":\"it's\",\"b\":\"the dog's\"}", 0},
        {"{a: 1, $b_2: \"x\"}", "{\"a\":1,\"$b_2\":\"x\"}", 0},
        {"{\"a\": True, \"b\": None, \"c\": NaN, \"d\": -Infinity}",
         "{\"a\":true,\"b\":null,\"c\":null,\"d\":null}", 0},
        {"// note\n{\"a\": 1, /* here */ \"b\": 2 # end\n}", "{\"a\":1,\"b\":2}", 0},
        {"{\"a\": \"one\ntwo\tthree\"}", "{\"a\":\"one\\ntwo\\tthree\"}", 0},
        {"{\"a\": \"$\\alpha$ \\(x\\) \\{\"}", "{\"a\":\"$\\\\alpha$ \\\\(x\\\\) \\\\{\"}", 0},
        {"{\"a\": \"\\u0000\\ud83d\"}", "{\"a\":\"\\u0001\xef\xbf\xbd\"}", 0},
        {"{\"a\": \"x\xff\"}", "{\"a\":\"x\xef\xbf\xbd\"}", 0},
        {"{“a”: “say “hi” now”}", "{\"a\":\"say “hi” now\"}", 0},
        {"[\"a\"\n\"b\"]", "[\"a\",\"b\"]", 0},
        {"{\"a\": 1\n \"b\": 2}", "{\"a\":1,\"b\":2}", 0},
        {"\"text\" rest", "\"text\"", 0},
        {"[\"a\" \"b\"]", NULL, 0},
        {"{\"a\": \"The \"big\" one\"}", NULL, 0},
        {"[1 2]", NULL, 0},
        {"{\"a\" 1}", NULL, 0},
        {"{\"a\":}", NULL, 0},
        {"[1}", NULL, 0},
        {"[,1]", NULL, 0},
        {"{x}", NULL, 0},
        {"[...]", NULL, 0},
        {"{\"a\": \"one\", \"b\": [\"two\", \"thr", "{\"a\":\"one\",\"b\":[\"two\"]}", 1},
        {"{\"a\": [{\"f\": \"q\", \"b\":", "{\"a\":[{\"f\":\"q\"}]}", 1},
        {"{\"a\": 12", "{}", 1},
        {"{\"a\": tru", "{}", 1},
        {"{\"a\": 1", "{}", 1},
        {"{\"a\": \"x\"", "{\"a\":\"x\"}", 1},
        {"[[1, 2], [3", "[[1,2],[]]", 1},
        {"\"open", NULL, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t end;
        bool cut;
        json_t *value = lenient_json_read(rows[i].text, strlen(rows[i].text), &end, &cut);
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

        print_message("  %s\n", rows[i].text);
        assert_int_equal(cut, rows[i].cut);
        if (rows[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(text == NULL ? "" : text, rows[i].value);
        free(text);
        json_decref(value);
    }
}

static void deep_nesting_is_no_json(void **state)
{
    char text[4096];
    size_t end;
    bool cut;

    (void)state;
    memset(text, '[', sizeof text);
    assert_null(lenient_json_read(text, sizeof text, &end, &cut));
    assert_false(cut);
}

#define G     "{\"title\":\"T\",\"explanation\":[\"One {x}.\"],\"anki_cards\":[]}"
#define DRAFT "{\"title\":\"D\",\"explanation\":[\"Draft.\"],\"anki_cards\":[]}"

static json_t *clean(void *arg, const json_t *raw, const char **why)
{
    (void)arg;
    return answer_clean(raw, 3, why);
}

static void finds_the_answer_in_a_text(void **state)
{
    static const char *const rows[] = {
        G,
        "\n\n" G,
        "<think>Is it {x} or [1]? </think>" G,
        "<think>" DRAFT "</think>" G,
        "<think>" DRAFT " no, better: " G,
        "<thinking>a</thinking>\n" G,
        "<reasoning>a</reasoning>" G,
        "<thought>a</thought>" G,
        "◁think▷a◁/think▷" G,
        "[THINK]a {\"b\": [/THINK]" G,
        "<|channel|>analysis<|message|>We need JSON "
        "{..}<|end|><|start|>assistant<|channel|>final<|message|>" G "<|return|>",
        "analysisWe need it.assistantfinal" G,
        "```\n" G "\n```",
        "```json5\n" G "\n```",
        "~~~json\n" G "\n~~~",
        "```json\n" G,
        "```json\n" DRAFT "\n```\nBetter:\n```json\n" G "\n```\n",
        "Here: " G " I used {braces} and [brackets].",
        "**Answer** [1]: " G "\n\nNotes: {\"see\": \"slide\"}",
        G "<|im_end|>",
        G "</s>",
        G "```",
        "\"{\\\"title\\\":\\\"T\\\",\\\"explanation\\\":[\\\"One {x}.\\\"],\\\"anki_cards\\\":[]}\"",
        "{\\\"title\\\":\\\"T\\\",\\\"explanation\\\":[\\\"One {x}.\\\"],\\\"anki_cards\\\":[]}",
        "{\"answer\":" G "}",
        "{\"result\": {\"data\": [" G "]}}",
        "{\"arguments\":\"{\\\"title\\\":\\\"T\\\",\\\"explanation\\\":[\\\"One "
        "{x}.\\\"],\\\"anki_cards\\\":[]}\"}",
        "[" G "]",
        "<answer>" G "</answer>",
        "{'title': 'T', 'explanation': ['One {x}.'], 'anki_cards': []}",
        "\xef\xbb\xbf" G,
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *source = json_string(rows[i]);
        struct content found = content_find(source, clean, NULL);

        print_message("  %s\n", rows[i]);
        assert_non_null(found.answer);
        assert_string_equal(json_string_value(json_object_get(found.answer, "title")), "T");
        assert_string_equal(
            json_string_value(json_array_get(json_object_get(found.answer, "explanation"), 0)), "One {x}.");
        json_decref(found.answer);
        json_decref(source);
    }
}

static void the_marks_of_thinking_may_stand_in_an_answer(void **state)
{
    json_t *source = json_string("{\"title\":\"T\",\"explanation\":[\"Models end it by </think> {x}.\"]}");
    struct content found = content_find(source, clean, NULL);

    (void)state;
    assert_string_equal(json_string_value(json_array_get(json_object_get(found.answer, "explanation"), 0)),
                        "Models end it by </think> {x}.");
    json_decref(found.answer);
    json_decref(source);
}

static void knows_refusals(void **state)
{
    static const struct {
        const char *text;
        int refuses, prose;
    } rows[] = {
        {"I'm sorry, but I can't assist with that.", 1, 0},
        {"I’m sorry, I cannot help with this request.", 1, 0},
        {"Sorry, but I can't process images.", 1, 0},
        {"Lo siento, pero no puedo ayudarte con eso.", 1, 0},
        {"Es tut mir leid, aber ich kann dabei nicht helfen.", 1, 0},
        {"Je suis désolé, mais je ne peux pas vous aider.", 1, 0},
        {"<think>It is bad.</think>I cannot assist with that.", 1, 0},
        {"抱歉，我无法协助处理该请求。", 1, 0},
        {"申し訳ありませんが、お手伝いできません。", 1, 0},
        {"I'm sorry state machines are hard, said nobody; this slide explains how they work in detail.", 0,
         1},
        {"This slide is about the cell. The main points are: lipids and proteins.", 0, 1},
        {"Sure! Here is what the slide says.", 0, 0},
        {"", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *prose = content_prose(rows[i].text);

        print_message("  %s\n", rows[i].text);
        assert_int_equal(content_refuses(rows[i].text), rows[i].refuses);
        assert_int_equal(prose != NULL, rows[i].prose);
        json_decref(prose);
    }
}

#define CHUNK(text, finish)                                                                                  \
    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"},\"finish_reason\":" finish "}]}"

/* The content, how it ended, and the tokens told. */
static void reads_bodies(void **state)
{
    static const struct {
        const char *body, *content; /* NULL: it is no JSON */
        enum finish finish;
        unsigned tokens;
    } rows[] = {
        {"data: " CHUNK("a", "null") "\n\ndata: " CHUNK("b", "\"stop\"") "\n\ndata: [DONE]\n\n", "ab",
         FINISH_STOP, 0},
        {"data:" CHUNK("a", "null") "\r\n\r\ndata:" CHUNK("b", "\"stop\"") "\r\n\r\n", "ab", FINISH_STOP, 0},
        {": ping\n\nevent: message\nid: 1\ndata: " CHUNK("a", "\"length\"") "\n\n", "a", FINISH_LENGTH, 0},
        {"data: " CHUNK("a", "null") "\ndata: " CHUNK("b", "\"stop\"") "\ndata: [DONE]", "ab", FINISH_STOP,
         0},
        {"data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"},\ndata: "
         "\"finish_reason\":\"stop\"}]}\n\n",
         "a", FINISH_STOP, 0},
        {"data: " CHUNK("a", "\"stop\"") "\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":5}}\n\n",
         "a", FINISH_STOP, 5},
        {CHUNK("a", "null") "\n" CHUNK("b", "\"stop\"") "\n", "ab", FINISH_STOP, 0},
        {"data: " CHUNK("a", "null") "\n\n", "a", FINISH_BROKEN, 0},
        {"data: " CHUNK("a", "null") "\n\ndata: {\"choices\":[{\"del\n\n", NULL, FINISH_STOP, 0},
        {"data: [DONE]\n\n", NULL, FINISH_STOP, 0},
        {"data: {\"choices\":[{\"message\":{\"content\":\"whole\"},\"finish_reason\":\"stop\"}]}\n\n",
         "whole", FINISH_STOP, 0},
        {"\xef\xbb\xbf{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":7}}"
         "\ndata: [DONE]\n",
         "a", FINISH_STOP, 7},
        {"{\"choices\":[{\"message\":{\"content\":[{\"type\":\"output_text\",\"text\":\"a\"},{\"type\":"
         "\"thinking\","
         "\"thinking\":\"t\"},\"b\"]}}]}",
         "ab", FINISH_STOP, 0},
        {"{\"choices\":[{\"text\":\"old\"}]}", "old", FINISH_STOP, 0},
        {"{\"choices\":[{\"message\":{\"content\":null,\"function_call\":{\"arguments\":\"args\"}},\"finish_"
         "reason\":"
         "\"function_call\"}]}",
         "args", FINISH_STOP, 0},
        {"{\"message\":{\"content\":\"a\"}}", "a", FINISH_STOP, 0},
        {"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"MAX_TOKENS\"}]}", "a",
         FINISH_LENGTH, 0},
        {"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"SAFETY\"}]}", "a",
         FINISH_FILTERED, 0},
        {"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"content-filter\"}]}", "a",
         FINISH_FILTERED, 0},
        {"{\"choices\":[{\"message\":{\"content\":\"line\none\"}}]}", "line\none", FINISH_STOP, 0},
        {"{\"choices\":[{\"message\":{\"content\":\"cut", NULL, FINISH_STOP, 0},
        {"<html>", NULL, FINISH_STOP, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *root = answer_body_read(rows[i].body, strlen(rows[i].body));
        struct completion c = completion_read(root);

        print_message("  %s\n", rows[i].body);
        assert_int_equal(root != NULL, rows[i].content != NULL);
        if (root != NULL) {
            assert_string_equal(json_string_value(c.sources[0]), rows[i].content);
            assert_int_equal(c.finish, rows[i].finish);
            assert_int_equal(c.input_tokens, rows[i].tokens);
        }
        completion_clear(&c);
        json_decref(root);
    }
}

static void reads_bodies_in_other_codings(void **state)
{
    static const char
        little[] = "\xff\xfe{\0\"\0a\0\"\0:\0\"\0=\xd8\0\xde\"\0}\0",
        big[] = "\0{\0\"\0a\0\"\0:\0\"\0x\0\"\0}", nuls[] = "{\"a\":\"x\"}\0\0\0",
        packed[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56\x4a\x54\xb2\x52\xaa\x50\xaa\x05\x00";
    static const struct {
        const char *bytes;
        size_t size;
        const char *text;
    } rows[] = {
        {little, sizeof little - 1, "\xf0\x9f\x98\x80"},
        {big, sizeof big - 1, "x"},
        {nuls, sizeof nuls - 1, "x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *root = answer_body_read(rows[i].bytes, rows[i].size);

        assert_string_equal(json_string_value(json_object_get(root, "a")), rows[i].text);
        json_decref(root);
    }
    assert_null(answer_body_read(packed, sizeof packed - 1)); /* gzip that breaks off */
}

static void mends_markup(void **state)
{
    static const char *const rows[][2] = {
        {"$\\\\frac{a}{b}$", "$\\frac{a}{b}$"},
        {"$\\\\\\frac{a}{b}$", "$\\frac{a}{b}$"},
        {"$\\\\\\\\frac{a}{b}$", "$\\frac{a}{b}$"},
        {"$\\\\alpha + \\\\beta \\\\leq \\\\gamma$", "$\\alpha + \\beta \\leq \\gamma$"},
        {"$$\\\\sum_{i=1}^{n} x_i$$", "$$\\sum_{i=1}^{n} x_i$$"},
        {"\\\\[ \\\\int_0^1 f \\\\]", "\\[ \\int_0^1 f \\]"},
        {"\\\\( \\\\sqrt{x} \\\\)", "\\( \\sqrt{x} \\)"},
        {"$\\\\begin{pmatrix} a & b \\\\\\\\ c & d \\\\end{pmatrix}$",
         "$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$"},
        {"$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$",
         "$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$"},
        {"$\\begin{matrix}a\\\\\\frac12\\end{matrix}$", "$\\begin{matrix}a\\\\\\frac12\\end{matrix}$"},
        {"$$a=b\\\\c=d$$", "$$a=b\\\\c=d$$"},
        {"H<sub>2</sub>O and x<sup>2</sup>, 10<sup>-3</sup>", "H₂O and x², 10⁻³"},
        {"V<sub>max</sub>", "V$_{\\text{max}}$"},
        {"The tag <sub> lowers.", "The tag <sub> lowers."},
        {"One<br>two<br/>three<BR />.", "One\ntwo\nthree\n."},
        {"| 1<br>2 | x<sup>2</sup> |", "| 1 / 2 | x² |"},
        {"A&nbsp;B &lt; C &amp; D &rarr; E &#945; &#x3b2;", "A\xc2\xa0"
                                                            "B < C & D → E α β"},
        {"`&lt;` and a && b; c &unknown; &#0; &#xd800;", "`&lt;` and a && b; c &unknown; &#0; &#xd800;"},
        {"$a &lt; b$", "$a < b$"},
        {"<b>bold</b> and <i>it</i> and <u>under</u>", "**bold** and *it* and under"},
        {"Press <kbd>Ctrl</kbd>; List<String>.", "Press <kbd>Ctrl</kbd>; List<String>."},
        {"a<b and c>d; <b>not bold</b> <script>alert(1)</script>",
         "a<b and c>d; <b>not bold</b> <script>alert(1)</script>"},
        {"Line one.\\nLine two.", "Line one.\nLine two."},
        {"- a\\n- b\\n- c", "- a\n- b\n- c"},
        {"A.\\n\\nB", "A.\n\nB"},
        {"\"Hello\\nWorld\" has two lines; $\\nabla f$, \\nu",
         "\"Hello\\nWorld\" has two lines; $\\nabla f$, \\nu"},
        {"`a.\\nB` is code", "`a.\\nB` is code"},
        {"costs $5 and $10 <sub>x</sub>", "costs $5 and $10 $_{\\text{x}}$"},
        {"```\n<b>x</b>\\n\n```", "```\n<b>x</b>\\n\n```"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = markup_text(rows[i][0]);

        print_message("  %s\n", rows[i][0]);
        assert_string_equal(text, rows[i][1]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_loose_json),
        cmocka_unit_test(deep_nesting_is_no_json),
        cmocka_unit_test(finds_the_answer_in_a_text),
        cmocka_unit_test(the_marks_of_thinking_may_stand_in_an_answer),
        cmocka_unit_test(knows_refusals),
        cmocka_unit_test(reads_bodies),
        cmocka_unit_test(reads_bodies_in_other_codings),
        cmocka_unit_test(mends_markup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
