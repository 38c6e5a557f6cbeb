/* font_face - see font_face.h */
#include "stages/rasterizer/font_face.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct known {
    const char *begins; /* a name in small letters and digits */
    enum font_face_kind kind;
};

static const struct known known[] = {
    {"symbolneu", FONT_FACE_SYMBOL},
    {"symbolmt", FONT_FACE_SYMBOL},
    {"symbolps", FONT_FACE_SYMBOL},
    {"symbolstd", FONT_FACE_SYMBOL},
    {"standardsymbol", FONT_FACE_SYMBOL},
    {"symboltiger", FONT_FACE_SYMBOL},
    {"symbola", FONT_FACE_TEXT},
    {"wingdings", FONT_FACE_WINGDINGS},
    {"webdings", FONT_FACE_PICTURES},
    {"marlett", FONT_FACE_PICTURES},
    {"mtextra", FONT_FACE_EXTRA},
    {"zapfdingbats", FONT_FACE_DINGBATS},
    {"itczapf", FONT_FACE_DINGBATS},
    {"dingbats", FONT_FACE_DINGBATS},
    {"d050000l", FONT_FACE_DINGBATS},
    {"monotypesorts", FONT_FACE_DINGBATS},
    {"bookshelfsymbol", FONT_FACE_PICTURES},
    {"starsymbol", FONT_FACE_TEXT},
    {"fontawesome", FONT_FACE_PICTURES},
    {"materialicons", FONT_FACE_PICTURES},
    {"materialsymbols", FONT_FACE_PICTURES},
    {"glyphicons", FONT_FACE_PICTURES},
    {"ionicons", FONT_FACE_PICTURES},
    {"icomoon", FONT_FACE_PICTURES},
    {"bootstrapicons", FONT_FACE_PICTURES},
    {"octicons", FONT_FACE_PICTURES},
    {"segoemdl2", FONT_FACE_PICTURES},
    {"academicons", FONT_FACE_PICTURES},
    {"msoutlook", FONT_FACE_PICTURES},
    {"holomdl2", FONT_FACE_PICTURES},
    {"lcircle", FONT_FACE_STROKES}, /* LaTeX's pictures are drawn with these, and Xy-pic's arrows */
    {"line10", FONT_FACE_STROKES},
    {"linew10", FONT_FACE_STROKES},
    {"xydash", FONT_FACE_STROKES},
    {"xyatip", FONT_FACE_STROKES},
    {"xybtip", FONT_FACE_STROKES},
    {"xybsql", FONT_FACE_STROKES},
    {"xycirc", FONT_FACE_STROKES},
};

/* Where a code of Windows-1252 stands in Unicode, 0x80 to 0x9f; bullet and dashes mean themselves. */
static const uint16_t windows[32] = {0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                     0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
                                     0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x95,   0x96,   0x97,
                                     0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

/* Adobe's Symbol encoding from 0x20 on (PDF 32000-1, annex D.5), the parts of tall brackets included. */
static const uint16_t symbol[] = {
    ' ',    '!',    0x2200, '#',    0x2203, '%',    '&',    0x220b, '(',    ')',    0x2217, '+',    ',',
    0x2212, '.',    '/',    '0',    '1',    '2',    '3',    '4',    '5',    '6',    '7',    '8',    '9',
    ':',    ';',    '<',    '=',    '>',    '?',    0x2245, 0x391,  0x392,  0x3a7,  0x394,  0x395,  0x3a6,
    0x393,  0x397,  0x399,  0x3d1,  0x39a,  0x39b,  0x39c,  0x39d,  0x39f,  0x3a0,  0x398,  0x3a1,  0x3a3,
    0x3a4,  0x3a5,  0x3c2,  0x3a9,  0x39e,  0x3a8,  0x396,  '[',    0x2234, ']',    0x22a5, '_',    0,
    0x3b1,  0x3b2,  0x3c7,  0x3b4,  0x3b5,  0x3c6,  0x3b3,  0x3b7,  0x3b9,  0x3d5,  0x3ba,  0x3bb,  0x3bc,
    0x3bd,  0x3bf,  0x3c0,  0x3b8,  0x3c1,  0x3c3,  0x3c4,  0x3c5,  0x3d6,  0x3c9,  0x3be,  0x3c8,  0x3b6,
    '{',    '|',    '}',    0x223c, 0,      0,      0,      0,      0,      0,      0,      0,      0,
    0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,
    0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0x20ac, 0x3d2,
    0x2032, 0x2264, 0x2044, 0x221e, 0x192,  0x2663, 0x2666, 0x2665, 0x2660, 0x2194, 0x2190, 0x2191, 0x2192,
    0x2193, 0xb0,   0xb1,   0x2033, 0x2265, 0xd7,   0x221d, 0x2202, 0x2022, 0xf7,   0x2260, 0x2261, 0x2248,
    0x2026, 0x23d0, 0x23af, 0x21b5, 0x2135, 0x2111, 0x211c, 0x2118, 0x2297, 0x2295, 0x2205, 0x2229, 0x222a,
    0x2283, 0x2287, 0x2284, 0x2282, 0x2286, 0x2208, 0x2209, 0x2220, 0x2207, 0xae,   0xa9,   0x2122, 0x220f,
    0x221a, 0x22c5, 0xac,   0x2227, 0x2228, 0x21d4, 0x21d0, 0x21d1, 0x21d2, 0x21d3, 0x25ca, 0x2329, 0xae,
    0xa9,   0x2122, 0x2211, 0x239b, 0x239c, 0x239d, 0x23a1, 0x23a2, 0x23a3, 0x23a7, 0x23a8, 0x23a9, 0x23aa,
    0,      0x232a, 0x222b, 0x2320, 0x23ae, 0x2321, 0x239e, 0x239f, 0x23a0, 0x23a4, 0x23a5, 0x23a6, 0x23ab,
    0x23ac, 0x23ad, 0};

struct sign {
    uint8_t code;
    uint16_t c;
};

/* Signs of Wingdings that say something; all others count as bullets. */
static const struct sign wingdings[] = {
    {0x4a, 0x263a}, {0x4c, 0x2639}, {0x6c, 0x25cf}, {0x6e, 0x25a0}, {0x6f, 0x25a1}, {0x70, 0x25a1},
    {0x71, 0x2751}, {0x72, 0x2752}, {0x73, 0x25c6}, {0x74, 0x25c6}, {0x75, 0x25c6}, {0x76, 0x2756},
    {0x77, 0x25c6}, {0x81, 0x2460}, {0x82, 0x2461}, {0x83, 0x2462}, {0x84, 0x2463}, {0x85, 0x2464},
    {0x86, 0x2465}, {0x87, 0x2466}, {0x88, 0x2467}, {0x89, 0x2468}, {0x8a, 0x2469}, {0x8c, 0x2776},
    {0x8d, 0x2777}, {0x8e, 0x2778}, {0x8f, 0x2779}, {0x90, 0x277a}, {0x91, 0x277b}, {0x92, 0x277c},
    {0x93, 0x277d}, {0x94, 0x277e}, {0x95, 0x277f}, {0xa7, 0x25aa}, {0xa8, 0x25a1}, {0xab, 0x2605},
    {0xd8, 0x27a2}, {0xdf, 0x2190}, {0xe0, 0x2192}, {0xe1, 0x2191}, {0xe2, 0x2193}, {0xe3, 0x2196},
    {0xe4, 0x2197}, {0xe5, 0x2199}, {0xe6, 0x2198}, {0xe7, 0x2190}, {0xe8, 0x2192}, {0xe9, 0x2191},
    {0xea, 0x2193}, {0xeb, 0x2196}, {0xec, 0x2197}, {0xed, 0x2199}, {0xee, 0x2198}, {0xef, 0x21d0},
    {0xf0, 0x21d2}, {0xf1, 0x21d1}, {0xf2, 0x21d3}, {0xf3, 0x21d4}, {0xf4, 0x21d5}, {0xfb, 0x2717},
    {0xfc, 0x2713}, {0xfd, 0x2612}, {0xfe, 0x2611}};

static const struct sign extra[] = {{'K', 0x2026}, {'L', 0x22ef}, {'M', 0x22ee}, {'N', 0x22f0},
                                    {'O', 0x22f1}, {'h', 0x210f}, {'l', 0x2113}, {'m', 0x2213}};

/* Dingbats that are not where the row of U+2701 puts them. */
static const struct sign dingbats[] = {
    {0x25, 0x260e}, {0x2a, 0x261b}, {0x2b, 0x261e}, {0x48, 0x2605}, {0x6c, 0x25cf}, {0x6e, 0x25a0},
    {0x73, 0x25b2}, {0x74, 0x25bc}, {0x75, 0x25c6}, {0x77, 0x25d7}, {0xa8, 0x2663}, {0xa9, 0x2666},
    {0xaa, 0x2665}, {0xab, 0x2660}, {0xd5, 0x2192}, {0xd6, 0x2194}, {0xd7, 0x2195}};

/* The numbers in the names of the dingbats ("a71"), by their codes from 0x21 on; 0: no such code. */
static const uint8_t named[] = {
    1,   2,   202, 3,   4,   5,   119, 118, 117, 11,  12,  13,  14,  15,  16,  105, 17,  18,  19,  20,  21,
    22,  23,  24,  25,  26,  27,  28,  6,   7,   8,   9,   10,  29,  30,  31,  32,  33,  34,  35,  36,  37,
    38,  39,  40,  41,  42,  43,  44,  45,  46,  47,  48,  49,  50,  51,  52,  53,  54,  55,  56,  57,  58,
    59,  60,  61,  62,  63,  64,  65,  66,  67,  68,  69,  70,  71,  72,  73,  74,  203, 75,  204, 76,  77,
    78,  79,  81,  82,  83,  84,  97,  98,  99,  100, 0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   101, 102, 103, 104, 106, 107, 108, 112, 111, 110, 109, 120, 121, 122, 123, 124, 125, 126, 127,
    128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148,
    149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 163, 164, 196, 165, 192, 166, 167, 168,
    169, 170, 171, 172, 173, 162, 174, 175, 176, 177, 178, 179, 193, 180, 199, 181, 200, 182, 0,   201, 183,
    184, 197, 185, 194, 198, 186, 195, 187, 188, 189, 190, 191};

/* ---- which font ---- */

static size_t plain_name(char *to, size_t room, const char *name)
{
    size_t used = 0;

    if (strlen(name) > 7 && name[6] == '+')
        name += 7;
    for (; *name != '\0' && used + 1 < room; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + 'a' - 'A') : *name;

        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            to[used++] = c;
    }
    to[used] = '\0';
    return used;
}

enum font_face_kind font_face_kind_of(const char *name)
{
    char plain[64];

    plain_name(plain, sizeof plain, name);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strncmp(plain, known[i].begins, strlen(known[i].begins)) == 0)
            return strncmp(plain, "wingdings2", 10) == 0 || strncmp(plain, "wingdings3", 10) == 0
                       ? FONT_FACE_PICTURES
                       : known[i].kind;
    return strcmp(plain, "symbol") == 0 || strncmp(plain, "symbolbold", 10) == 0 ||
                   strncmp(plain, "symbolital", 10) == 0
               ? FONT_FACE_SYMBOL
               : FONT_FACE_TEXT;
}

/* ---- which sign ---- */

/* The code in the font that c came from; 0: c is no code but a Unicode value of its own. */
static unsigned code_of(uint32_t c)
{
    if (c >= 0xf020 && c <= 0xf0ff)
        return c & 0xff;
    if (c <= 0xff)
        return c;
    for (unsigned i = 0; i < 32; i++)
        if (c == windows[i])
            return 0x80 + i;
    return 0;
}

static uint32_t look_up(const struct sign *signs, size_t count, unsigned code, uint32_t otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (signs[i].code == code)
            return signs[i].c;
    return otherwise;
}
#define look_up(signs, code, otherwise)                                                                      \
    look_up((signs), sizeof(signs) / sizeof(signs)[0], (code), (otherwise))

static uint32_t spell_symbol(uint32_t c, unsigned code)
{
    static const uint16_t themselves[] = {0xa9, 0xac, 0xae, 0xb0, 0xb1, 0xd7, 0xf7};

    if (c == 0xb5)
        return 0x3bc; /* named mu, Omega and Delta in the font */
    if (c == 0x2126)
        return 0x3a9;
    if (c == 0x2206)
        return 0x394;
    for (size_t i = 0; i < sizeof themselves / sizeof themselves[0]; i++)
        if (c == themselves[i])
            return c;
    if (c > 0xff && c < 0xf000)
        return c;
    return code < 0x20 ? c : symbol[code - 0x20];
}

uint32_t font_face_char(enum font_face_kind kind, uint32_t c)
{
    unsigned code = code_of(c);
    bool other = code == 0 && !(c >= 0xe000 && c <= 0xf8ff) && c != 0xfffd;

    if (kind == FONT_FACE_TEXT || c == ' ' || c == 0xa0)
        return c;
    if (kind == FONT_FACE_STROKES)
        return 0;
    if (kind == FONT_FACE_SYMBOL)
        return spell_symbol(c, code);
    if (other)
        return c;
    if (kind == FONT_FACE_WINGDINGS)
        return look_up(wingdings, code, FONT_FACE_BULLET);
    if (kind == FONT_FACE_DINGBATS)
        return look_up(dingbats, code,
                       code > 0x20 && code < 0x7f   ? 0x2701 + code - 0x21
                       : code > 0xa0 && code < 0xff ? 0x2761 + code - 0xa1
                                                    : FONT_FACE_BULLET);
    if (kind == FONT_FACE_EXTRA)
        return look_up(extra, code, 0);
    return FONT_FACE_BULLET;
}

uint32_t font_face_dingbat(const char *name, uint32_t c)
{
    long number = name[0] == 'a' ? strtol(name + 1, NULL, 10) : 0;

    for (unsigned i = 0; number > 0 && i < sizeof named; i++)
        if (named[i] == number)
            return 0xf021 + i;
    return c;
}
