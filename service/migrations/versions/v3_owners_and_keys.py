"""Keys, which own conversations; when a conversation was last continued; whether an answer was refused.

A verdict is on a turn, not on a message id, so that nobody's can stand in the way of another's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From version 2."""
    op.add_column("conversation", sa.Column("owner", sa.String(), nullable=False, server_default=""))
    op.add_column("conversation", sa.Column("last_asked_at", sa.String(), nullable=False, server_default=""))
    op.execute(
        "UPDATE conversation SET last_asked_at = coalesce("
        "(SELECT max(asked_at) FROM turn WHERE turn.conversation_id = conversation.id), begun_at)"
    )
    op.create_index("ix_conversation_last_asked_at", "conversation", ["last_asked_at"])

    op.add_column("turn", sa.Column("status", sa.String()))
    # Postgres came with this version: there is nothing in it yet.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE turn SET status = json_extract(answer_json, '$.status') WHERE json_valid(answer_json)")

    op.execute("CREATE TEMPORARY TABLE given AS SELECT turn_id, given_at, verdict, comment FROM feedback")
    op.drop_table("feedback")
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.Integer(), sa.ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("given_at", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("comment", sa.String()),
    )
    op.execute("INSERT INTO feedback SELECT turn_id, given_at, verdict, comment FROM given")
    op.execute("DROP TABLE given")

    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("labels", sa.String()),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("last_used_at", sa.String()),
        sa.Column("revoked_at", sa.String()),
    )
