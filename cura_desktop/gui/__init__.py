"""The window and everything in it. The only package that knows Qt."""

import ctypes
import sys

# PySide6 6.12 gives back one reference to None too many in every call that returns nothing, and now and then one to a
# truth value. From Python 3.12 on these cannot die, nor can the two other singletons of the language; on 3.11 the
# program ends with "none_dealloc" or "bool_dealloc" after some ten thousand calls. A reference count that a day's work
# cannot use up is what 3.12 has built in.
if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
    for _immortal in (None, True, False, NotImplemented, Ellipsis):
        ctypes.c_ssize_t.from_address(id(_immortal)).value += 1 << 40
