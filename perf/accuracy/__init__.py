"""How good the shipped algorithms are on public data, by each data set's own measure."""
