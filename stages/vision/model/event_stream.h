/* event_stream - an answer that comes as an event stream, though none was asked for
 *
 * Pure.  Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) whose data are
 * chunks of a chat completion (https://platform.openai.com/docs/api-reference/chat-streaming), put together
 * to the completion they are pieces of; lines of JSON without "data:" are taken, too.
 */
#ifndef STAGES_VISION_MODEL_EVENT_STREAM_H
#define STAGES_VISION_MODEL_EVENT_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* Does a body begin as a stream does? */
bool event_stream_begins(const char *body, size_t size);

/* The completion object, owned by the caller: choices[0] with message and finish_reason ("error" if the
 * stream ended before it said one), usage, and the error if an event told one. NULL: there is no event that
 * could be read, or one that could not. */
json_t *event_stream_read(const char *body, size_t size);

#endif
