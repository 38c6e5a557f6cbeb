/* http_client - see http_client.h */
#include "stages/lib/http_client.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "stages/lib/http_guard.h"
#include "stages/lib/http_tls.h"
#include "stages/lib/http_upload.h"

enum { MAX_HEADERS = 65536, FIRST_ROOM = 4096, EVENTS = 64 };
enum { MAX_WAIT_MS = 60000 };

struct http_transfer {
    struct http_client *client;
    LIST_ENTRY(http_transfer) link;
    CURL *easy;
    struct curl_slist *headers;
    http_done *done;
    void *arg;
    struct http_upload upload; /* of a body in parts */
    bool tls;
    bool waits; /* for a connection to share, until it is begun */
    char *body;
    size_t size, room, max, headers_size;
    char error[CURL_ERROR_SIZE];
};

struct http_client {
    CURLM *multi;
    struct http_trust *trust;
    int epoll;
    int64_t wake_at_ms; /* TIMER_NONE: curl wants no call */
    bool plain;         /* the youngest connection over TLS speaks HTTP/1: nothing shares it */
    bool in_vain;       /* that has just been found out, or one got no connection: others may wait for it */
    LIST_HEAD(, http_transfer) transfers;
};

/* ---- what curl asks of its owner ---- */

/* Curl closes sockets by itself at times, and epoll forgets closed ones: neither a missing nor a known one is
 * a fault. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
    struct http_client *client = arg;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    (void)unused;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(client->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event) == -1 &&
        (errno != EEXIST || epoll_ctl(client->epoll, EPOLL_CTL_MOD, fd, &event) == -1))
        panic("epoll_ctl");
    return 0;
}

static int on_timer(CURLM *multi, long wait_ms, void *arg)
{
    struct http_client *client = arg;

    (void)multi;
    client->wake_at_ms = wait_ms < 0 ? TIMER_NONE : clock_monotonic_ms() + wait_ms;
    return 0;
}

/* Room for the whole body at once when its length was told, so that a large one is not copied while it grows.
 */
static void make_room(struct http_transfer *transfer, size_t size)
{
    curl_off_t told = -1;

    if (size < transfer->room)
        return;
    if (transfer->room == 0)
        curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &told);
    if (told >= (curl_off_t)size && (size_t)told <= transfer->max)
        size = (size_t)told;
    else if (size < 2 * transfer->room)
        size = 2 * transfer->room;
    transfer->room = (size < FIRST_ROOM ? FIRST_ROOM : size) + 1;
    transfer->body = need_more(transfer->body, transfer->room);
}

static size_t on_data(char *data, size_t one, size_t size, void *arg)
{
    struct http_transfer *transfer = arg;

    (void)one;
    if (size > transfer->max - transfer->size)
        return 0; /* ends as CURLE_WRITE_ERROR, in newer libraries as CURLE_FILESIZE_EXCEEDED: see
                     report_transfer() */
    make_room(transfer, transfer->size + size);
    memcpy(transfer->body + transfer->size, data, size);
    transfer->size += size;
    return size;
}

/* The library has no bound on what it keeps of them. */
static size_t on_header(char *data, size_t one, size_t size, void *arg)
{
    struct http_transfer *transfer = arg;

    (void)data;
    (void)one;
    transfer->headers_size += size;
    return transfer->headers_size > MAX_HEADERS ? 0 : size;
}

/* ---- birth and death ---- */

struct http_client *http_client_new(unsigned connections)
{
    struct http_client *client = need_zero(1, sizeof *client);

    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    client->wake_at_ms = TIMER_NONE;
    client->trust = http_trust_new();
    client->epoll = epoll_create1(EPOLL_CLOEXEC);
    client->multi = curl_multi_init();
    must(client->epoll != -1 && client->multi != NULL);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections);
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)connections);
    return client;
}

static void unlink_transfer(struct http_transfer *transfer)
{
    curl_multi_remove_handle(transfer->client->multi, transfer->easy);
    LIST_REMOVE(transfer, link);
}

static void free_transfer(struct http_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    http_upload_clear(&transfer->upload);
    free(transfer->body);
    free(transfer);
}

void http_cancel(struct http_client *client, struct http_transfer *transfer)
{
    must(transfer->client == client);
    unlink_transfer(transfer);
    free_transfer(transfer);
}

void http_client_free(struct http_client **client)
{
    struct http_transfer *transfer, *next;

    if (*client == NULL)
        return;
    for (transfer = LIST_FIRST(&(*client)->transfers); transfer != NULL; transfer = next) {
        next = LIST_NEXT(transfer, link);
        http_cancel(*client, transfer);
    }
    curl_multi_cleanup((*client)->multi);
    http_trust_free(&(*client)->trust);
    close((*client)->epoll);
    curl_global_cleanup();
    free(*client);
    *client = NULL;
}

int http_client_fd(const struct http_client *client)
{
    return client->epoll;
}

/* ---- one transfer ---- */

static bool names_header(const struct curl_slist *headers, const char *name)
{
    while (headers != NULL &&
           (strncasecmp(headers->data, name, strlen(name)) != 0 || headers->data[strlen(name)] != ':'))
        headers = headers->next;
    return headers != NULL;
}

static void header_add(struct http_transfer *transfer, const char *line)
{
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);

    must(longer != NULL);
    transfer->headers = longer;
}

/* It has its connection, and sends its request now. The handshake has told whether others can share it. */
static int on_begin(void *arg, char *address, char *own_address, int port, int own_port)
{
    struct http_transfer *transfer = arg;
    struct http_client *client = transfer->client;

    (void)address, (void)own_address, (void)port, (void)own_port;
    if (transfer->tls)
        client->plain = !http_tls_multiplexes(transfer->easy);
    client->in_vain = client->in_vain || (transfer->waits && client->plain);
    transfer->waits = false;
    return CURL_PREREQFUNC_OK;
}

static void set_guards(struct http_transfer *transfer, const struct http_request *request)
{
    CURL *easy = transfer->easy;

    http_guard(easy, transfer->client->trust);
    /* Many calls, one connection, where TLS lets the server say at once whether it takes that. Without TLS
     * only the first answer would tell, and all the others would wait for it. */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, transfer->waits ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_begin);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->max_answer);
}

static void set_request(struct http_transfer *transfer, const struct http_request *request)
{
    CURL *easy = transfer->easy;
    bool sends = strcmp(request->method, "PUT") == 0 || strcmp(request->method, "POST") == 0;

    must(curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK);
    if (strcmp(request->method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (request->parts != NULL) {
        http_upload_set(easy, &transfer->upload, request->parts);
    } else if (sends || request->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body == NULL ? "" : request->body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    }
    if ((sends || request->body != NULL) && !names_header(request->headers, "Content-Type"))
        header_add(transfer, "Content-Type:"); /* curl would call it a form */
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    header_add(transfer, "Expect:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "slidemill/" SLIDEMILL_VERSION);
}

struct http_transfer *http_start(struct http_client *client, const struct http_request *request,
                                 http_done *done, void *arg)
{
    struct http_transfer *transfer = need_zero(1, sizeof *transfer);

    *transfer = (struct http_transfer){.client = client,
                                       .easy = curl_easy_init(),
                                       .headers = request->headers,
                                       .done = done,
                                       .arg = arg,
                                       .max = request->max_answer,
                                       .tls = strncasecmp(request->url, "https:", 6) == 0};
    must(transfer->easy != NULL);
    transfer->waits = transfer->tls && !client->plain;
    LIST_INSERT_HEAD(&client->transfers, transfer, link);
    set_guards(transfer, request);
    set_request(transfer, request);
    curl_easy_setopt(transfer->easy, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(transfer->easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    must(curl_multi_add_handle(client->multi, transfer->easy) == CURLM_OK);
    return transfer;
}

/* ---- turning ---- */

static struct http_transfer *transfer_of(CURL *easy)
{
    char *found = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &found);
    must(found != NULL);
    return (struct http_transfer *)(void *)found;
}

static void report_transfer(struct http_transfer *transfer, CURLcode curl)
{
    struct http_answer answer = {.curl = curl == CURLE_WRITE_ERROR ? CURLE_FILESIZE_EXCEEDED : curl,
                                 .easy = transfer->easy};

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &answer.status);
    make_room(transfer, transfer->size);
    transfer->body[transfer->size] = '\0';
    answer.body = transfer->body;
    answer.size = transfer->size;
    answer.error = *transfer->error != '\0' ? transfer->error : curl_easy_strerror(curl);
    if (curl == CURLE_SEND_FAIL_REWIND) { /* of libcurl's second try */
        answer.curl = CURLE_GOT_NOTHING;
        answer.error = "the server closed the connection without an answer";
    }
    if (transfer->headers_size > MAX_HEADERS) {
        answer.curl = CURLE_WEIRD_SERVER_REPLY;
        answer.error = "the headers of the answer have more than 64 KiB";
    }
    transfer->done(transfer->arg, &answer);
}

static void report_finished(struct http_client *client)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        struct http_transfer *transfer;
        CURLcode curl;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl = message->data.result; /* the message dies with the handle's place in multi */
        transfer = transfer_of(message->easy_handle);
        client->in_vain = client->in_vain || transfer->waits; /* it got no connection */
        unlink_transfer(transfer);
        report_transfer(transfer, curl);
        free_transfer(transfer);
    }
}

static void hand_to_curl(struct http_client *client, curl_socket_t fd, int what)
{
    int running;

    if (curl_multi_socket_action(client->multi, fd, what, &running) != CURLM_OK)
        panic("curl_multi_socket_action");
}

/* libcurl 7.88 lets those that wait for a connection to share wait on when it turns out that it cannot be
 * shared, until the first answer comes; and if there is none, the next one tries, and the others wait for
 * that. They are taken back and begin anew, each with a connection of its own. */
static void release_waiting(struct http_client *client)
{
    struct http_transfer *transfer;

    client->in_vain = false;
    LIST_FOREACH(transfer, &client->transfers, link)
    {
        if (!transfer->waits)
            continue;
        transfer->waits = false;
        curl_multi_remove_handle(client->multi, transfer->easy);
        curl_easy_setopt(transfer->easy, CURLOPT_PIPEWAIT, 0L);
        must(curl_multi_add_handle(client->multi, transfer->easy) == CURLM_OK);
    }
}

int http_client_turn(struct http_client *client)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(client->epoll, events, EVENTS, 0);
    int64_t wait;

    for (int i = 0; i < count; i++)
        hand_to_curl(client, events[i].data.fd,
                     (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                         (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                         (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0));
    if (timer_left(client->wake_at_ms, clock_monotonic_ms()) == 0) {
        client->wake_at_ms = TIMER_NONE;
        hand_to_curl(client, CURL_SOCKET_TIMEOUT, 0);
    }
    report_finished(client);
    if (client->in_vain)
        release_waiting(client);
    wait = timer_left(client->wake_at_ms, clock_monotonic_ms());
    return wait > MAX_WAIT_MS ? MAX_WAIT_MS : (int)wait;
}

char *http_take_body(const struct http_answer *answer)
{
    struct http_transfer *transfer = transfer_of(answer->easy);
    char *body = transfer->body;

    must(body != NULL && body == answer->body);
    transfer->body = NULL;
    return body;
}
