/* mupdf_engine - see mupdf_engine.h */
#include "stages/rasterizer/mupdf_engine.h"

#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { STORE_BYTES = 32 << 20, KEPT_BYTES = 16 << 20, TICK_MS = 20 };

/* ---- memory ---- */

static struct {
    size_t used, max;
    bool refused;
} memory;

static void *refuse(void)
{
    memory.refused = true;
    return NULL;
}

static void *allocate(void *user, size_t size)
{
    void *block;

    (void)user;
    if (size > memory.max - memory.used)
        return refuse();
    block = malloc(size);
    if (block == NULL)
        return refuse();
    memory.used +=
        malloc_usable_size(block); /* may pass the cap by a few bytes: then the next one is refused */
    memory.used = memory.used > memory.max ? memory.max : memory.used;
    return block;
}

static void give(void *user, void *block)
{
    size_t size = malloc_usable_size(block);

    (void)user;
    memory.used = size > memory.used ? 0 : memory.used - size;
    free(block);
}

static void *resize(void *user, void *block, size_t size)
{
    size_t before = malloc_usable_size(block); /* 0 for NULL */
    void *grown;

    (void)user;
    if (size > before && size - before > memory.max - memory.used)
        return refuse();
    grown = realloc(block, size);
    if (grown == NULL)
        return refuse();
    memory.used = (before > memory.used ? 0 : memory.used - before) + malloc_usable_size(grown);
    memory.used = memory.used > memory.max ? memory.max : memory.used;
    return grown;
}

bool mupdf_refused(void)
{
    bool refused = memory.refused;

    memory.refused = false;
    return refused;
}

/* ---- messages ---- */

static uint32_t noise;
static unsigned said;

/* Parts of MuPDF's messages, 1.21 to 1.25. */
static const struct {
    const char *part;
    unsigned says;
} messages[] = {
    {"content stream is not a stream", MUPDF_NO_CONTENT},
    {"cannot load content stream", MUPDF_NO_CONTENT},
    {"syntax error in content stream", MUPDF_NO_CONTENT},
    {"invalid character in hex string", MUPDF_NO_CONTENT},
    {"padding truncated image", MUPDF_NO_DATA},
    {"premature end", MUPDF_NO_DATA},
    {"treating as end of file", MUPDF_NO_DATA},
    {"unknown filter", MUPDF_NO_FILTER},
    {"zlib error", MUPDF_NO_DATA},
    {"jpeg error", MUPDF_NO_DATA},
    {"jbig2dec error", MUPDF_NO_DATA},
    {"openjpeg error", MUPDF_NO_DATA},
    {"JPX", MUPDF_NO_DATA},
    {"faxd", MUPDF_NO_DATA},
    {"lzw decode", MUPDF_NO_DATA},
    {"cannot load object", MUPDF_NO_DATA},
    {"object out of range", MUPDF_NO_DATA},
    {"loading embedded font", MUPDF_NO_FONT},
    {"FT_New_Memory_Face", MUPDF_NO_FONT},
    {"cannot render glyph", MUPDF_NO_FONT},
    {"no builtin cmap", MUPDF_NO_FONT},
};

static unsigned meaning_of(const char *message)
{
    if (strstr(message, "ignoring zlib error") != NULL)
        return MUPDF_CHECKSUM; /* some writers never get it right */
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
        if (strstr(message, messages[i].part) != NULL)
            return messages[i].says;
    return 0;
}

static void on_warning(void *user, const char *message)
{
    (void)user;
    noise++;
    said |= meaning_of(message);
}

static void on_error(void *user, const char *message)
{
    unsigned meaning = meaning_of(message);

    (void)user;
    noise++;
    said |= meaning == 0 ? MUPDF_ERROR : meaning;
}

bool mupdf_has_said(fz_context *ctx, enum mupdf_said what)
{
    fz_flush_warnings(ctx); /* it holds back what it has just said before */
    return (said & what) != 0;
}

unsigned mupdf_said(fz_context *ctx)
{
    unsigned all;

    fz_flush_warnings(ctx);
    all = said;
    said = 0;
    return all;
}

void mupdf_forget(fz_context *ctx)
{
    fz_empty_store(ctx);
}

uint32_t mupdf_noise(void)
{
    uint32_t count = noise;

    noise = 0;
    return count;
}

bool mupdf_caught(fz_context *ctx)
{
#if FZ_VERSION_MAJOR > 1 || FZ_VERSION_MINOR >= 24
    fz_ignore_error(ctx); /* since 1.24 an error nobody acknowledges is reported as a fault */
#else
    (void)ctx;
#endif
    return memory.refused; /* the error numbers for it differ between versions */
}

/* ---- time ---- */

static struct {
    fz_cookie *volatile cookie;
    volatile sig_atomic_t ticks;
} watched;

static void on_tick(int signal)
{
    fz_cookie *cookie = watched.cookie;

    (void)signal;
    if (cookie != NULL && --watched.ticks <= 0)
        cookie->abort = 1;
}

int mupdf_clock(void)
{
    struct itimerval every = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}};
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    return sigaction(SIGPROF, &action, NULL) == -1 ? -1 : setitimer(ITIMER_PROF, &every, NULL);
}

void mupdf_watch(fz_cookie *cookie, unsigned ms)
{
    watched.cookie = NULL;
    watched.ticks = (sig_atomic_t)(ms / TICK_MS + 1);
    watched.cookie = cookie;
}

/* ---- text ---- */

float mupdf_advance(fz_context *ctx, const fz_text_span *span, const fz_text_item *item)
{
#if FZ_VERSION_MAJOR > 1 || FZ_VERSION_MINOR >= 25
    (void)ctx;
    return span->wmode ? fabsf(item->adv) : item->adv;
#else
    return fz_advance_glyph(ctx, span->font, item->gid, span->wmode);
#endif
}

/* ---- birth ---- */

fz_context *mupdf_new(size_t max_memory)
{
    static const fz_alloc_context allocator = {NULL, allocate, resize, give};
    fz_context *ctx;

    /* The next page is as large as this one: its pixels go where these were, without new page faults. */
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    memory.max = max_memory;
    ctx = fz_new_context(&allocator, NULL, STORE_BYTES);
    if (ctx == NULL)
        return NULL;
    fz_set_error_callback(ctx, on_error, NULL);
    fz_set_warning_callback(ctx, on_warning, NULL);
    return ctx;
}
