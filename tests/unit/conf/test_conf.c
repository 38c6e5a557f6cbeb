/* test_conf - what the loader takes, what it refuses and how it says so, and what it prints */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "conf/edit_distance.h"
#include "conf/renamed.h"
#include "conf/param.h"
#include "conf/source.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define SECRET      "sk-do-not-show-me"
#define SHIPPED     "conf/slidemill.cfg"

static char file_path[] = "/tmp/test_conf-XXXXXX";

/* ---- helpers ---- */

static int start_clean(void **state)
{
    (void)state;
    clearenv();
    return 0;
}

static int make_file(void **state)
{
    int fd = mkstemp(file_path);

    (void)state;
    return fd == -1 ? -1 : close(fd);
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(file_path);
}

static const char *file_with(const char *text)
{
    FILE *file = fopen(file_path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return file_path;
}

static char *slurp(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = calloc(1, 1 << 16);

    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    fclose(file);
    return text;
}

static struct conf *loaded(const char *text)
{
    struct conf *conf = conf_load(text == NULL ? NULL : file_with(text), stderr);

    assert_non_null(conf);
    return conf;
}

/* What is said about a file that must not load. Owned by the caller. */
static char *faults_in(const char *text)
{
    char *said = NULL;
    size_t size;
    FILE *faults = open_memstream(&said, &size);

    assert_null(conf_load(text == NULL ? NULL : file_with(text), faults));
    fclose(faults);
    return said;
}

static char *printed(void (*print)(FILE *))
{
    FILE *out = fopen(file_path, "we");

    assert_non_null(out);
    print(out);
    assert_int_equal(fclose(out), 0);
    return slurp(file_path);
}

static unsigned lines_in(const char *text)
{
    unsigned lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void assert_same(const struct conf *a, const struct conf *b)
{
    for (int i = 0; i < PARAMS; i++)
        if (!param_equal(&param_table[i], a, b))
            fail_msg("%s differs", param_name(&param_table[i]));
}

/* ---- sources ---- */

static void weighs_environment_over_file_over_default(void **state)
{
    static const struct {
        const char *name, *file, *env, *value;
        int64_t port;
        const char *region;
    } rows[] = {
        {"nothing given: defaults", NULL, NULL, NULL, 8000, "us-east-1"},
        {"the file counts", "http: { port = 9000; };", NULL, NULL, 9000, "us-east-1"},
        {"the environment outweighs it", "http: { port = 9000; };", "PORT", "9001", 9001, "us-east-1"},
        {"an empty variable counts as unset", "http: { port = 9000; };", "PORT", "", 9000, "us-east-1"},
        {"the other name of the region", NULL, "AWS_DEFAULT_REGION", "eu-west-3", 8000, "eu-west-3"},
        {"the other name outweighs the file", "s3: { region = \"a\"; };", "AWS_DEFAULT_REGION", "b", 8000,
         "b"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf *conf;

        print_message("  %s\n", rows[i].name);
        clearenv();
        if (rows[i].env != NULL)
            setenv(rows[i].env, rows[i].value, 1);
        conf = loaded(rows[i].file);
        assert_int_equal(conf->http_port, rows[i].port);
        assert_string_equal(conf->s3_region, rows[i].region);
        conf_free(&conf);
        assert_null(conf);
    }
}

static void own_name_outweighs_the_other(void **state)
{
    struct conf *conf;

    (void)state;
    setenv("AWS_DEFAULT_REGION", "other", 1);
    setenv("AWS_REGION", "own", 1);
    conf = loaded(NULL);
    assert_string_equal(conf->s3_region, "own");
    conf_free(&conf);
}

static void takes_values_as_people_write_them(void **state)
{
    static const struct {
        const char *name, *file, *env, *value;
        enum param_index row;
        const char *text;
    } rows[] = {
        {"auto stands for zero", "stages: { rasterizer: { count = \"auto\"; }; };", NULL, NULL,
         PARAM_ID_rasterizer_count, "auto"},
        {"a number where auto could be", "stages: { rasterizer: { count = 3; }; };", NULL, NULL,
         PARAM_ID_rasterizer_count, "3"},
        {"AUTO in capitals", NULL, "SLIDEMILL_RASTERIZER_COUNT", "AUTO", PARAM_ID_rasterizer_count, "auto"},
        {"true in the file", "callback: { secret_in_body = true; };", NULL, NULL,
         PARAM_ID_callback_secret_in_body, "1"},
        {"no in the environment", NULL, "SLIDEMILL_CALLBACK_SECRET_IN_BODY", "No",
         PARAM_ID_callback_secret_in_body, "0"},
        {"a level as Python writes it", NULL, "LOG_LEVEL", "WARNING", PARAM_ID_log_level, "warning"},
        {"a number that needs 33 bits", "s3: { multipart_bytes = 5368709120; };", NULL, NULL,
         PARAM_ID_s3_multipart_bytes, "5368709120"},
        {"the same with libconfig's own L", "s3: { multipart_bytes = 5368709120L; };", NULL, NULL,
         PARAM_ID_s3_multipart_bytes, "5368709120"},
        {"hexadecimal", "s3: { multipart_bytes = 0x140000000; };", NULL, NULL, PARAM_ID_s3_multipart_bytes,
         "5368709120"},
        {"the largest value", NULL, "SLIDEMILL_LIMIT_PDF_BYTES", "1073741824", PARAM_ID_limit_pdf_bytes,
         "1073741824"},
        {"the smallest value", "http: { port = 0; };", NULL, NULL, PARAM_ID_http_port, "0"},
        {"a value may be blanked in the file", "ocr: { languages = \"\"; };", NULL, NULL,
         PARAM_ID_ocr_languages, ""},
        {"a URL", NULL, "OPENAI_BASE_URL", "http://[::1]:8080/v1", PARAM_ID_model_base_url,
         "http://[::1]:8080/v1"},
        {"bind is loopback unless told", NULL, NULL, NULL, PARAM_ID_http_bind, "127.0.0.1"},
        {"a port in the file alone does not open it", "http: { port = 80; };", NULL, NULL, PARAM_ID_http_bind,
         "127.0.0.1"},
        {"PORT in the environment leaves all addresses to front", NULL, "PORT", "80", PARAM_ID_http_bind,
         "auto"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf *conf;
        char *text;

        print_message("  %s\n", rows[i].name);
        clearenv();
        if (rows[i].env != NULL)
            setenv(rows[i].env, rows[i].value, 1);
        conf = loaded(rows[i].file);
        text = param_text(&param_table[rows[i].row], conf);
        assert_string_equal(text, rows[i].text);
        free(text);
        conf_free(&conf);
    }
}

/* ---- faults ---- */

static void tells_what_is_wrong(void **state)
{
    static const struct {
        const char *name, *file, *env, *value;
        const char *said[3]; /* all of these stand in the one line */
    } rows[] = {
        {"too large",
         "\n\nlimits: { pages = 10001; };",
         NULL,
         NULL,
         {"limits.pages (", ":3): \"10001\" is out of bounds", "1 to 10000 pages"}},
        {"too small", "http: { port = -1; };", NULL, NULL, {"http.port", "\"-1\"", "0 to 65535"}},
        {"below the least, in the environment",
         NULL,
         "SLIDEMILL_VISION_TRIES",
         "0",
         {"stages.vision.tries (environment SLIDEMILL_VISION_TRIES)", "\"0\"", "1 to 50 calls"}},
        {"more than 64 bits", NULL, "PORT", "99999999999999999999", {"http.port", "out of bounds", "65535"}},
        {"more than 32 bits are not cut",
         "limits: { pages = 4294967297; };",
         NULL,
         NULL,
         {"limits.pages", "\"4294967297\" is out of bounds", "10000 pages"}},
        {"not a number", NULL, "PORT", "80 ", {"\"80 \" is not a whole number", "http.port", "65535"}},
        {"an address where a port should be",
         NULL,
         "PORT",
         "tcp://10.0.0.1:80",
         {"http.port", "is not a whole number", "environment PORT"}},
        {"a fraction",
         "limits: { pages = 1.5; };",
         NULL,
         NULL,
         {"limits.pages", "a whole number without quotes", "1 to 10000 pages"}},
        {"a number in quotes",
         "limits: { pages = \"5\"; };",
         NULL,
         NULL,
         {"limits.pages", "without quotes", ":1)"}},
        {"auto where there is no auto", NULL, "PORT", "auto", {"http.port", "whole number", "65535"}},
        {"auto with a fault",
         "stages: { rasterizer: { count = \"some\"; }; };",
         NULL,
         NULL,
         {"stages.rasterizer.count", "\"some\"", "auto, or 1 to 256 processes"}},
        {"neither true nor false",
         NULL,
         "SLIDEMILL_CALLBACK_SECRET_IN_BODY",
         "maybe",
         {"callback.secret_in_body", "\"maybe\"", "true or false"}},
        {"a number where a text should be",
         "s3: { bucket = 3; };",
         NULL,
         NULL,
         {"s3.bucket", "a text in double quotes", "0 to 255 bytes"}},
        {"a list where a text should be",
         "s3: { bucket = [\"a\"]; };",
         NULL,
         NULL,
         {"s3.bucket", "a text in double quotes", ":1)"}},
        {"none of the words",
         NULL,
         "SLIDEMILL_MODEL_DETAIL",
         "hig",
         {"model.detail", "\"hig\"", "low or high"}},
        {"a URL without a scheme",
         NULL,
         "AWS_ENDPOINT_URL_S3",
         "minio:9000",
         {"s3.endpoint", "is not a URL", "http:// or https://"}},
        {"a URL without a host", NULL, "OPENAI_BASE_URL", "https:///v1", {"model.base_url", "not a URL", ""}},
        {"a line break in a text", NULL, "OPENAI_MODEL", "gpt\n4", {"model.name", "\"gpt?4\"", "control"}},
        {"a text too long", NULL, "LOG_LEVEL", "0123456789abcdefg", {"log_level", "none of the words", ""}},
        {"an unknown key",
         "limits: { page = 5; };",
         NULL,
         NULL,
         {"limits.page (", "unknown key", "did you mean limits.pages?"}},
        {"two letters swapped", "htpt: { port = 1; };", NULL, NULL, {"htpt.port", "mean http.port?", ":1)"}},
        {"a key outside its group", "bucket = \"b\";", NULL, NULL, {"bucket", "mean s3.bucket?", ""}},
        {"an environment name in the file",
         "OPENAI_MODEL = \"m\";",
         NULL,
         NULL,
         {"OPENAI_MODEL", "mean model.name?", ""}},
        {"nothing like it",
         "flux_capacitor = 1;",
         NULL,
         NULL,
         {"flux_capacitor", "unknown key", "slidemill config reference"}},
        {"an unknown empty group", "nothing_known: { };", NULL, NULL, {"nothing_known", "unknown key", ""}},
        {"a value where a group is",
         "http = 8000;",
         NULL,
         NULL,
         {"http (", "group of keys", "http: { ... };"}},
        {"a broken file", "http: {\n port = ;\n};", NULL, NULL, {":2:", "syntax error", ""}},
        {"the same key twice", "drain_s = 1;\ndrain_s = 2;", NULL, NULL, {":2:", "duplicate", ""}},
        {"another file", "@include \"other.cfg\"\n", NULL, NULL, {"@include", "one file", ""}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *said;

        print_message("  %s\n", rows[i].name);
        clearenv();
        if (rows[i].env != NULL)
            setenv(rows[i].env, rows[i].value, 1);
        said = faults_in(rows[i].file);
        assert_int_equal(lines_in(said), 1);
        for (int part = 0; part < 3; part++)
            if (strstr(said, rows[i].said[part]) == NULL)
                fail_msg("no \"%s\" in: %s", rows[i].said[part], said);
        free(said);
    }
}

static void tells_all_faults_at_once(void **state)
{
    char *said;

    (void)state;
    setenv("PORT", "x", 1);
    setenv("SLIDEMILL_DRAIN_S", "-1", 1);
    said = faults_in("limits: { pages = 0; page = 1; }; model: { detail = \"medium\"; };");
    assert_int_equal(lines_in(said), 5);
    free(said);
}

static void tells_of_files_it_cannot_read(void **state)
{
    static const struct {
        const char *name, *path, *said;
    } rows[] = {
        {"a file that is not there", "/nonexistent/slidemill.cfg", "No such file or directory"},
        {"a folder", "/", "Is a directory"},
        {"a device", "/dev/zero", "not a regular file"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *said = NULL;
        size_t size;
        FILE *faults = open_memstream(&said, &size);

        print_message("  %s\n", rows[i].name);
        assert_null(conf_load(rows[i].path, faults));
        fclose(faults);
        assert_non_null(strstr(said, rows[i].said));
        free(said);
    }
}

/* ---- secrets ---- */

static void refuses_secrets_in_the_file(void **state)
{
    static const struct {
        const char *file, *belongs;
    } rows[] = {
        {"model: { key = \"" SECRET "\"; };", "OPENAI_API_KEY_FILE"},
        {"OPENAI_API_KEY = \"" SECRET "\";", "OPENAI_API_KEY_FILE"},
        {"http: { api_keys = \"" SECRET "\"; };", "SLIDEMILL_API_KEYS_FILE"},
        {"callback: { secret = \"" SECRET "\"; };", "WORKER_CALLBACK_SECRET_FILE"},
        {"s3: { access_key = \"" SECRET "\"; };", "AWS_ACCESS_KEY_ID_FILE"},
        {"s3: { secret_key = \"" SECRET "\"; };", "AWS_SECRET_ACCESS_KEY_FILE"},
        {"aws_session_token = \"" SECRET "\";", "AWS_SESSION_TOKEN_FILE"},
        {"smtp: { password = \"" SECRET "\"; };", "belongs into the environment"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *said = faults_in(rows[i].file);

        assert_int_equal(lines_in(said), 1);
        assert_non_null(strstr(said, "secret"));
        if (strstr(said, rows[i].belongs) == NULL)
            fail_msg("no \"%s\" in: %s", rows[i].belongs, said);
        assert_null(strstr(said, SECRET));
        free(said);
    }
}

static void reads_secrets_from_files(void **state)
{
    static const struct {
        const char *name, *content, *value, *fault;
    } rows[] = {
        {"the line break at its end is not part of it", SECRET "\n", SECRET, NULL},
        {"nor is that of Windows", SECRET "\r\n", SECRET, NULL},
        {"spaces are", " " SECRET " ", " " SECRET " ", NULL},
        {"an empty file is a fault", "\n", NULL, "it is empty"},
        {"a line break inside is a fault", SECRET "\nmore\n", NULL, "control character"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("  %s\n", rows[i].name);
        setenv("OPENAI_API_KEY_FILE", file_with(rows[i].content), 1);
        if (rows[i].fault == NULL) {
            struct conf *conf = conf_load(NULL, stderr);

            assert_non_null(conf);
            assert_string_equal(conf->model_key, rows[i].value);
            conf_free(&conf);
        } else {
            char *said = faults_in(NULL);

            assert_non_null(strstr(said, rows[i].fault));
            assert_null(strstr(said, SECRET));
            free(said);
        }
    }
}

static void one_secret_has_one_place(void **state)
{
    char *said;

    (void)state;
    setenv("OPENAI_API_KEY", SECRET, 1);
    setenv("OPENAI_API_KEY_FILE", "/nonexistent", 1);
    said = faults_in(NULL);
    assert_non_null(strstr(said, "both set"));
    assert_null(strstr(said, SECRET));
    free(said);
}

static void wiped_secrets_are_gone_but_known(void **state)
{
    char kept[] = "OPENAI_API_KEY=" SECRET;
    struct conf *conf;

    (void)state;
    putenv(kept); /* the environment is this very array, as /proc/PID/environ is the block of the start */
    setenv("PORT", "8001", 1);
    conf_wipe_environ(true);
    for (size_t i = sizeof "OPENAI_API_KEY="; i < sizeof kept; i++)
        assert_int_equal(kept[i], 0);
    assert_string_equal(getenv("PORT"), "8001");
    conf = loaded(NULL);
    assert_string_equal(conf->model_key, SECRET);
    conf_free(&conf);
    clearenv();
    setenv("OPENAI_API_KEY", "x", 1);
    conf_wipe_environ(true);
    clearenv();
    setenv("SLIDEMILL_API_KEYS", SECRET, 1);
    conf_wipe_environ(false);
    conf = loaded(NULL);
    assert_string_equal(conf->api_keys, ""); /* nobody knows it any more */
    conf_free(&conf);
}

/* ---- a worker's environment ---- */

static bool has_name(char **env, const char *name)
{
    for (; *env != NULL; env++)
        if (strncmp(*env, name, strlen(name)) == 0 && (*env)[strlen(name)] == '=')
            return true;
    return false;
}

static void gives_each_worker_only_what_it_reads(void **state)
{
    static const enum stage_kind holders[] = {STAGE_FRONT, STAGE_COURIER, STAGE_RASTERIZER, STAGE_VISION,
                                              STAGE_ASSEMBLER};
    struct conf *conf = loaded(NULL);

    (void)state;
    setenv("HOME", "/root", 1);
    setenv("PATH", "/bin", 1);
    for (int i = 0; i < PARAMS; i++)
        if (param_table[i].type == PARAM_SECRET)
            param_parse(&param_table[i], conf, SECRET);
    for (size_t k = 0; k < COUNT(holders); k++) {
        char **env = conf_env_for(conf, holders[k]);

        for (int i = 0; i < PARAMS; i++)
            assert_int_equal(has_name(env, param_table[i].env),
                             (param_table[i].readers & 1u << holders[k]) != 0);
        assert_false(has_name(env, "HOME"));
        assert_true(has_name(env, "PATH"));
        conf_env_free(&env);
        assert_null(env);
    }
    conf_free(&conf);
}

static void worker_loads_the_same_values(void **state)
{
    struct conf *conf = loaded("ocr: { languages = \"\"; }; model: { cards = 3; name = \"a b=c\"; };");
    char **env = conf_env_for(conf, STAGE_VISION);
    struct conf *workers;

    (void)state;
    clearenv();
    for (char **each = env; *each != NULL; each++)
        assert_int_equal(putenv(*each), 0);
    workers = loaded(NULL);
    for (int i = 0; i < PARAMS; i++)
        if ((param_table[i].readers & 1u << STAGE_VISION) != 0 &&
            !param_equal(&param_table[i], conf, workers))
            fail_msg("%s differs", param_name(&param_table[i]));
    clearenv();
    conf_free(&workers);
    conf_free(&conf);
    conf_env_free(&env);
}

/* ---- printing ---- */

static void shipped_file_is_what_the_table_prints(void **state)
{
    char *shipped = slurp(SHIPPED), *table = printed(conf_default);

    (void)state;
    if (strcmp(shipped, table) != 0)
        fail_msg(SHIPPED " is old: make it again with slidemill config default > " SHIPPED);
    free(shipped);
    free(table);
}

static void shipped_file_with_all_keys_in_force_changes_nothing(void **state)
{
    char *text = printed(conf_default);
    struct conf *plain = loaded(NULL), *full, *commented = loaded(text);
    unsigned keys = 0;

    (void)state;
    for (char *c = strchr(text, '#'); c != NULL; c = strchr(c + 1, '#'))
        if (c[1] >= 'a' && c[1] <= 'z') { /* "# words" is a comment, "#key = value;" a key */
            *c = ' ';
            keys++;
        }
    for (int i = 0; i < PARAMS; i++)
        keys -= param_table[i].type != PARAM_SECRET && !param_is_hidden(&param_table[i]);
    assert_int_equal(keys, 0);
    full = loaded(text);
    assert_same(plain, commented);
    assert_same(plain, full);
    conf_free(&plain);
    conf_free(&commented);
    conf_free(&full);
    free(text);
}

static void show_tells_origins_but_no_secrets(void **state)
{
    static const char *const expected[] = {
        "http.port = 81  # environment PORT\n",
        "drain_s = 30  # default\n",
        "OPENAI_API_KEY = set  # environment OPENAI_API_KEY\n",
        "WORKER_CALLBACK_SECRET = unset  # default\n",
        "callback.url = \"https://***@host/hook\"  # environment WORKER_CALLBACK_URL\n",
        "callback.secret_in_body = false  # /tmp/test_conf-",
        ":2\n",
    };
    char *text = NULL;
    size_t size, hidden = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    for (int i = 0; i < PARAMS; i++)
        hidden += param_is_hidden(&param_table[i]);
    setenv("PORT", "81", 1);
    setenv("OPENAI_API_KEY", SECRET, 1);
    setenv("WORKER_CALLBACK_URL", "https://user:" SECRET "@host/hook", 1);
    assert_int_equal(conf_show(file_with("\ncallback: { secret_in_body = false; };"), out, stderr), 0);
    fclose(out);
    for (size_t i = 0; i < COUNT(expected); i++)
        if (strstr(text, expected[i]) == NULL)
            fail_msg("no \"%s\" in: %s", expected[i], text);
    assert_null(strstr(text, SECRET));
    assert_int_equal(lines_in(text), PARAMS - hidden);
    free(text);
}

static void reference_has_every_parameter_once(void **state)
{
    char *text = printed(conf_reference);

    (void)state;
    for (int i = 0; i < PARAMS; i++) {
        char cell[128];
        const char *found;

        snprintf(cell, sizeof cell, "| `%s`", param_table[i].env);
        found = strstr(text, cell);
        if (param_is_hidden(&param_table[i])) {
            assert_null(found);
            continue;
        }
        assert_non_null(found);
        assert_null(strstr(found + 1, cell));
    }
    free(text);
}

/* ---- changes ---- */

struct seen {
    unsigned count;
    char path[64], effect;
    unsigned readers;
};

static void see(void *arg, const char *path, char effect, unsigned readers)
{
    struct seen *seen = arg;

    seen->count++;
    snprintf(seen->path, sizeof seen->path, "%s", path);
    seen->effect = effect;
    seen->readers = readers;
}

static void tells_what_changed(void **state)
{
    static const struct {
        const char *file, *env, *path;
        char effect;
        unsigned readers;
    } rows[] = {
        {"drain_s = 1;", NULL, "drain_s", CONF_LIVE, CONF_SUPERVISOR},
        {"model: { name = \"m\"; };", NULL, "model.name", CONF_ROLL, CONF_SUPERVISOR | 1u << STAGE_VISION},
        {"http: { port = 1; };", NULL, "http.port", CONF_RESTART, CONF_SUPERVISOR},
        {"", "WORKER_CALLBACK_SECRET", "WORKER_CALLBACK_SECRET", CONF_ROLL, 1u << STAGE_COURIER},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct seen seen = {0};
        struct conf *old = loaded(""), *new;

        if (rows[i].env != NULL)
            setenv(rows[i].env, SECRET, 1);
        new = loaded(rows[i].file);
        conf_each_change(old, new, see, &seen);
        assert_int_equal(seen.count, 1);
        assert_string_equal(seen.path, rows[i].path);
        assert_int_equal(seen.effect, rows[i].effect);
        assert_int_equal(seen.readers, rows[i].readers);
        conf_free(&old);
        conf_free(&new);
    }
}

static void set_copies_also_from_itself(void **state)
{
    struct conf *conf = loaded("state_dir = \"/a/b\";");

    (void)state;
    conf_set(&conf->state_dir, conf->state_dir + 2); /* the copy comes first */
    assert_string_equal(conf->state_dir, "/b");
    conf_free(&conf);
}

/* ---- parts ---- */

static void counts_letters_between_words(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"port", "port", 0},
        {"port", "PORT", 0},
        {"", "port", 4},
        {"port", "", 4},
        {"prot", "port", 1},
        {"pages", "page", 1},
        {"page", "pages", 1},
        {"count", "counted", 2},
        {"kitten", "sitting", 3},
        {"ab", "ba", 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(edit_distance(rows[i].a, rows[i].b), rows[i].distance);
}

static void widens_long_numbers_and_nothing_else(void **state)
{
    static const struct {
        const char *name, *text, *wide;
    } rows[] = {
        {"nine digits fit", "a = 999999999;", "a = 999999999;"},
        {"ten may not", "a = 4294967295;", "a = 4294967295L;"},
        {"a sign before it", "a = -4294967295;", "a = -4294967295L;"},
        {"an L is there already", "a = 4294967295L;", "a = 4294967295L;"},
        {"hexadecimal", "a = 0x1FFFFFFFF;", "a = 0x1FFFFFFFFL;"},
        {"a fraction", "a = 4294967295.5;", "a = 4294967295.5;"},
        {"a name with digits", "a4294967295 = 1;", "a4294967295 = 1;"},
        {"a text", "a = \"x 4294967295 \\\" 4294967295\";", "a = \"x 4294967295 \\\" 4294967295\";"},
        {"comments", "# 4294967295\n// 4294967295\n/* 4294967295\n*/",
         "# 4294967295\n// 4294967295\n/* 4294967295\n*/"},
        {"a text without its end", "a = \"4294967295\\", "a = \"4294967295\\"},
        {"a comment without its end", "/* 4294967295", "/* 4294967295"},
        {"@ in a text and a comment", "a = \"@include\"; # @include", "a = \"@include\"; # @include"},
        {"@ elsewhere", "a = 1; @include \"b\"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *wide = source_widen(rows[i].text);

        print_message("  %s\n", rows[i].name);
        if (rows[i].wide == NULL)
            assert_null(wide);
        else
            assert_string_equal(wide, rows[i].wide);
        free(wide);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, start_clean)

static void an_old_name_works_in_the_file_and_is_noted(void **state)
{
    char wanted[300];

    (void)state;
    for (int i = 0; i < RENAMED_COUNT; i++) {
        const struct param *param = &param_table[renamed_table[i].param];
        const char *dot = strchr(renamed_table[i].path, '.');
        char *value = param->type == PARAM_STR    ? "\"require\""
                      : param->type == PARAM_BOOL ? "false"
                                                  : "1048577";
        char text[200];
        struct conf *conf;

        if (param->type == PARAM_INT && param->hi < 1048577)
            value = "77";
        if (dot == NULL)
            snprintf(text, sizeof text, "%s = %s;", renamed_table[i].path, value);
        else
            snprintf(text, sizeof text, "%.*s: { %s = %s; };", (int)(dot - renamed_table[i].path),
                     renamed_table[i].path, dot + 1, value);
        conf = loaded(text);
        snprintf(wanted, sizeof wanted, "%s (%s:1) is now %s\n", renamed_table[i].path, file_path,
                 param->path);
        assert_string_equal(conf->renamed, wanted);
        conf_free(&conf);
    }
}

static void an_old_name_sets_what_the_new_one_sets(void **state)
{
    struct conf *conf = loaded("cage: { level = \"require\"; };\nwedge_s = 7;");

    (void)state;
    assert_string_equal(conf->sandbox_level, "require");
    assert_int_equal(conf->watchdog_stall_s, 7);
    conf_free(&conf);
    setenv("SLIDEMILL_CAGE_LEVEL", "off", 1);
    conf = loaded("sandbox: { level = \"require\"; };"); /* the environment outweighs the file as ever */
    assert_string_equal(conf->sandbox_level, "off");
    assert_string_equal(conf->renamed, "SLIDEMILL_CAGE_LEVEL (environment) is now SLIDEMILL_SANDBOX_LEVEL\n");
    conf_free(&conf);
    unsetenv("SLIDEMILL_CAGE_LEVEL");
    conf = loaded("sandbox: { level = \"require\"; };");
    assert_string_equal(conf->renamed, "");
    conf_free(&conf);
}

static void an_old_name_beside_the_new_one_is_a_fault(void **state)
{
    char *said = faults_in("cage: { level = \"off\"; };\nsandbox: { level = \"off\"; };");

    (void)state;
    assert_non_null(strstr(said, "sandbox.level (")); /* where it was found, and where the other one is */
    assert_non_null(strstr(said, "the file sets sandbox.level under its old name and its new one"));
    assert_int_equal(lines_in(said), 1);
    free(said);
    said = faults_in("watchdog: { stall_s = 7; };\nwedge_s = 7;");
    assert_non_null(strstr(said, "wedge_s ("));
    assert_non_null(strstr(said, "keep only watchdog.stall_s"));
    free(said);
    setenv("SLIDEMILL_WEDGE_S", "7", 1);
    setenv("SLIDEMILL_WATCHDOG_STALL_S", "7", 1);
    said = faults_in(NULL);
    assert_string_equal(
        said, "SLIDEMILL_WEDGE_S and SLIDEMILL_WATCHDOG_STALL_S are both set: the first is the old name "
              "of the second; keep only SLIDEMILL_WATCHDOG_STALL_S\n");
    free(said);
    unsetenv("SLIDEMILL_WEDGE_S");
    unsetenv("SLIDEMILL_WATCHDOG_STALL_S");
}

static void a_wrong_value_under_an_old_name_is_told(void **state)
{
    char *said = faults_in("wedge_s = 0;");

    (void)state;
    assert_non_null(strstr(said, "watchdog.stall_s ("));
    assert_non_null(strstr(said, "\"0\" is out of bounds"));
    free(said);
}

static void no_old_name_is_a_name_of_today(void **state)
{
    (void)state;
    for (int i = 0; i < RENAMED_COUNT; i++)
        for (int k = 0; k < PARAMS; k++) {
            assert_string_not_equal(renamed_table[i].path, param_table[k].path);
            assert_string_not_equal(renamed_table[i].env, param_table[k].env);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(weighs_environment_over_file_over_default),
        TEST(own_name_outweighs_the_other),
        TEST(takes_values_as_people_write_them),
        TEST(tells_what_is_wrong),
        TEST(tells_all_faults_at_once),
        TEST(tells_of_files_it_cannot_read),
        TEST(refuses_secrets_in_the_file),
        TEST(reads_secrets_from_files),
        TEST(one_secret_has_one_place),
        TEST(gives_each_worker_only_what_it_reads),
        TEST(worker_loads_the_same_values),
        TEST(shipped_file_is_what_the_table_prints),
        TEST(shipped_file_with_all_keys_in_force_changes_nothing),
        TEST(show_tells_origins_but_no_secrets),
        TEST(reference_has_every_parameter_once),
        TEST(tells_what_changed),
        TEST(set_copies_also_from_itself),
        TEST(counts_letters_between_words),
        TEST(widens_long_numbers_and_nothing_else),
        TEST(an_old_name_works_in_the_file_and_is_noted),
        TEST(an_old_name_sets_what_the_new_one_sets),
        TEST(an_old_name_beside_the_new_one_is_a_fault),
        TEST(a_wrong_value_under_an_old_name_is_told),
        TEST(no_old_name_is_a_name_of_today),
        TEST(wiped_secrets_are_gone_but_known), /* last: the process goes on knowing what it wiped */
    };

    return cmocka_run_group_tests(tests, make_file, drop_file);
}
