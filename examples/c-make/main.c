/* Reads a number and prints the primes up to it. */
#include <stdio.h>
#include <stdlib.h>

#include "sieve.h"

int main(void) {
  unsigned n;
  if (scanf("%u", &n) != 1 || n > 1000000) {
    return 2;
  }
  unsigned char *prime = sieve(n);
  if (prime == NULL) {
    return 1;
  }
  const char *separator = "";
  for (unsigned i = 2; i <= n; i++) {
    if (prime[i]) {
      printf("%s%u", separator, i);
      separator = " ";
    }
  }
  putchar('\n');
  free(prime);
  return 0;
}
