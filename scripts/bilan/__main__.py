"""`python -m bilan` is the command `bilan`."""

from .cli import main

raise SystemExit(main())
