/* tenant - the name that API keys of one owner share
 *
 * 1 to 32 letters, digits, underscores and hyphens, the first a letter or digit (conf/api_keys.h
 * reads it from SLIDEMILL_API_KEYS). "" is the tenant of all keys without a name, and of a service without
 * keys.
 */
#ifndef PROTO_TENANT_H
#define PROTO_TENANT_H

enum { MAX_TENANT = 32, TENANT_ROOM = MAX_TENANT + 1 };

#endif
