/* hatch - the one opening of the jail: what goes in, what comes out
 *
 * Worker and jail are built together and run on one machine, so fixed structs in the machine's own byte order
 * will do. Order: struct hatch_terms goes in once, then one ask at a time, each answered by one reply and the
 * bytes it counts. The first reply (HATCH_OPEN) comes unasked: caged, document opened or not.
 *
 * The worker believes nothing that comes out (check.h); the jail believes what goes in, which is ours.
 */
#ifndef STAGES_RASTERIZER_HATCH_H
#define STAGES_RASTERIZER_HATCH_H

#include <stdint.h>

enum {
    HATCH_MAGIC = 0x534d4801,
    HATCH_LACKS_MOST = 128,
    HATCH_TITLE_MOST = 1024,
    HATCH_OUTLINE_MOST = 8192,
    HATCH_LINES_MOST = 4096,
    HATCH_LETTERS_MOST = 32768,
    HATCH_TEXT_MOST = 256 << 10, /* all lines of a page, heads included */
    HATCH_JPEG_MOST = 64 << 20,
    HATCH_SIDE_MOST = 16384,
    HATCH_PASSWORD_MOST = 255,
    HATCH_PAGES_MOST = 1000000, /* as the field pages of proto/fields.def */
};

/* descriptors the jail is born with; all others are closed */
enum { HATCH_SOCKET = 0, HATCH_DOCUMENT = 1, HATCH_STDERR = 2 };

struct hatch_terms {
    uint32_t magic, page_ms, short_px, long_px, quality, limit_pages;
    uint64_t document_bytes, memory_bytes, cpu_s;
    char password[HATCH_PASSWORD_MOST + 1]; /* "": none */
};

/* HATCH_STEP: is the page, drawn just before, but a step on the way to the next one (step.h)? */
enum hatch_what { HATCH_OPEN, HATCH_INSPECT, HATCH_PAGE, HATCH_STEP };

/* How much of a page is tried: the worker asks for less after a page has killed a jail; the jail itself goes
 * down when a step fails without killing it. */
enum hatch_step { HATCH_FULL, HATCH_PLAIN /* no images, no shadings */, HATCH_TEXT /* no picture */ };

struct hatch_ask {
    uint32_t magic, what, page, step; /* page from 0 */
};

enum hatch_outcome {
    HATCH_OK,
    HATCH_ENCRYPTED,
    HATCH_PASSWORD_WRONG,
    HATCH_CIPHER, /* encrypted in a way that we do not know */
    HATCH_CORRUPT,
    HATCH_EMPTY,
    HATCH_TOO_MANY,  /* more pages than limit_pages */
    HATCH_NO_PAGE,   /* the page cannot be reached or has no usable size */
    HATCH_NOT_DRAWN, /* nothing of it could be drawn or read; flaws say why */
    HATCH_NO_MEMORY, /* the same, for want of memory */
    HATCH_NO_TIME,   /* the same, for want of time */
    HATCH_OUTCOMES,
};

/* what is wrong with a page that did come out */
enum {
    HATCH_FLAW_PARTS = 1,  /* errors on the way: parts may be missing */
    HATCH_FLAW_IMAGES = 2, /* images and shadings left out */
    HATCH_FLAW_TIME = 4,
    HATCH_FLAW_MEMORY = 8,
    HATCH_FLAW_CONTENT = 16, /* instructions for drawing are lost */
    HATCH_FLAW_DATA = 32,    /* data of images or other objects are lost */
    HATCH_FLAW_FONT = 64,
    HATCH_FLAWS = 127,
};

struct hatch_reply {
    uint32_t magic, what, page, outcome;
    uint32_t pages, repaired;
    uint32_t width, height, ink_ppm, flaws, lines;
    uint32_t garbled; /* 1: there were letters, but not those that the page shows; no lines then */
    uint32_t unknown; /* letters in words of which nothing says which they are; the lines have spaces there */
    uint32_t step;    /* STEP: 1: it is; PAGE: 0, the worker fills it in */
    uint32_t spent_ms; /* CPU time of the jail so far */
    uint32_t noise;    /* messages of the renderer since the last reply: counted, not kept */
    uint32_t bytes[2]; /* OPEN: lacks, -; INSPECT: title, outline; PAGE: lines, JPEG (0: none) */
};

/* One line of text, followed by its bytes (UTF-8, no control characters). Pixels of the picture. */
struct hatch_line {
    int32_t x, y, w, h;
    uint32_t size, bold, mono, bytes;
};

#endif
