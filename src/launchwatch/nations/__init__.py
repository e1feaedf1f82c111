"""What nations tell one another: who may speak, what may leave, and where pictures differ."""
