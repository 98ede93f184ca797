/* What the server gives up before it reads a stranger's first byte. 0, or -1 with errno. */
#pragma once

/* Makes a directory the whole file system. */
int enter(int directory);

/* Becomes nobody, who may bind low ports. */
int drop_privileges(void);

/* Leaves the system calls that serving takes. */
int filter_system_calls(void);
