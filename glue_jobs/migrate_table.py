"""Take a whole table to Redshift in one snapshot; what an earlier attempt did is not done again."""

from stagecoach.frames.migration.glue import run

if __name__ == "__main__":
    run()
