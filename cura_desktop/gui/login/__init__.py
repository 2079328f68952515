"""The first screens: beginning, signing in, locking."""
