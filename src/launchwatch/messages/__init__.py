"""What the rooms say to each other: frozen structs without verbs."""
