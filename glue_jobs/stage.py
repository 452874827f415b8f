"""Stage one judged load in the database and merge it, exactly once."""

from stagecoach.frames.glue import run
from stagecoach.frames.stage import stage

if __name__ == "__main__":
    run(stage)
