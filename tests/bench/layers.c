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
#include "stages/rasterizer/sheet.h"
#include "stages/rasterizer/tell.h"

static struct hatch_terms terms = {.magic = HATCH_MAGIC,
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

static void tell(const struct sheet *sheet)
{
    struct hatch_reply reply = {.width = sheet->width,
                                .height = sheet->height,
                                .lines = sheet->layer.lines,
                                .garbled = sheet->layer.garbled,
                                .unknown = sheet->layer.unknown};
    uint32_t letters;
    size_t size;
    char *json = tell_layer(&reply, sheet->layer.bytes, &size, &letters);

    puts(json);
    free(json);
}

int main(int argc, char **argv)
{
    static struct document document;
    static struct sheet sheet;
    const void *bytes;
    fz_context *ctx = engine_new(terms.memory_bytes / 2);
    unsigned pages;
    double before;

    must(argc > 1);
    bytes = map_file(argv[1]);
    must(bytes != MAP_FAILED && ctx != NULL && engine_clock() == 0);
    if (document_open(&document, ctx, bytes, terms.document_bytes, "") != HATCH_OK ||
        document_inspect(&document, terms.limit_pages) != HATCH_OK)
        return 1;
    pages = argc > 2 && (unsigned)atoi(argv[2]) < document.pages ? (unsigned)atoi(argv[2]) : document.pages;
    before = spent_ms();
    for (unsigned page = 0; page < pages; page++) {
        sheet_make(&sheet, &document, &terms, page, HATCH_FULL);
        tell(&sheet);
        sheet_clear(&sheet, &document);
    }
    fprintf(stderr, "%.2f\n", (spent_ms() - before) / pages);
    return 0;
}
