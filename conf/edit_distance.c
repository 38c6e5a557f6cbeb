/* edit_distance - see edit_distance.h */
#include "conf/edit_distance.h"

#include <ctype.h>
#include <string.h>

enum { MAX_WORD = 64 };

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

size_t edit_distance(const char *a, const char *b)
{
    size_t rows[3][MAX_WORD + 1]; /* of the table: two lines back, one line back, this line */
    size_t a_size = strnlen(a, MAX_WORD), b_size = strnlen(b, MAX_WORD);

    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *now = rows[i % 3], *before = rows[(i - 1) % 3], *earlier = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            now[j] = min(min(before[j], now[j - 1]) + 1, before[j - 1] + !same(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                now[j] = min(now[j], earlier[j - 2] + 1);
        }
    }
    return rows[a_size % 3][b_size];
}

bool edit_distance_is_typo(size_t distance, size_t length)
{
    return distance <= 1 + length / 4;
}
