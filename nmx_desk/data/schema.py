"""Which schema this program speaks. A test holds it against the newest migration."""

SCHEMA = "0008"
