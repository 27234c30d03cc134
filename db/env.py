"""Alembic's environment: always the connection it is given, never one of its own."""

from alembic import context

import nmx_desk.data.logtext
import nmx_desk.data.search  # noqa: F401 (both declare their tables)
from nmx_desk.data.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
