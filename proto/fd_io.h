/* fd_io - all bytes through a descriptor, however many calls the kernel makes of it
 *
 * For descriptors that block: files, sockets and pipes. A signal does not end a call.
 */
#ifndef PROTO_FD_IO_H
#define PROTO_FD_IO_H

#include <stddef.h>

/* Writes all size bytes. 0; -1 with errno: some of them may have been written. */
int fd_write_all(int fd, const void *data, size_t size);

/* Reads until size bytes have come, the input ends or an error. Returns how many came; if fewer than size,
 * errno tells why: 0 means that the input has ended. */
size_t fd_read_up_to(int fd, void *data, size_t size);

/* Whoever started this process may have closed its standard input, output or error. Opens something in their
 * stead that is empty and takes nothing, before a file gets their numbers and the log is written into it. 0;
 * -1 with errno. */
int fd_open_standard(void);

#endif
