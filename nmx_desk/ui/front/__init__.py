"""Before there is a desk: the first start, signing in, the lock."""
