"""How a mart is computed of other datasets' rows.

inputs    the rows of an input, read from its clean files as its merge would have them
changes   which partitions have news since the build before, by the sums of the inputs' rows
results   what the select answers, cast and judged as the rows of a file are
writing   the good rows as Parquet, sorted by key, so that a second row of a key is seen
checks    the conditions over the whole mart and its inputs
compute   all of these, one after the other: a manifest comes out
"""
