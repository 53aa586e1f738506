"""When and where cases came: the epidemic curve, sites beside each other, and how long it took until a diagnosis."""
