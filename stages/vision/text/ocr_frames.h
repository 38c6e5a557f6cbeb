/* ocr_frames - what the two ends of OCR's socket send each other: a size (32 bits) and so many bytes
 *
 * A picture goes down, what was read comes up as a text layer; an empty one: nothing could be read.
 */
#ifndef STAGES_VISION_TEXT_OCR_FRAMES_H
#define STAGES_VISION_TEXT_OCR_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

enum { OCR_SOCKET = 0 /* of slidemill-ocr */, MAX_OCR_PICTURE = 32 << 20, MAX_OCR_LAYER = 4 << 20 };

/* Sends a frame of size bytes. False, with errno: the other end has gone, or takes nothing. */
bool ocr_send(int fd, const void *bytes, size_t size);

/* Waits for a frame of at most max bytes: malloced, its length in *size. NULL: the other end has gone, or its
 * frame is larger. */
char *ocr_receive(int fd, size_t max, size_t *size);

#endif
