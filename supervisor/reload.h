/* reload - new parameters while running: read whole, checked, then followed, or refused with a reason */
#ifndef SUPERVISOR_RELOAD_H
#define SUPERVISOR_RELOAD_H

struct conf;
struct supervisor;

/* Loads the file (NULL: none) and the environment again. A fault, or a change of a parameter that needs a
 * restart, changes nothing and says why in the log. */
void reload(struct supervisor *sup, const char *file);

/* Logs a warning for each old parameter name that was used. */
void reload_note_renamed(const struct conf *conf);

#endif
