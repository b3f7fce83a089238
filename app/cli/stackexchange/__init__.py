"""Dumps of Stack Exchange sites: read in constant memory, laid out in a file beside the database, brought in by threads."""

from app.cli.stackexchange.dump import BrokenDump
from app.cli.stackexchange.side import dump_files, laid_out
from app.cli.stackexchange.threads import Bringing
from app.cli.stackexchange.writing import Site, kept_tags

__all__ = ["Bringing", "BrokenDump", "Site", "dump_files", "kept_tags", "laid_out"]
