"""From texts to rows: casts, derived columns, rules, what is wrong with a row, where rows go."""
