/* jail_protocol - the one opening of the jail: what goes in, what comes out
 *
 * Worker and jail are built together and run on one machine, so fixed structs in the machine's own byte order
 * will do. Order: struct jail_terms goes in once, then one ask at a time, each answered by one reply and the
 * bytes it counts. The first reply (JAIL_OPEN) comes unasked: sandboxed, document opened or not.
 *
 * The worker believes nothing that comes out (jail_reply_check.h); the jail believes what goes in, which is
 * ours.
 */
#ifndef STAGES_RASTERIZER_JAIL_PROTOCOL_H
#define STAGES_RASTERIZER_JAIL_PROTOCOL_H

#include <stdint.h>

enum {
    JAIL_MAGIC = 0x534d4801,
    MAX_JAIL_LACKS = 128,
    MAX_JAIL_TITLE = 1024,
    MAX_JAIL_OUTLINE = 8192,
    MAX_JAIL_LINES = 4096,
    MAX_JAIL_LETTERS = 32768,
    MAX_JAIL_TEXT = 256 << 10, /* all lines of a page, heads included */
    MAX_JAIL_JPEG = 64 << 20,
    MAX_JAIL_SIDE = 16384,
    MAX_JAIL_PASSWORD = 255,
    MAX_JAIL_PAGES = 1000000, /* as the field pages of proto/fields.def */
};

/* descriptors the jail is born with; all others are closed */
enum { JAIL_SOCKET = 0, JAIL_DOCUMENT = 1, JAIL_STDERR = 2 };

struct jail_terms {
    uint32_t magic, page_ms, short_px, long_px, quality, limit_pages;
    uint64_t document_bytes, memory_bytes, cpu_s;
    char password[MAX_JAIL_PASSWORD + 1]; /* "": none */
};

/* JAIL_STEP: is the page, drawn just before, but a step on the way to the next one (build_up_step.h)? */
enum jail_what { JAIL_OPEN, JAIL_INSPECT, JAIL_PAGE, JAIL_STEP };

/* How much of a page is tried: the worker asks for less after a page has killed a jail; the jail itself goes
 * down when a step fails without killing it. */
enum jail_step { JAIL_FULL, JAIL_PLAIN /* no images, no shadings */, JAIL_TEXT /* no picture */ };

struct jail_ask {
    uint32_t magic, what, page, step; /* page from 0 */
};

enum jail_outcome {
    JAIL_OK,
    JAIL_ENCRYPTED,
    JAIL_PASSWORD_WRONG,
    JAIL_CIPHER, /* encrypted in a way that we do not know */
    JAIL_CORRUPT,
    JAIL_EMPTY,
    JAIL_TOO_MANY,  /* more pages than limit_pages */
    JAIL_NO_PAGE,   /* the page cannot be reached or has no usable size */
    JAIL_NOT_DRAWN, /* nothing of it could be drawn or read; flaws say why */
    JAIL_NO_MEMORY, /* the same, for want of memory */
    JAIL_NO_TIME,   /* the same, for want of time */
    JAIL_OUTCOMES,
};

/* what is wrong with a page that did come out */
enum {
    JAIL_FLAW_PARTS = 1,  /* errors on the way: parts may be missing */
    JAIL_FLAW_IMAGES = 2, /* images and shadings left out */
    JAIL_FLAW_TIME = 4,
    JAIL_FLAW_MEMORY = 8,
    JAIL_FLAW_CONTENT = 16, /* instructions for drawing are lost */
    JAIL_FLAW_DATA = 32,    /* data of images or other objects are lost */
    JAIL_FLAW_FONT = 64,
    JAIL_FLAWS = 127,
};

struct jail_reply {
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
struct jail_line {
    int32_t x, y, w, h;
    uint32_t size, bold, mono, bytes;
};

#endif
