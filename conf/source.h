/* source - the text of a configuration file, made safe for libconfig
 *
 * Private to conf/.  libconfig ends the process if the path is a folder, and its version 1.5 silently cuts a
 * whole number above 2^31 to 32 bits unless an L follows it.  So this unit reads the file and adds the
 * missing L.
 */
#ifndef CONF_SOURCE_H
#define CONF_SOURCE_H

/* Returns the whole text, line by line as in the file, which the caller frees; or NULL, with the reason in
 * *why (static, or from strerror). */
char *source_read(const char *file, const char **why);

/* The pure part: returns a copy of text with an L after each whole number that may need more than 32 bits;
 * NULL if there is a "@include" outside of strings and comments (a service has one file; the contents of
 * another one would escape these checks). */
char *source_widen(const char *text);

#endif
