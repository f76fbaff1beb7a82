"""The parts of addresses, described once for all routes that have them."""

from typing import Annotated

from fastapi import Path

TreatyId = Annotated[str, Path(description="Id of the treaty.", examples=["un-charter"])]
Eid = Annotated[str, Path(description="The provision, in Akoma Ntoso's manner.", examples=["art_51"])]
ConversationId = Annotated[
    str, Path(description="`conversation_id` of an answer.", examples=["3f6c1f0e8d7b4a5c9e2d1b0a7c8e9f10"])
]
JobId = Annotated[str, Path(description="`id` of the job.", examples=["c271345175934bb2919a539d94a64c71"])]
ModelId = Annotated[str, Path(description="`id` of a model.", examples=["pacta/un-charter"])]
