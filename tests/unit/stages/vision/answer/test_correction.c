/* test_correction - which statements are asked about again, what comes back, and the answer with it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/vision/answer/correction.h"

static const char answered[] =
    "{'title':'Shells','kind':'content','explanation':['It has 7 rooms.','It reads.'],"
    "'key_points':['A shell reads.','It has 9 modes.'],'connections':'','short_summary':'Shells.',"
    "'labels':[],'anki_cards':[{'type':'basic','concept':'shell','front':'How many?','back':'98'},"
    "{'type':'cloze','concept':'pipe','front':'A {{c1::pipe}} joins 5.','back':''}],"
    "'left_out':[{'what':'card','reason':'no_back','count':1}],'grounded':false,'unsupported':[]}";

/* JSON with apostrophes for quotes. */
static json_t *json_of(const char *text)
{
    char *copy = strdup(text);
    json_t *value;

    for (char *at = copy; (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    value = json_loads(copy, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    free(copy);
    return value;
}

static void assert_json(const json_t *value, const char *wanted)
{
    json_t *other = json_of(wanted);
    char *got = json_dumps(value, JSON_COMPACT);

    if (!json_equal(value, other))
        fail_msg("%s\nis not\n%s", got, wanted);
    free(got);
    json_decref(other);
}

static json_t *statements_of(const char *claims)
{
    json_t *answer = json_of(answered), *list = json_of(claims);
    json_t *statements = correction_statements(answer, list);

    json_decref(list);
    json_decref(answer);
    return statements;
}

#define CLAIM(where, index, text) "{'where':'" where "','index':" index ",'kind':'number','text':'" text "'}"

static void a_statement_is_asked_about_once_with_all_its_doubts(void **state)
{
    json_t *statements =
        statements_of("[" CLAIM("key_points", "1", "9") "," CLAIM("card", "0", "98") "," CLAIM(
            "key_points", "1", "modes") "," CLAIM("short_summary", "0", "Shells") "]");

    (void)state;
    assert_json(
        statements,
        "[{'where':'key_points','index':1,'front':'','text':'It has 9 modes.','doubts':['9','modes']},"
        "{'where':'card','index':0,'front':'How many?','text':'98','doubts':['98']},"
        "{'where':'short_summary','index':0,'front':'','text':'Shells.','doubts':['Shells']}]");
    json_decref(statements);
}

static void what_the_answer_does_not_have_is_not_asked_about(void **state)
{
    json_t *statements = statements_of(
        "[" CLAIM("key_points", "2", "9") "," CLAIM("card", "-1", "9") "," CLAIM("x", "0", "9") "]");

    (void)state;
    assert_json(statements, "[]");
    json_decref(statements);
}

static void many_statements_are_bounded(void **state)
{
    json_t *answer = json_pack("{s:[]}", "key_points"), *claims = json_array(), *statements;

    (void)state;
    for (int i = 0; i < 60; i++) {
        json_array_append_new(json_object_get(answer, "key_points"), json_string("x"));
        json_array_append_new(claims,
                              json_pack("{s:s, s:i, s:s}", "where", "key_points", "index", i, "text", "x"));
    }
    statements = correction_statements(answer, claims);
    assert_int_equal(json_array_size(statements), 24);
    json_decref(statements);
    json_decref(claims);
    json_decref(answer);
}

static void takes_what_is_meant_by_a_correction(void **state)
{
    static const struct {
        const char *raw, *wanted; /* NULL: it is none */
    } rows[] = {
        {"{'corrections':[{'number':1,'front':'','text':' It has modes. '}]}",
         "[{'number':1,'front':'','text':'It has modes.'}]"},
        {"{'Corrections':[{'Number':'2','Question':'Q','back':'A'}]}",
         "[{'number':2,'front':'Q','text':'A'}]"},
        {"{'result':{'corrections':{'number':1,'text':'one'}}}", "[{'number':1,'front':'','text':'one'}]"},
        {"{'corrections':[{'number':1,'text':null},{'number':2},{'number':0,'text':'x'},{'text':'y'},7,null]"
         "}",
         "[{'number':1,'front':'','text':''}]"},
        {"{'corrections':[{'number':1,'text':'x &lt; y<br>z'}]}",
         "[{'number':1,'front':'','text':'x < y\\nz'}]"},
        {"{'corrections':[]}", "[]"},
        {"{'corrections':'none'}", NULL},
        {"{'explanation':['It reads.']}", NULL},
        {"7", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *raw = json_of(rows[i].raw), *clean;
        const char *why = NULL;

        clean = correction_clean(raw, &why);
        assert_int_equal(clean == NULL, rows[i].wanted == NULL);
        if (clean == NULL)
            assert_string_equal(why, "it is not a JSON object with a list of corrections");
        else
            assert_json(json_object_get(clean, "corrections"), rows[i].wanted);
        json_decref(clean);
        json_decref(raw);
    }
}

/* The statements are the paragraph, the key point, both cards and the summary. */
static json_t *corrected_by(const char *corrections)
{
    json_t *statements =
        statements_of("[" CLAIM("explanation", "0", "7") "," CLAIM("key_points", "1", "9") "," CLAIM(
            "card", "0", "98") "," CLAIM("card", "1", "5") "," CLAIM("short_summary", "0", "x") "]");
    json_t *answer = json_of(answered), *list = json_of(corrections),
           *heard = json_pack("{s:o}", "corrections", list);
    json_t *before = json_deep_copy(answer), *corrected = correction_apply(answer, statements, heard);

    assert_true(json_equal(before, answer));
    json_decref(before);
    json_decref(answer);
    json_decref(heard);
    json_decref(statements);
    return corrected;
}

static void only_what_is_corrected_changes(void **state)
{
    static const struct {
        const char *corrections, *member, *wanted;
    } rows[] = {
        {"[]", "key_points", "['A shell reads.','It has 9 modes.']"},
        {"[{'number':2,'front':'?','text':'It has modes.'}]", "key_points",
         "['A shell reads.','It has modes.']"},
        {"[{'number':2,'front':'','text':''}]", "key_points", "['A shell reads.']"},
        {"[{'number':1,'front':'','text':'It has rooms.'}]", "explanation", "['It has rooms.','It reads.']"},
        {"[{'number':1,'front':'','text':''}]", "explanation", "['It reads.']"},
        {"[{'number':5,'front':'','text':'New.'}]", "short_summary", "'New.'"},
        {"[{'number':3,'front':'','text':'Some'},{'number':4,'front':'','text':''}]", "anki_cards",
         "[{'type':'basic','concept':'shell','front':'How many?','back':'Some'}]"},
        {"[{'number':3,'front':'What?','text':'A shell'},{'number':4,'front':'A {{c1::pipe}} "
         "joins.','text':''}]",
         "anki_cards",
         "[{'type':'basic','concept':'shell','front':'What?','back':'A shell'},"
         "{'type':'cloze','concept':'pipe','front':'A {{c1::pipe}} joins.','back':''}]"},
        {"[{'number':3,'front':'What?','text':''},{'number':4,'front':'No gap is left.','text':''}]",
         "anki_cards", "[]"},
        {"[{'number':9,'front':'','text':'x'},{'number':4000000000000,'front':'','text':'x'}]", "key_points",
         "['A shell reads.','It has 9 modes.']"},
        {"[{'number':2,'front':'','text':'x'}]", "left_out",
         "[{'what':'card','reason':'no_back','count':1}]"},
        {"[{'number':2,'front':'','text':'x'}]", "kind", "'content'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *corrected = corrected_by(rows[i].corrections);

        assert_json(json_object_get(corrected, rows[i].member), rows[i].wanted);
        json_decref(corrected);
    }
}

static void an_explanation_is_not_taken_out_whole(void **state)
{
    json_t *answer =
        json_of("{'kind':'content','explanation':['It has 7 rooms.'],'key_points':[],'anki_cards':[]}");
    json_t *claims = json_of("[" CLAIM("explanation", "0", "7") "]");
    json_t *statements = correction_statements(answer, claims);
    json_t *heard = json_of("{'corrections':[{'number':1,'front':'','text':''}]}");
    json_t *corrected = correction_apply(answer, statements, heard);

    (void)state;
    assert_json(json_object_get(corrected, "explanation"), "['It has 7 rooms.']");
    json_decref(corrected);
    json_decref(heard);
    json_decref(statements);
    json_decref(claims);
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_is_asked_about_once_with_all_its_doubts),
        cmocka_unit_test(what_the_answer_does_not_have_is_not_asked_about),
        cmocka_unit_test(many_statements_are_bounded),
        cmocka_unit_test(takes_what_is_meant_by_a_correction),
        cmocka_unit_test(only_what_is_corrected_changes),
        cmocka_unit_test(an_explanation_is_not_taken_out_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
