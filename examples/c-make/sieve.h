/* Whether each of 0..n is prime, to be freed by the caller; NULL without memory. */
unsigned char *sieve(unsigned n);
