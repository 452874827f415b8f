"""A first declaration from a sample of what will arrive: `stagecoach new`."""
