/* http_trust - see http_trust.h */
#include "stages/lib/http_trust.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <openssl/ssl.h>

#include "proto/panic.h"

struct http_trust {
    X509_STORE *store; /* NULL: not read yet */
    struct stat read;  /* its file, as it was then */
};

struct http_trust *http_trust_new(void)
{
    return need_zero(1, sizeof(struct http_trust));
}

void http_trust_free(struct http_trust **trust)
{
    if (*trust == NULL)
        return;
    X509_STORE_free((*trust)->store);
    free(*trust);
    *trust = NULL;
}

/* libcurl itself does not look at OpenSSL's names for a trust store of one's own. */
static const char *named(const char *variable, const char *else_this)
{
    const char *path = getenv(variable);

    return path != NULL && *path != '\0' ? path : else_this;
}

/* With the flags that libcurl sets: a certificate of the store is the end of a chain, its issuer or not. */
static X509_STORE *read_store(const char *file, const char *folder)
{
    X509_STORE *store = X509_STORE_new();

    must(store != NULL);
    if ((file == NULL || X509_STORE_load_file(store, file) == 1) &&
        (folder == NULL || X509_STORE_load_path(store, folder) == 1) &&
        X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN) == 1)
        return store;
    X509_STORE_free(store);
    return NULL;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void refresh(struct http_trust *trust)
{
    const curl_version_info_data *libcurl = curl_version_info(CURLVERSION_NOW);
    const char *file = named("SSL_CERT_FILE", libcurl->cainfo);
    struct stat now = {.st_size = 0};

    if (file != NULL && stat(file, &now) == -1)
        now = (struct stat){.st_size = 0};
    if (trust->store != NULL && same_file(&trust->read, &now))
        return;
    X509_STORE_free(trust->store);
    trust->store = read_store(file, named("SSL_CERT_DIR", libcurl->capath));
    trust->read = now;
}

/* A connection begins. What it holds of the store outlives a store that is read anew. */
static CURLcode on_context(CURL *easy, void *context, void *arg)
{
    struct http_trust *trust = arg;

    (void)easy;
    refresh(trust);
    if (trust->store == NULL)
        return CURLE_SSL_CACERT_BADFILE;
    SSL_CTX_set1_cert_store(context, trust->store);
    return CURLE_OK;
}

void http_trust_set(CURL *easy, struct http_trust *trust)
{
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, NULL); /* it reads none of its own */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT,
                     0L); /* it would keep the first of ours, whatever changes */
    must(curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context) == CURLE_OK);
    must(curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, trust) == CURLE_OK);
}
