"""NMX Desk: the desktop program a functional-medicine clinic runs its day on."""

__version__ = "0.7.0"
