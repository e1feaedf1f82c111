"""From tracks to judgements: launches, fall areas, zones, families."""
