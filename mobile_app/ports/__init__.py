"""What the presenters need from the outside world, as small interfaces, one subject a module.

`bootstrap.py` says who provides them; what the locked tablet needs stands in `locked_ports.py`.
"""
