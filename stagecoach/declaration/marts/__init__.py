"""Marts: declarations whose source is a SQL file over other datasets.

keys      what the keys of one declaration ask of each other
query     the SQL, read with sqlglot in the dialect of Spark
between   the inputs of a folder's marts, and everything that is wrong between them
"""
