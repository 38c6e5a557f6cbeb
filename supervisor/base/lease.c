/* lease - see lease.h */
#include "supervisor/base/lease.h"

uint64_t lease_untold(uint64_t counted, uint64_t told)
{
    return counted > told ? counted - told : 0;
}
