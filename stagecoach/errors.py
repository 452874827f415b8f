"""Everything that can go wrong, as one tree.

    StagecoachError
    ├── Permanent               no retry can help: somebody must change something
    │   ├── DeclarationError    a dataset file is wrong (file, line, found, wanted)
    │   ├── UnknownDataset      a key or a name that no declaration covers
    │   ├── FetchFailed         a file was not to be had where the declaration says, or not sound
    │   ├── FileRefused         the file cannot be what its declaration says; refused before Spark
    │   ├── LoadRejected        read and judged, and more is wrong than the declaration allows
    │   └── SetupError          this machine lacks something, or something is in the way
    └── Retryable               the same call may go through later
        ├── Busy                another load of the dataset is running
        └── Unavailable         a service or the database did not answer

The ledger reads exactly this distinction: a `Retryable` puts the load back in the queue
(at most `max_attempts` times), a `Permanent` ends it and writes one alert.
Every message is one sentence: what was found, what was wanted, what to do.
"""


class StagecoachError(Exception):
    """Base of every error that is meant to be read by a person."""


class Permanent(StagecoachError):
    """No retry can help."""


class DeclarationError(Permanent):
    """A declaration is wrong; the message names file and line."""


class UnknownDataset(Permanent):
    """No dataset is declared for this key or name."""


class FetchFailed(Permanent):
    """A file was not fetched: what was tried is over, the next turn of the schedule tries again."""


class FileRefused(Permanent):
    """The file cannot be what its declaration says; nothing of it was read by Spark."""


class LoadRejected(Permanent):
    """More is wrong than the declaration allows; the live table is untouched."""


class SetupError(Permanent):
    """This machine lacks something that is needed, or something is in the way."""


class Retryable(StagecoachError):
    """The same call may go through later."""


class Busy(Retryable):
    """Another load of the same dataset is running."""


class Unavailable(Retryable):
    """A service or the database did not answer."""
