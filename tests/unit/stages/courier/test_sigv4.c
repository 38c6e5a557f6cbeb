/* test_sigv4 - every vector of tests/data/sigv4-vectors.json: canonical request, string to sign, signature */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/panic.h"
#include "stages/courier/sigv4.h"

static const char *text_of(json_t *vector, const char *name)
{
    const char *text = json_string_value(json_object_get(vector, name));

    return text == NULL ? "" : text;
}

static size_t pairs_of(json_t *list, struct sigv4_pair *pairs)
{
    size_t i;
    json_t *pair;

    json_array_foreach(list, i, pair) pairs[i] = (struct sigv4_pair){
        json_string_value(json_array_get(pair, 0)), json_string_value(json_array_get(pair, 1))};
    return json_array_size(list);
}

/* What services other than S3 do to a path before it is signed. */
static void normalise(const char *path, char *out)
{
    char copy[512], *part[64], *rest = copy;
    size_t count = 0, size = strlen(path);
    bool folder = size > 0 && path[size - 1] == '/';

    snprintf(copy, sizeof copy, "%s", path);
    for (char *word; (word = strsep(&rest, "/")) != NULL;) {
        if (strcmp(word, "..") == 0)
            count -= count > 0;
        else if (*word != '\0' && strcmp(word, ".") != 0)
            part[count++] = word;
    }
    *out = '\0';
    for (size_t i = 0; i < count; i++)
        out += sprintf(out, "/%s", part[i]);
    if (count == 0 || folder)
        strcpy(out, "/");
}

static void check(json_t *vector)
{
    struct sigv4_pair query[32], headers[32];
    struct sigv4_key key = {
        .access = text_of(vector, "access_key"),
        .secret = text_of(vector, "secret_key"),
        .token = json_is_true(json_object_get(vector, "sign_token")) ? text_of(vector, "token") : "",
        .region = text_of(vector, "region"),
        .service = text_of(vector, "service")};
    struct sigv4_request request = {.method = text_of(vector, "method"),
                                    .path = text_of(vector, "path"),
                                    .query = query,
                                    .headers = headers,
                                    .payload = text_of(vector, "payload")};
    json_t *expect = json_object_get(vector, "expect");
    struct sigv4_signed got;
    char path[512];

    request.query_count = pairs_of(json_object_get(vector, "query"), query);
    request.header_count = pairs_of(json_object_get(vector, "headers"), headers);
    if (json_is_true(json_object_get(vector, "normalize"))) {
        normalise(request.path, path);
        request.path = path;
    }
    if (strcmp(text_of(vector, "form"), "header") == 0)
        sigv4_sign_header(&key, text_of(vector, "time"), &request, &got);
    else
        sigv4_sign_query(&key, text_of(vector, "time"),
                         (unsigned)json_integer_value(json_object_get(vector, "expires")), &request, &got);
    if (strcmp(got.signature, text_of(expect, "signature")) != 0)
        print_message("%s\n", text_of(vector, "name"));
    assert_string_equal(got.canonical, text_of(expect, "canonical"));
    assert_string_equal(got.to_sign, text_of(expect, "string_to_sign"));
    assert_string_equal(got.signature, text_of(expect, "signature"));
    sigv4_clear(&got);
}

static void every_vector(void **state)
{
    json_t *all = json_load_file("tests/data/sigv4-vectors.json", 0, NULL), *vector;
    size_t i;

    (void)state;
    assert_non_null(all);
    assert_int_equal(json_array_size(json_object_get(all, "vectors")), 241);
    json_array_foreach(json_object_get(all, "vectors"), i, vector) check(vector);
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_vector)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
