"""PySpark's worker daemon, with what every worker imports loaded once, before it forks them.

A fork of this process starts at once; a worker that imports for itself takes most of a second.
Only what Glue has by itself is loaded here: the job's own code comes with the job.
"""

import boto3  # noqa: F401
import pandas  # noqa: F401
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet  # noqa: F401
from pyspark import (
    daemon,
    worker,  # noqa: F401
)

if __name__ == "__main__":
    daemon.manager()
