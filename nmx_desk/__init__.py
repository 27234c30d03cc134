"""NMX Desk: the desktop program a functional-medicine clinic runs its day on."""

__version__ = "0.8.0"
