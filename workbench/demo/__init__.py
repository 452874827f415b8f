"""The demo: real flights, and claims about them that are checked."""
