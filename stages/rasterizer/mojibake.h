/* mojibake - text whose bytes of UTF-8 were taken for characters of Windows-1252 ("Ã¼" for "ü") */
#ifndef STAGES_RASTERIZER_MOJIBAKE_H
#define STAGES_RASTERIZER_MOJIBAKE_H

#include <stddef.h>
#include <stdint.h>

/* Puts the characters back that such a line was made of, in place. What could be meant as it stands stays.
 * Returns the new count. Pure. */
size_t mojibake_mend(uint32_t *text, size_t count);

#endif
