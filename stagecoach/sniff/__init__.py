"""Judge a file before Spark, from a few ranges of it: can it be what its declaration says?

    sniff(dataset, name, size, read) -> facts, or FileRefused with a sentence
    pinned_name(dataset, key)        -> what its pinned copy is called

What holds for single rows (a bad number, a short line, a NUL) is left to the job, which judges
every row the same way wherever in the file it stands.
"""

from stagecoach.sniff.judge import sniff
from stagecoach.sniff.names import pinned_name

__all__ = ["pinned_name", "sniff"]
