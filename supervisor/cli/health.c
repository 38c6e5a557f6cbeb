/* health - slidemill health: asks a running service whether it can work, for container health checks */
#include "supervisor/cli/commands.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "conf/conf.h"
#include "proto/panic.h"

#include "supervisor/cli/console.h"

enum { EXIT_UNWELL = 1, TIMEOUT_S = 5, BODY_ROOM = 1024 };

struct body {
    char text[BODY_ROOM];
    size_t used;
};

/* Keeps what fits and lets the rest pass by: only the beginning is shown. */
static size_t on_body(char *data, size_t one, size_t size, void *arg)
{
    struct body *body = arg;
    size_t fits = sizeof body->text - 1 - body->used;

    memcpy(body->text + body->used, data, size < fits ? size : fits);
    body->used += size < fits ? size : fits;
    return size * one;
}

/* Where a service with this environment listens. Owned by the caller; NULL: the environment is faulty (told).
 */
static char *own_url(void)
{
    struct conf *conf = conf_load(NULL, stderr);
    char *url;

    if (conf == NULL)
        return NULL;
    url = need_format("http://127.0.0.1:%lld", (long long)conf->http_port);
    conf_free(&conf);
    return url;
}

static CURLcode get(const char *url, long *status, struct body *body)
{
    CURL *easy = curl_easy_init();
    CURLcode rc;

    if (easy == NULL)
        panic("out of memory");
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    rc = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(easy);
    return rc;
}

static int ask(const char *base)
{
    struct body body = {.used = 0};
    size_t size = strlen(base);
    long status = 0;
    CURLcode rc;
    char *url;

    while (size > 0 && base[size - 1] == '/')
        size--;
    url = need_format("%.*s/health", (int)size, base);
    rc = get(url, &status, &body);
    if (rc != CURLE_OK)
        console_error("%s: %s", url, curl_easy_strerror(rc));
    else
        console_print(status == 200 ? stdout : stderr, "%s: %ld %s", url, status, body.text);
    free(url);
    return rc == CURLE_OK && status == 200 ? EXIT_SUCCESS : EXIT_UNWELL;
}

int health_main(int argc, char **argv)
{
    static const struct option options[] = {{"url", required_argument, NULL, 'u'}, {NULL, 0, NULL, 0}};
    char *url = NULL;
    int option, rc;

    while ((option = getopt_long(argc, argv, "u:", options, NULL)) != -1) {
        if (option != 'u')
            return console_usage("usage: slidemill health [--url URL]");
        free(url);
        url = need_dup(optarg);
    }
    if (optind < argc) {
        free(url);
        return console_usage("health takes no %s", argv[optind]);
    }
    if (url == NULL)
        url = own_url();
    rc = url == NULL ? EXIT_UNWELL : ask(url);
    free(url);
    return rc;
}
