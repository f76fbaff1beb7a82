"""How alembic runs the migrations: on the connection, and in the transaction, of ``service.schema``."""

from alembic import context

from service.schema import VERSION_TABLE
from service.tables import ConversationRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=ConversationRow.metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
