"""The encrypted store: one SQLCipher file, the keyring that opens it, and the count of tries."""
