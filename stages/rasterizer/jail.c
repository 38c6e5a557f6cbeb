/* jail - slidemill-jail: opens one PDF and draws its pages, holding nothing else
 *
 * Started by the worker (jail_process.c) with two descriptors and an empty environment; takes the terms, maps
 * the document, shuts the sandbox, and only then looks at the first byte.  It answers one ask after another
 * until the worker hangs up.
 *
 * Promise: after the sandbox it can compute, and read from and write to the channel; nothing else.
 * Trouble: it may crash, hang or be killed at any time; the worker sees to that.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/fd_io.h"
#include "proto/panic.h"
#include "stages/lib/sandbox.h"
#include "stages/rasterizer/jail_syscalls.h"
#include "stages/rasterizer/document.h"
#include "stages/rasterizer/jail_protocol.h"
#include "stages/rasterizer/page_render.h"
#include "stages/rasterizer/build_up_step.h"

/* So nice: front and the supervisor are served first. */
enum { NICE = 10 };

#ifdef SLIDEMILL_SANITIZED
/* The leak check traces the process, which no jail permits. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

/* Pictures larger than that are not kept to be compared. */
enum { MAX_PIXELS = 4 << 20 };

/* How far a page is made. */
enum progress { READ, DRAWN, ENCODED };

/* A page that was made, as long as no other takes its place. */
struct made {
    bool there;
    uint32_t page;
    enum jail_step step;
    enum progress progress;
    enum jail_outcome outcome;
    struct page_render render;
};

struct jail {
    struct jail_terms terms;
    const void *bytes;
    struct document document;
    struct made made[2]; /* of pages with even numbers, and with odd ones */
};

static uint32_t spent_ms(void)
{
    struct timespec spent;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (uint32_t)(spent.tv_sec * 1000 + spent.tv_nsec / 1000000);
}

/* ---- birth ---- */

static int receive_terms(struct jail *jail)
{
    if (fd_read_up_to(JAIL_SOCKET, &jail->terms, sizeof jail->terms) != sizeof jail->terms ||
        jail->terms.magic != JAIL_MAGIC)
        return -1;
    jail->bytes = "";
    if (jail->terms.document_bytes > 0) {
        jail->bytes = mmap(NULL, jail->terms.document_bytes, PROT_READ, MAP_PRIVATE, JAIL_DOCUMENT, 0);
        if (jail->bytes == MAP_FAILED)
            return -1;
    }
    close(JAIL_DOCUMENT);
    return 0;
}

/* The mapped document is not the parser's memory: it comes on top. */
static enum sandbox_grade lock_up(const struct jail *jail, const char **lacks)
{
    struct sandbox sandbox = {.memory_bytes = jail->terms.memory_bytes + jail->terms.document_bytes,
                              .cpu_s = jail->terms.cpu_s,
                              .allowed = jail_allowed,
                              .allowed_count = sizeof jail_allowed / sizeof jail_allowed[0]};

    return sandbox_enter(&sandbox, lacks);
}

/* ---- answers ---- */

static void answer(struct jail_reply *reply, const void *first, size_t first_bytes, const void *second,
                   size_t second_bytes)
{
    reply->magic = JAIL_MAGIC;
    reply->spent_ms = spent_ms();
    reply->noise = mupdf_noise();
    reply->bytes[0] = (uint32_t)first_bytes;
    reply->bytes[1] = (uint32_t)second_bytes;
    if (fd_write_all(JAIL_SOCKET, reply, sizeof *reply) == -1 ||
        fd_write_all(JAIL_SOCKET, first, first_bytes) == -1 ||
        fd_write_all(JAIL_SOCKET, second, second_bytes) == -1)
        _exit(EXIT_SYSTEM); /* nobody listens any more */
}

static void answer_open(struct jail *jail, const char *lacks)
{
    struct jail_reply reply = {.what = JAIL_OPEN};
    fz_context *ctx = mupdf_new(jail->terms.memory_bytes / 2);

    reply.outcome = ctx == NULL ? JAIL_NO_MEMORY
                                : document_open(&jail->document, ctx, jail->bytes, jail->terms.document_bytes,
                                                jail->terms.password);
    explicit_bzero(jail->terms.password, sizeof jail->terms.password); /* it has done what it is for */
    answer(&reply, lacks, strlen(lacks), NULL, 0);
}

static void answer_inspect(struct jail *jail)
{
    struct document *document = &jail->document;
    struct jail_reply reply = {.what = JAIL_INSPECT};

    reply.outcome = document_inspect(document, jail->terms.limit_pages);
    reply.pages = document->pages;
    reply.repaired = document_repaired(document);
    answer(&reply, document->title, strlen(document->title), document->outline, strlen(document->outline));
}

/* ---- pages ---- */

static bool whole(const struct made *made)
{
    return made->there && made->progress != READ && made->outcome == JAIL_OK && made->render.flaws == 0 &&
           made->render.pixels != NULL && (uint64_t)made->render.width * made->render.height <= MAX_PIXELS;
}

static bool is_made(const struct made *made, uint32_t page, enum jail_step step)
{
    return made->there && made->page == page && made->step == step &&
           (whole(made) || (made->progress == READ && made->render.list.list != NULL));
}

static void begin(struct jail *jail, struct made *made, uint32_t page, enum jail_step step)
{
    if (made->there)
        page_render_clear(&made->render, &jail->document);
    made->there = true;
    made->page = page;
    made->step = step;
    made->progress = READ;
    made->outcome = page_render_read(&made->render, &jail->document, &jail->terms, page, step);
}

/* Goes on with the page where it was left, if nothing was wrong with it; else it is made anew. */
static struct made *make(struct jail *jail, uint32_t page, enum jail_step step, enum progress progress)
{
    struct made *made = &jail->made[page % 2];

    if (!is_made(made, page, step))
        begin(jail, made, page, step);
    if (made->progress < DRAWN && progress >= DRAWN && made->outcome != JAIL_NO_PAGE) {
        made->outcome = page_render_draw(&made->render, &jail->document, &jail->terms, step);
        made->progress = DRAWN;
    }
    if (made->progress == DRAWN && progress == ENCODED) {
        made->outcome = page_render_encode(&made->render, &jail->document, &jail->terms);
        made->progress = ENCODED;
    }
    return made;
}

static void answer_page(struct jail *jail, const struct jail_ask *ask)
{
    const struct made *made = make(jail, ask->page, (enum jail_step)ask->step, ENCODED);
    const struct page_render *render = &made->render;
    struct jail_reply reply = {.what = JAIL_PAGE,
                               .page = ask->page,
                               .outcome = made->outcome,
                               .width = render->width,
                               .height = render->height,
                               .ink_ppm = render->ink_ppm,
                               .flaws = render->flaws,
                               .lines = render->layer.lines,
                               .garbled = render->layer.garbled,
                               .unknown = render->layer.unknown};

    answer(&reply, render->layer.bytes, render->layer.size, render->jpeg,
           render->jpeg == NULL ? 0 : render->jpeg_size);
}

/* ---- steps ---- */

static struct build_up_page build_up_page(const struct jail *jail, const struct made *made)
{
    struct build_up_page page = {.number = made->page + 1,
                                 .layer = &made->render.layer,
                                 .width = (int)made->render.width,
                                 .height = (int)made->render.height};

    if (made->render.pixels != NULL) {
        page.rgb = fz_pixmap_samples(jail->document.ctx, made->render.pixels);
        page.stride = (size_t)fz_pixmap_stride(jail->document.ctx, made->render.pixels);
    }
    return page;
}

/* Most pages are told apart by their words, so the next one is drawn only if that does not do. */
static bool is_step(struct jail *jail, uint32_t number)
{
    const struct made *made = &jail->made[number % 2], *next;
    struct build_up_page page, after;

    if (!whole(made) || made->page != number || made->step != JAIL_FULL)
        return false;
    page = build_up_page(jail, made);
    next = make(jail, number + 1, JAIL_FULL, READ);
    after = build_up_page(jail, next);
    if (next->outcome != JAIL_OK || !build_up_words(&page, &after))
        return false;
    next = make(jail, number + 1, JAIL_FULL, DRAWN);
    after = build_up_page(jail, next);
    return whole(next) && build_up_words(&page, &after) && build_up_ink(&page, &after);
}

static void answer_step(struct jail *jail, const struct jail_ask *ask)
{
    struct jail_reply reply = {
        .what = JAIL_STEP, .page = ask->page, .step = is_step(jail, ask->page) ? 1 : 0};

    answer(&reply, NULL, 0, NULL, 0);
}

int main(void)
{
    struct jail *jail;
    struct jail_ask ask;
    const char *lacks;

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || close_range(JAIL_STDERR + 1, ~0U, 0) == -1)
        return EXIT_SYSTEM;
    if (setpriority(PRIO_PROCESS, 0, NICE) == -1)
        return EXIT_SYSTEM;
    jail = need_zero(1, sizeof *jail);
    if (receive_terms(jail) == -1)
        return EXIT_USAGE; /* started by hand, or the worker has gone */
    if (mupdf_clock() == -1 || lock_up(jail, &lacks) == SANDBOX_REFUSED)
        return EXIT_SYSTEM;
    answer_open(jail, lacks);
    while (fd_read_up_to(JAIL_SOCKET, &ask, sizeof ask) == sizeof ask && ask.magic == JAIL_MAGIC) {
        if (ask.what == JAIL_INSPECT)
            answer_inspect(jail);
        else if (ask.what == JAIL_STEP)
            answer_step(jail, &ask);
        else
            answer_page(jail, &ask);
    }
    _exit(EXIT_DONE); /* the system gives all back */
}
