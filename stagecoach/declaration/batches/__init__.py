"""Batches, `batches/<name>.yaml`: datasets whose files of one business date go together.

load_all(folder, datasets)  -> [Batch], by name; raises DeclarationErrors
"""

from stagecoach.declaration.batches.batch import Batch
from stagecoach.declaration.batches.folder import load_all

__all__ = ["Batch", "load_all"]
