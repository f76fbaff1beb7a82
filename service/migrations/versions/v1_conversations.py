"""Conversations and their turns."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From an empty database."""
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("begun_at", sa.String(), nullable=False),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation_id", sa.String(), sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked_at", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("focus", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answer_json", sa.String(), nullable=False),
    )
    op.create_index("ix_turn_conversation_id", "turn", ["conversation_id"])
