/* panic - ends a process that is in a state that should be impossible
 *
 * The process aborts; its parent starts it again, and recovery is a tested path.
 */
#ifndef PROTO_PANIC_H
#define PROTO_PANIC_H

#include <stdarg.h>
#include <stddef.h>

/* Writes one JSON log line with file, line and text, then aborts. */
_Noreturn void panic_at(const char *file, int line, const char *what);
#define panic(what)     panic_at(__FILE__, __LINE__, (what))
#define must(condition) ((condition) ? (void)0 : panic("must: " #condition))

/* malloc, calloc, realloc, strdup, asprintf and vasprintf that never fail: running out of memory ends the
 * process. */
void *need(size_t size);
void *need_zero(size_t count, size_t size);
void *need_more(void *old, size_t size);
char *need_dup(const char *text);
char *need_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *need_format_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

#endif
