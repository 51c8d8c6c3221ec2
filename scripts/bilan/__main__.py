"""`python -m bilan` is the command `bilan`."""

from bilan.cli import main

raise SystemExit(main())
