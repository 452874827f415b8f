"""S3 on disk: every version of every object is a file, and so is every current object's key.

    state/versions/<xx>/<id>     the versions, written once
    state/s3/<bucket>/<key>      the current version of each key: a hard link, for Spark and people
    state/journal/               what changed since the last snapshot

Bodies are streamed to and from those files; none is held in memory. A key that cannot be a path
(`a` beside `a/b`, `..`, a component over 255 bytes) has its version file and no link.
"""

from __future__ import annotations

from local_cloud.not_implemented import Application
from local_cloud.s3 import backend, journal, multipart, tree, versions
from local_cloud.s3.downloads import Downloads
from local_cloud.s3.sync import sync, sync_all
from local_cloud.s3.uploads import Uploads

__all__ = ["install", "layer", "resume", "sync", "sync_all"]


def install() -> None:
    """Put keys and multipart uploads on disk."""
    versions.prepare()
    backend.install()
    multipart.install()


def layer(application: Application) -> Application:
    """Stream bodies past moto, and write the journal before a change is acknowledged."""
    return Downloads(journal.Journaled(Uploads(application)))


def resume() -> None:
    """Bring memory and disk together after a restart, whatever the last one was doing."""
    tree.repair()
