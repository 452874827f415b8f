"""What moto answers differently from AWS, one file per service.

The measure is Terraform: apply succeeds, a second plan is empty, destroy leaves nothing.
"""

from __future__ import annotations

from local_cloud.fidelity import (
    athena,
    budgets,
    glue,
    glue_catalog,
    lakeformation,
    lambdas,
    rds,
    redshift,
    s3,
    sqs,
)


def install() -> None:
    """Patch every service."""
    services = (s3, sqs, rds, redshift, budgets, lambdas, athena, lakeformation, glue, glue_catalog)
    for service in services:
        service.install()
