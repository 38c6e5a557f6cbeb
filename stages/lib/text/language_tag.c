/* language_tag - see language_tag.h */
#include "stages/lib/text/language_tag.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct row {
    const char *names; /* small letters, each between blanks; the first is the tag's first part */
    const char *english, *tag, *font;
    bool rtl;
};

static const struct row rows[] = {
    {" en english inglés inglese anglais englisch ", "English", "en-US", "", false},
    {" es spanish español espanol Español espaÑol castellano spanisch espagnol ", "Spanish", "es-ES", "",
     false},
    {" de german deutsch alemán allemand ", "German", "de-DE", "", false},
    {" fr french français francais franÇais französisch francés ", "French", "fr-FR", "", false},
    {" it italian italiano italien ", "Italian", "it-IT", "", false},
    {" pt brazilian pt-br ", "Portuguese (Brazil)", "pt-BR", "", false},
    {" pt portuguese português portugues portugiesisch ", "Portuguese", "pt-PT", "", false},
    {" nl dutch nederlands flemish ", "Dutch", "nl-NL", "", false},
    {" pl polish polski ", "Polish", "pl-PL", "", false},
    {" tr turkish türkçe turkce Türkçe ", "Turkish", "tr-TR", "", false},
    {" ru russian русский Русский ", "Russian", "ru-RU", "", false},
    {" zh zh-tw zh-hk zh-mo zh-hant traditional cantonese 繁體中文 繁体中文 正體中文 ",
     "Chinese (traditional characters)", "zh-TW", "Microsoft JhengHei", false},
    {" zh chinese mandarin simplified 中文 汉语 漢語 简体中文 ", "Chinese (simplified characters)", "zh-CN",
     "Microsoft YaHei", false},
    {" ja japanese 日本語 ", "Japanese", "ja-JP", "Yu Gothic", false},
    {" ko korean 한국어 ", "Korean", "ko-KR", "Malgun Gothic", false},
    {" ar arabic العربية عربي ", "Arabic", "ar-SA", "", true},
    {" he iw hebrew עברית ", "Hebrew", "he-IL", "", true},
    /* no labels of their own, but known to spelling checkers and readers aloud */
    {" fa persian farsi فارسی ", "Persian", "fa-IR", "", true},
    {" ur urdu اردو ", "Urdu", "ur-PK", "", true},
    {" ps pashto ", "Pashto", "ps-AF", "", true},
    {" ckb sorani ", "Sorani Kurdish", "ckb-IQ", "", true},
    {" yi yiddish ", "Yiddish", "yi-001", "", true},
    {" ug uyghur ", "Uyghur", "ug-CN", "", true},
    {" sd sindhi ", "Sindhi", "sd-PK", "", true},
    {" ca catalan català catala ", "Catalan", "ca-ES", "", false},
    {" gl galician galego ", "Galician", "gl-ES", "", false},
    {" eu basque euskara ", "Basque", "eu-ES", "", false},
    {" sv swedish svenska ", "Swedish", "sv-SE", "", false},
    {" da danish dansk ", "Danish", "da-DK", "", false},
    {" nb no norwegian norsk bokmål ", "Norwegian", "nb-NO", "", false},
    {" fi finnish suomi ", "Finnish", "fi-FI", "", false},
    {" is icelandic íslenska ", "Icelandic", "is-IS", "", false},
    {" cs czech čeština cestina ", "Czech", "cs-CZ", "", false},
    {" sk slovak slovenčina ", "Slovak", "sk-SK", "", false},
    {" sl slovenian slovene slovenščina ", "Slovenian", "sl-SI", "", false},
    {" hr croatian hrvatski ", "Croatian", "hr-HR", "", false},
    {" sr serbian српски srpski ", "Serbian", "sr-RS", "", false},
    {" hu hungarian magyar ", "Hungarian", "hu-HU", "", false},
    {" ro romanian română romana ", "Romanian", "ro-RO", "", false},
    {" bg bulgarian български ", "Bulgarian", "bg-BG", "", false},
    {" uk ukrainian українська ", "Ukrainian", "uk-UA", "", false},
    {" el greek ελληνικά Ελληνικά ", "Greek", "el-GR", "", false},
    {" lt lithuanian lietuvių ", "Lithuanian", "lt-LT", "", false},
    {" lv latvian latviešu ", "Latvian", "lv-LV", "", false},
    {" et estonian eesti ", "Estonian", "et-EE", "", false},
    {" hi hindi हिन्दी ", "Hindi", "hi-IN", "", false},
    {" bn bengali বাংলা ", "Bengali", "bn-BD", "", false},
    {" ta tamil தமிழ் ", "Tamil", "ta-IN", "", false},
    {" te telugu తెలుగు ", "Telugu", "te-IN", "", false},
    {" th thai ไทย ", "Thai", "th-TH", "", false},
    {" vi vietnamese việt tiếng ", "Vietnamese", "vi-VN", "", false},
    {" id indonesian bahasa ", "Indonesian", "id-ID", "", false},
    {" ms malay melayu ", "Malay", "ms-MY", "", false},
    {" fil tagalog filipino ", "Tagalog", "fil-PH", "", false},
    {" sw swahili kiswahili ", "Swahili", "sw-KE", "", false},
    {" af afrikaans ", "Afrikaans", "af-ZA", "", false},
    {" la latin latina ", "Latin", "la-VA", "", false},
};

static const struct row unknown = {"", "", "", "", false};

static char small(char c)
{
    return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool stop(char c)
{
    return c != '\0' && strchr(" \t\n,;()/", c) != NULL;
}

/* The row that knows this word; NULL if none. */
static const struct row *row_of(const char *word, size_t size)
{
    char key[64];

    if (size == 0 || size > sizeof key - 3)
        return NULL;
    snprintf(key, sizeof key, " %.*s ", (int)size, word);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strstr(rows[i].names, key) != NULL)
            return &rows[i];
    return NULL;
}

/* "pt" stands in two rows: a bare tag means the one whose names go on with the language's own name. */
static const struct row *row_of_tag(const char *tag)
{
    size_t size = strcspn(tag, "-");
    const struct row *exact = strncmp(tag, "zh-han", 6) == 0 ? row_of(tag, 7) : row_of(tag, strlen(tag));

    if (tag[size] != '\0' && exact != NULL)
        return exact;
    for (size_t i = sizeof rows / sizeof *rows; i-- > 0;)
        if (strncmp(rows[i].names + 1, tag, size) == 0 && rows[i].names[1 + size] == ' ')
            return &rows[i];
    return exact;
}

/* Two or three letters, then parts of one to eight letters and digits. */
static bool is_tag(const char *name)
{
    size_t part = strspn(name, "abcdefghijklmnopqrstuvwxyz");

    if ((part != 2 && part != 3) || strlen(name) > 35)
        return false;
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): strspn stays within the text */
    for (name += part; *name == '-'; name += part) {
        name++;
        part = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
        if (part == 0 || part > 8)
            return false;
    }
    return *name == '\0';
}

/* The customary capitals: es-MX, zh-Hant-TW. */
static void set_tag(char *to, size_t room, const char *tag)
{
    size_t start = 0;

    snprintf(to, room, "%.*s", (int)room - 1, tag);
    for (size_t i = 0; to[i] != '\0'; i++) {
        size_t part = strcspn(to + start, "-");
        bool capital = start > 0 && (part == 2 || (part == 4 && i == start));

        if (to[i] == '-')
            start = i + 1;
        else if (capital && to[i] >= 'a' && to[i] <= 'z')
            to[i] = (char)(to[i] - 'a' + 'A');
    }
}

/* The first word we know; but "Brazilian" and "Traditional" say more than the "Portuguese" and "Chinese"
 * beside them, and stand earlier in the table. */
static const struct row *row_of_words(const char *name)
{
    const struct row *best = NULL;

    while (*name != '\0') {
        size_t size = 0;
        const struct row *row;

        while (name[size] != '\0' && !stop(name[size]))
            size++;
        row = row_of(name, size);
        if (row != NULL && (best == NULL || (row < best && strncmp(row->names, best->names, 4) == 0)))
            best = row;
        name += size;
        while (stop(*name))
            name++;
    }
    return best;
}

/* The regions web apps offer, as English names them. */
static const struct {
    const char *code, *name;
} regions[] = {
    {"419", "Latin America"}, {"MX", "Mexico"},        {"AR", "Argentina"},
    {"CO", "Colombia"},       {"CL", "Chile"},         {"PE", "Peru"},
    {"ES", "Spain"},          {"US", "United States"}, {"GB", "United Kingdom"},
    {"AU", "Australia"},      {"CA", "Canada"},        {"IN", "India"},
    {"IE", "Ireland"},        {"NZ", "New Zealand"},   {"ZA", "South Africa"},
    {"BR", "Brazil"},         {"PT", "Portugal"},      {"FR", "France"},
    {"BE", "Belgium"},        {"CH", "Switzerland"},   {"DE", "Germany"},
    {"AT", "Austria"},        {"IT", "Italy"},         {"NL", "Netherlands"},
    {"EG", "Egypt"},          {"SA", "Saudi Arabia"},  {"AE", "United Arab Emirates"},
    {"MA", "Morocco"},        {"SG", "Singapore"},
};

static bool is_chinese(const struct row *row)
{
    return strncmp(row->tag, "zh", 2) == 0;
}

/* "Spanish", "Spanish (Mexico)"; what is not a language or a tag of one stays in the caller's words. */
static void set_english(struct language_tag *found, const struct row *row, const char *name,
                        const char *lower, bool tag)
{
    const char *region = tag && strchr(lower, '-') != NULL ? strrchr(found->tag, '-') : NULL;
    const char *where = region == NULL || row == NULL || is_chinese(row) ? "" : region + 1;

    if (row == NULL || (!tag && row_of(lower, strlen(lower)) == NULL)) {
        snprintf(found->english, sizeof found->english, "%s", name);
        return;
    }
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++)
        if (*where != '\0' && strcmp(regions[i].code, where) == 0)
            where = regions[i].name;
    if (*where == '\0' || strchr(row->english, '(') != NULL)
        snprintf(found->english, sizeof found->english, "%s", row->english);
    else
        snprintf(found->english, sizeof found->english, "%s (%s)", row->english, where);
}

void language_tag_find(struct language_tag *found, const char *name)
{
    const struct row *row;
    char lower[64];
    size_t size = 0;
    bool tag;

    for (; name[size] != '\0' && size < sizeof lower - 1; size++)
        lower[size] = small(name[size]);
    lower[size] = '\0';
    tag = is_tag(lower);
    *found = (struct language_tag){.tag = ""};
    row = tag ? row_of_tag(lower) : row_of_words(lower);
    if (tag && strchr(lower, '-') != NULL)
        set_tag(found->tag, sizeof found->tag, lower);
    else if (row != NULL || tag)
        snprintf(found->tag, sizeof found->tag, "%.35s", row != NULL ? row->tag : lower);
    set_english(found, row, name, lower, tag);
    if (row == NULL)
        row = &unknown;
    found->rtl = row->rtl;
    found->font = row->font;
    found->base = row->tag;
}
