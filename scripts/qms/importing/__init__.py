"""A plant's old registers on their way in: the file as cells, the mapping, the rows as records. Writes nothing, prints nothing."""
