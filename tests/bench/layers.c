/* bench_layers LECTURE.pdf [PAGES] - the text layer of each page, one JSON object a line, and on stderr what
 * drawing the pages cost: CPU ms a page
 *
 * The jail's own code in a bare process, so that a bench or a test can look at nothing but the text.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "proto/panic.h"
#include "stages/rasterizer/document.h"
#include "stages/rasterizer/page_render.h"
#include "stages/rasterizer/jail_reply_text.h"

static struct jail_terms terms = {.magic = JAIL_MAGIC,
                                  .page_ms = 10000,
                                  .short_px = 768,
                                  .long_px = 2048,
                                  .quality = 85,
                                  .limit_pages = 10000,
                                  .memory_bytes = 512 << 20,
                                  .cpu_s = 600};

static double spent_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + (double)now.tv_nsec / 1e6;
}

static const void *map_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    must(fd != -1 && fstat(fd, &status) == 0);
    terms.document_bytes = (uint64_t)status.st_size;
    return mmap(NULL, terms.document_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
}

static void tell(const struct page_render *render)
{
    struct jail_reply reply = {.width = render->width,
                               .height = render->height,
                               .lines = render->layer.lines,
                               .garbled = render->layer.garbled,
                               .unknown = render->layer.unknown};
    uint32_t letters;
    size_t size;
    char *json = jail_reply_layer(&reply, render->layer.bytes, &size, &letters);

    puts(json);
    free(json);
}

int main(int argc, char **argv)
{
    static struct document document;
    static struct page_render render;
    const void *bytes;
    fz_context *ctx = mupdf_new(terms.memory_bytes / 2);
    unsigned pages;
    double before;

    must(argc > 1);
    bytes = map_file(argv[1]);
    must(bytes != MAP_FAILED && ctx != NULL && mupdf_clock() == 0);
    if (document_open(&document, ctx, bytes, terms.document_bytes, "") != JAIL_OK ||
        document_inspect(&document, terms.limit_pages) != JAIL_OK)
        return 1;
    pages = argc > 2 && (unsigned)atoi(argv[2]) < document.pages ? (unsigned)atoi(argv[2]) : document.pages;
    before = spent_ms();
    for (unsigned page = 0; page < pages; page++) {
        page_render_make(&render, &document, &terms, page, JAIL_FULL);
        tell(&render);
        page_render_clear(&render, &document);
    }
    fprintf(stderr, "%.2f\n", (spent_ms() - before) / pages);
    return 0;
}
