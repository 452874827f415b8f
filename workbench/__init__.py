"""Where people work: the command line, the checks, the build, the demo. Never ships."""
