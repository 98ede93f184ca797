#include "sieve.h"

#include <stdlib.h>
#include <string.h>

unsigned char *sieve(unsigned n) {
  unsigned char *prime = malloc((size_t)n + 1);
  if (prime == NULL) {
    return NULL;
  }
  memset(prime, 1, (size_t)n + 1);
  for (unsigned i = 2; i <= n / i; i++) {
    for (unsigned j = i * i; prime[i] && j <= n; j += i) {
      prime[j] = 0;
    }
  }
  return prime;
}
