/* source - the text of a configuration file, made safe for libconfig
 *
 * Private to conf/.  libconfig ends the process when told to read a folder, and its 1.5 cuts a whole number
 * above 2^31 to 32 bits without a word unless an L follows it.  So the file is read here, and the L is put
 * where it lacks.
 */
#ifndef CONF_SOURCE_H
#define CONF_SOURCE_H

/* The whole text, with the same lines as the file; owned by the caller. NULL: *why says why (static or
 * strerror). */
char *source_read(const char *file, const char **why);

/* Pure part of it: a copy of text with an L after each whole number that may need more than 32 bits. NULL if
 * it has an
 * @include outside of strings and comments (a service has one file; what another one says would escape the
 * check). */
char *source_widen(const char *text);

#endif
