"""``python -m nmx_desk``."""

from nmx_desk.cli import main

main()
