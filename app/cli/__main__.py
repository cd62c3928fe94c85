"""`python -m app.cli` is `zhuanban`."""

from app.cli import main

main()
