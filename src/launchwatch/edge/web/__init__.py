"""The map: a server in the watch's own process, in a thread and event loop of its own."""
