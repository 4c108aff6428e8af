"""`python -m gyges`, the same as `gyges`."""

from __future__ import annotations

import sys

from gyges.cli import main

sys.exit(main())
