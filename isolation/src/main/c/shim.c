/* Placeholder of the shim: it only says how it will be called. */
#include <stdio.h>

int main(void) {
    fputs("usage: shim SPEC\n", stderr);
    return 64;
}
