"""The log: every change and every reading, in a signed Merkle tree. Knows no clinic table."""
