"""The window and everything in it. The only package that knows Qt."""
