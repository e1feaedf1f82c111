"""From bytes to plots: decoders, the roster of sensors, and admission."""
