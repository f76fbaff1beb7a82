"""The models of OpenAI's interface: ``pacta`` for all treaties held, ``pacta/<id>`` for one of them."""

from datetime import UTC, datetime

from service.api.catalogue import Catalogue, ServedIndex
from service.api.openai_records import Model
from service.errors import UnknownModel

ALL = "pacta"
_ONE = f"{ALL}/"


def treaties_of_model(model: str, index: ServedIndex) -> tuple[str, ...]:
    """The treaties that a model answers from, none for all; raises UnknownModel."""
    if model == ALL:
        return ()
    treaty_id = model.removeprefix(_ONE)
    if treaty_id == model or treaty_id not in index.treaties:
        raise UnknownModel(model)
    return (treaty_id,)


def models_of(catalogue: Catalogue) -> list[Model]:
    """All models, ``pacta`` first, the others by title."""
    first = _model(ALL, "Pacta: all treaties held", catalogue.generation)
    others = (_model(f"{_ONE}{treaty.id}", treaty.title, catalogue.generation) for treaty in catalogue.treaties)
    return [first, *others]


def _model(model_id: str, name: str, generation: str) -> Model:
    return Model(id=model_id, object="model", created=_made_at(generation), owned_by="pacta", name=name)


def _made_at(generation: str) -> int:
    """When an index was made, which its id begins with; 0 where it does not."""
    try:
        made = datetime.strptime(generation[:15], "%Y%m%dT%H%M%S")
    except ValueError:
        return 0
    return int(made.replace(tzinfo=UTC).timestamp())
