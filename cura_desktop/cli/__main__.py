"""`python -m cura_desktop.cli` is `cura-admin`."""

import sys

from cura_desktop.cli import main

sys.exit(main())
