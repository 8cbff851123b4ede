"""How fast, beside what: the register against its own statements, sent through the driver alone."""
