"""Judge one load: good rows go on, rejected rows are kept with their reasons."""

from stagecoach.frames.glue import run
from stagecoach.frames.transform import transform

if __name__ == "__main__":
    run(transform)
