"""What moto answers differently from AWS, one file per service.

The measure is Terraform: apply succeeds, a second plan is empty, destroy leaves nothing.
"""

from __future__ import annotations

from local_cloud.fidelity import (
    athena,
    budgets,
    ec2,
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
    catalogue = (glue, glue_catalog, lakeformation, athena)
    services = (s3, sqs, ec2, rds, redshift, budgets, lambdas, *catalogue)
    for service in services:
        service.install()
