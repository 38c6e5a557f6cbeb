/* config_fault - parameters that are each within their bounds, and cannot be used together or as they are
 *
 * Looked at before a service starts, at each reload, and by `slidemill config check`.
 */
#ifndef SUPERVISOR_CONFIG_FAULT_H
#define SUPERVISOR_CONFIG_FAULT_H

#include "conf/conf.h"

/* Why not, with the parameter's name and without a secret; NULL: they can be used. The text lives until the
 * next call. */
const char *config_fault(const struct conf *conf);

#endif
