/* doctor - slidemill doctor: does what is configured work, and if not, what is to be changed?
 *
 * It looks at prices, budgets, folders and the way to the store itself; the model is asked by
 * slidemill-vision
 * --probe, with the environment a worker would get, so that the keys stay where they are.
 *
 * Promise: exit 0 if all that a lecture needs works, 1 if something does not. It changes nothing, and costs
 * the tokens of one slide for each endpoint.
 */
#include "supervisor/cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>
#include <jansson.h>

#include "conf/conf.h"
#include "proto/exits.h"
#include "proto/panic.h"
#include "stages/lib/sandbox.h"

#include "supervisor/cli/diagnosis.h"
#include "supervisor/cli/console.h"
#include "supervisor/process/program.h"
#include "supervisor/store/state_folder.h"
#include "supervisor/process/limits.h"
#include "supervisor/money/price.h"
#include "supervisor/base/production.h"

enum { EXIT_UNWELL = 1, STORE_S = 10 };

/* ---- the model ---- */

/* What the child tells; what is not news (faults of the environment, errors it logs) is passed on as it is.
 */
static unsigned print_probe(struct diagnosis *diagnosis, const struct conf *conf, int fd)
{
    FILE *told = fdopen(fd, "r");
    char *line = NULL;
    size_t room = 0;
    unsigned news = 0;

    must(told != NULL);
    while (getline(&line, &room, told) != -1) {
        json_t *said = json_loads(line, 0, NULL);

        line[strcspn(line, "\n")] = '\0';
        if (diagnosis_probe(diagnosis, conf, said))
            news++;
        else
            console_print(stderr, "%s", line);
        json_decref(said);
    }
    free(line);
    fclose(told);
    return news;
}

static void check_model(struct diagnosis *diagnosis, const struct conf *conf)
{
    char *path = program_find("slidemill-vision");
    char **env = conf_env_for(conf, STAGE_VISION);
    const char *const argv[] = {path, "--probe", NULL};
    int ends[2], status = 0;
    pid_t child;

    if (path == NULL) {
        diagnosis_wrong(diagnosis, "install slidemill as a whole",
                        "slidemill-vision is not where it should be");
        conf_env_free(&env);
        return;
    }
    must(pipe2(ends, O_CLOEXEC) == 0);
    child = program_start(path, argv, env, ends[1], -1);
    close(ends[1]);
    conf_env_free(&env);
    if (child == -1)
        close(ends[0]);
    else if (print_probe(diagnosis, conf, ends[0]) == 0 && *conf->ocr_languages == '\0')
        diagnosis_note("scans are not read: ocr.languages is empty");
    if (child == -1 || waitpid(child, &status, 0) == -1 || status != 0)
        diagnosis_wrong(diagnosis, "see what it said on standard error", "slidemill-vision did not finish");
    free(path);
}

static bool has_model(const struct conf *conf)
{
    if (strcmp(conf->model_engine, "auto") != 0)
        return strcmp(conf->model_engine, "openai") == 0;
    return *conf->model_key != '\0' || *conf->model_base_url != '\0' ||
           strcmp(conf->model_preset, "auto") != 0;
}

/* ---- money ---- */

static void check_budget(struct diagnosis *diagnosis, const char *name, const char *value)
{
    int64_t micro;

    if (*value != '\0' && !usd_parse(value, &micro))
        diagnosis_wrong(diagnosis, "write it like 2.50, or leave it empty", "%s is not an amount in USD: %s",
                        name, value);
}

static void check_money(struct diagnosis *diagnosis, const struct conf *conf)
{
    const char *fault = price_overrides_fault(conf->model_prices);

    if (fault != NULL)
        diagnosis_wrong(diagnosis, "", "model.prices: %s", fault);
    check_budget(diagnosis, "budget.job_usd", conf->budget_job_usd);
    check_budget(diagnosis, "budget.key_day_usd", conf->budget_key_day_usd);
    check_budget(diagnosis, "budget.day_usd", conf->budget_day_usd);
}

/* ---- folders ---- */

/* A file is made and removed: permissions tell only half of what a file system refuses. */
static bool takes_files(const char *folder)
{
    char *path = need_format("%s/.doctor-XXXXXX", folder);
    int fd = mkstemp(path), error = errno;

    if (fd != -1) {
        close(fd);
        unlink(path);
    }
    free(path);
    errno = error;
    return fd != -1;
}

/* The folder itself, or the one it would be made in. Owned by the caller. */
static char *nearest(const char *folder)
{
    char *path = need_dup(folder), *slash;
    struct stat what;

    while (stat(path, &what) == -1 && errno == ENOENT && (slash = strrchr(path, '/')) != NULL &&
           slash != path)
        *slash = '\0';
    return path;
}

static void check_folder(struct diagnosis *diagnosis, const char *what, const char *variable,
                         const char *folder)
{
    char *there = nearest(folder), remedy[256];
    bool made = strcmp(there, folder) == 0;

    snprintf(remedy, sizeof remedy, "let this user write there, or set %s to another folder", variable);
    if (!takes_files(there))
        diagnosis_wrong(diagnosis, remedy, "%s: %s cannot be written to: %s", what, there, strerror(errno));
    else
        diagnosis_ok("%s: %s%s", what, folder, made ? "" : " (will be made)");
    free(there);
}

/* ---- the store ---- */

static size_t discard(char *data, size_t one, size_t size, void *arg)
{
    (void)data;
    (void)arg;
    return one * size;
}

/* Any HTTP answer will do: what the keys may do, the first transfer finds out. */
static CURLcode try_connect(const char *url)
{
    CURL *easy = curl_easy_init();
    CURLcode rc;

    must(easy != NULL);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)STORE_S);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    if (getenv("SSL_CERT_FILE") != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
    rc = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    return rc;
}

static void check_s3(struct diagnosis *diagnosis, const struct conf *conf)
{
    char *url = *conf->s3_endpoint != '\0' ? need_dup(conf->s3_endpoint) : NULL;
    CURLcode rc;

    if (url == NULL)
        url = need_format("https://s3.%s.amazonaws.com", conf->s3_region);
    if (*conf->s3_access_key == '\0' || *conf->s3_secret_key == '\0')
        diagnosis_wrong(diagnosis, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                        "bucket %s: there is no key for it", conf->s3_bucket);
    rc = try_connect(url);
    if (rc != CURLE_OK)
        diagnosis_wrong(diagnosis, "check AWS_ENDPOINT_URL_S3, AWS_REGION and the network", "%s: %s", url,
                        curl_easy_strerror(rc));
    else
        diagnosis_ok("bucket %s: %s is reached", conf->s3_bucket, url);
    free(url);
}

static void check_store(struct diagnosis *diagnosis, struct conf *conf)
{
    char *store;

    state_folder_find(conf);
    check_folder(diagnosis, "state folder", "SLIDEMILL_STATE_DIR", conf->state_dir);
    if (*conf->s3_bucket != '\0') {
        check_s3(diagnosis, conf);
        return;
    }
    store = *conf->store_dir == '\0' ? need_format("%s/objects", conf->state_dir) : need_dup(conf->store_dir);
    check_folder(diagnosis, "store", "SLIDEMILL_STORE_DIR", store);
    free(store);
}

/* ---- sandbox ---- */

static void check_sandbox(struct diagnosis *diagnosis, const struct conf *conf)
{
    const char *lacks = sandbox_landlock_version() == 0 ? "Landlock"
                        : sandbox_knows_calls()         ? NULL
                                                        : "seccomp";

    if (strcmp(conf->sandbox_level, "off") == 0)
        diagnosis_note("sandbox.level is off: only the renderer is confined");
    else if (lacks == NULL)
        diagnosis_ok("stages are confined: Landlock (version %d) and seccomp", sandbox_landlock_version());
    else if (strcmp(conf->sandbox_level, "require") == 0)
        diagnosis_wrong(diagnosis, "set sandbox.level to prefer, or use a kernel that has it",
                        "stages do not start: this kernel has no %s", lacks);
    else
        diagnosis_note("stages are confined in part: this kernel has no %s", lacks);
    if (geteuid() == 0)
        diagnosis_note("started as root: documents are read and made by user %d", SANDBOX_USER);
}

/* ---- limits ---- */

static void check_limits(struct diagnosis *diagnosis, const struct conf *conf)
{
    struct limits_fault fault;

    if (limits_check(conf, &fault) == -1)
        diagnosis_wrong(diagnosis, fault.remedy, "%s", fault.what);
    else
        diagnosis_ok("limits of this shell: files, processes, memory and file size do");
}

/* ---- all of it ---- */

/* As GET /health of a service with this configuration says. */
static void check_production(struct diagnosis *diagnosis, struct conf *conf)
{
    unsigned lacks = production_lacks(conf);

    production_resolve_none(conf);
    for (int i = 0; i < LACKS; i++)
        if ((lacks & 1u << i) != 0)
            diagnosis_wrong(diagnosis, production_effect((enum production_lack)i),
                            "%s is not set, and this looks like a service in production",
                            production_variable((enum production_lack)i));
    if (*conf->callback_url != '\0' && *conf->callback_secret == '\0')
        diagnosis_wrong(diagnosis, "set it, the same as in the web app",
                        "WORKER_CALLBACK_SECRET is not set: callbacks are not signed");
}

static int check_all(struct conf *conf)
{
    struct diagnosis diagnosis = {.wrong = 0};

    diagnosis_heading("folders and store");
    check_store(&diagnosis, conf);
    check_sandbox(&diagnosis, conf);
    check_limits(&diagnosis, conf);
    check_money(&diagnosis, conf);
    check_production(&diagnosis, conf);
    if (!has_model(conf)) {
        diagnosis_heading("no model: slides are explained from their own text alone");
        diagnosis_note("set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, to have one");
    }
    check_model(&diagnosis, conf);
    diagnosis_heading("%s", diagnosis.wrong == 0 ? "All is well." : "Something is wrong, see above.");
    return diagnosis.wrong == 0 ? EXIT_DONE : EXIT_UNWELL;
}

int doctor_main(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    const char *file = NULL;
    struct conf *conf;
    int option, rc;

    while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
        if (option != 'c')
            return console_usage("usage: slidemill doctor [--config FILE]");
        file = optarg;
    }
    if (optind < argc)
        return console_usage("doctor takes no %s", argv[optind]);
    conf = conf_load(file, stderr);
    if (conf == NULL)
        return EXIT_UNWELL;
    rc = check_all(conf);
    conf_free(&conf);
    return rc;
}
