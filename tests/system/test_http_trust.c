/* test_http_trust - whom we talk to over TLS: connections share what is trusted, and nothing else
 *
 * The certificates are made here.  Needs python3 with h2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/system/http_rig.h"

enum { DAY = 86400 };

static char folder[] = "/tmp/slidemill-trust-XXXXXX";

/* ---- certificates ---- */

struct identity {
    X509 *cert;
    EVP_PKEY *key;
};

struct wish {
    const char *name, *host;
    const struct identity *issuer; /* NULL: itself */
    bool signs;
    long from_s, to_s;
};

static void extend(X509 *cert, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    assert_non_null(extension);
    assert_int_equal(X509_add_ext(cert, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static struct identity make(const struct wish *wish)
{
    static long serial;
    struct identity made = {X509_new(), EVP_EC_gen("P-256")};
    const struct identity *issuer = wish->issuer != NULL ? wish->issuer : &made;
    char host[64];

    assert_true(made.cert != NULL && made.key != NULL);
    X509_set_version(made.cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.cert), wish->from_s);
    X509_gmtime_adj(X509_getm_notAfter(made.cert), wish->to_s);
    X509_set_pubkey(made.cert, made.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)wish->name, -1, -1, 0);
    X509_set_issuer_name(made.cert, X509_get_subject_name(issuer->cert));
    extend(made.cert, NID_basic_constraints, wish->signs ? "critical,CA:TRUE" : "CA:FALSE");
    snprintf(host, sizeof host, "DNS:%s", wish->host);
    extend(made.cert, NID_subject_alt_name, host);
    assert_true(X509_sign(made.cert, issuer->key, EVP_sha256()) > 0);
    return made;
}

static void give_back(struct identity *identity)
{
    X509_free(identity->cert);
    EVP_PKEY_free(identity->key);
}

static const char *path_of(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_certs(const char *path, const struct identity *const *list)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    for (; *list != NULL; list++)
        assert_int_equal(PEM_write_X509(out, (*list)->cert), 1);
    assert_int_equal(fclose(out), 0);
}

static void write_key(const char *path, const struct identity *identity)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_int_equal(PEM_write_PrivateKey(out, identity->key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(out), 0);
}

/* ---- asking ---- */

static CURLcode ask(struct http_client *net, const struct server *server)
{
    struct tally tally = {.done = 0};

    http_start(net,
               &(struct http_request){
                   .method = "POST", .url = server->url, .max_answer = 1000, .timeout_ms = PATIENCE_MS},
               tally_count, &tally);
    turn_until(net, &tally, 1);
    assert_true(tally.good == (tally.last == CURLE_OK));
    return tally.last;
}

/* chain: what it shows; the first is its own. */
static void serve_as(struct server *server, const struct identity *const *chain)
{
    write_certs(path_of("server.pem"), chain);
    write_key(path_of("server.key"), chain[0]);
    server_start(server, path_of("server.pem"), path_of("server.key"), (const char *const[]){NULL});
}

static CURLcode ask_one(struct http_client *net, const struct identity *identity)
{
    struct server server;
    CURLcode said;

    serve_as(&server, (const struct identity *const[]){identity, NULL});
    said = ask(net, &server);
    server_stop(&server);
    return said;
}

/* ---- what must be ---- */

static const struct wish authority = {"authority", "authority", NULL, true, -DAY, DAY};

/* All in one client, so that whoever is trusted stands beside all who are not. */
static void each_server_is_checked(void **state)
{
    struct identity ca = make(&authority), other = make(&authority);
    struct identity known = make(&(struct wish){"known", "localhost", NULL, false, -DAY, DAY});
    struct identity stranger = make(&(struct wish){"stranger", "x", NULL, true, -DAY, DAY});
    struct identity pinned = make(&(struct wish){"pinned", "localhost", &stranger, false, -DAY, DAY});
    const struct {
        const char *sentence;
        struct wish wish;
        bool trusted;
    } rows[] = {
        {"signed by whom we trust", {"s", "localhost", &ca, false, -DAY, DAY}, true},
        {"signed by another of that name", {"s", "localhost", &other, false, -DAY, DAY}, false},
        {"signed by itself", {"s", "localhost", NULL, false, -DAY, DAY}, false},
        {"signed by one that may not sign", {"s", "localhost", &known, false, -DAY, DAY}, false},
        {"of yesterday", {"s", "localhost", &ca, false, -2 * DAY, -DAY}, false},
        {"of tomorrow", {"s", "localhost", &ca, false, DAY, 2 * DAY}, false},
        {"for another host", {"localhost", "example.org", &ca, false, -DAY, DAY}, false},
        {"signed by whom we trust, again", {"s", "localhost", &ca, false, -DAY, DAY}, true},
    };
    struct http_client *net;

    (void)state;
    write_certs(path_of("trust.pem"), (const struct identity *const[]){&ca, &known, &pinned, NULL});
    setenv("SSL_CERT_FILE", path_of("trust.pem"), 1);
    net = http_client_new(4);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct identity identity = make(&rows[i].wish);

        print_message("  %s\n", rows[i].sentence);
        assert_int_equal(ask_one(net, &identity) == CURLE_OK, rows[i].trusted);
        give_back(&identity);
    }
    assert_int_equal(ask_one(net, &known), CURLE_OK);
    assert_int_equal(ask_one(net, &pinned), CURLE_OK); /* though we do not trust its issuer */
    http_client_free(&net);
    give_back(&pinned);
    give_back(&stranger);
    give_back(&known);
    give_back(&other);
    give_back(&ca);
}

static void a_changed_store_counts_for_the_next_connection(void **state)
{
    struct identity ca = make(&authority), other = make(&(struct wish){"other", "x", NULL, true, -DAY, DAY});
    struct identity site = make(&(struct wish){"s", "localhost", &other, false, -DAY, DAY});
    struct http_client *net;

    (void)state;
    write_certs(path_of("trust.pem"), (const struct identity *const[]){&ca, NULL});
    setenv("SSL_CERT_FILE", path_of("trust.pem"), 1);
    net = http_client_new(4);
    assert_int_equal(ask_one(net, &site), CURLE_PEER_FAILED_VERIFICATION);
    write_certs(path_of("trust.pem"), (const struct identity *const[]){&ca, &other, NULL});
    assert_int_equal(ask_one(net, &site), CURLE_OK);
    write_certs(path_of("trust.pem"), (const struct identity *const[]){&ca, NULL});
    assert_int_equal(ask_one(net, &site), CURLE_PEER_FAILED_VERIFICATION);
    unlink(path_of("trust.pem"));
    assert_int_equal(ask_one(net, &site), CURLE_SSL_CACERT_BADFILE);
    http_client_free(&net);
    give_back(&site);
    give_back(&other);
    give_back(&ca);
}

static void a_folder_of_certificates_counts_too(void **state)
{
    struct identity ca = make(&authority), other = make(&(struct wish){"other", "x", NULL, true, -DAY, DAY});
    struct identity site = make(&(struct wish){"s", "localhost", &other, false, -DAY, DAY});
    struct http_client *net;
    char name[32];

    (void)state;
    write_certs(path_of("trust.pem"), (const struct identity *const[]){&ca, NULL});
    setenv("SSL_CERT_FILE", path_of("trust.pem"), 1);
    setenv("SSL_CERT_DIR", folder, 1);
    net = http_client_new(4);
    assert_int_equal(ask_one(net, &site), CURLE_PEER_FAILED_VERIFICATION);
    snprintf(name, sizeof name, "%08lx.0",
             X509_NAME_hash_ex(X509_get_subject_name(other.cert), NULL, NULL, NULL));
    write_certs(path_of(name), (const struct identity *const[]){&other, NULL});
    assert_int_equal(ask_one(net, &site), CURLE_OK);
    unlink(path_of(name));
    unsetenv("SSL_CERT_DIR");
    http_client_free(&net);
    give_back(&site);
    give_back(&other);
    give_back(&ca);
}

static int prepare(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int clean_up(void **state)
{
    (void)state;
    unlink(path_of("trust.pem"));
    unlink(path_of("server.pem"));
    unlink(path_of("server.key"));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_server_is_checked),
        cmocka_unit_test(a_changed_store_counts_for_the_next_connection),
        cmocka_unit_test(a_folder_of_certificates_counts_too),
    };

    return cmocka_run_group_tests(tests, prepare, clean_up);
}
