"""From judgements to words: decisions, statements and alerts."""
