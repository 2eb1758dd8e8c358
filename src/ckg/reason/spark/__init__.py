"""The closure on Apache Spark: the same rules in its dialect of SQL, for what does not fit on one machine."""
