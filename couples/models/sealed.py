"""The field of every private word: sealed in the database and in memory, unsealed only when it is read."""

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from couples.models.keys import key_for_sealing, key_of

if TYPE_CHECKING:
    BinaryField = models.Field[Any, Any]  # to those who read it, it holds words
else:
    BinaryField = models.BinaryField


class Sealed(bytes):
    """What the database holds of a sealed field. It is shown as nothing but that."""

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__


class SealedAttribute(DeferredAttribute):
    """Gives the words behind a sealed field, unsealing them at the first look. What it gives is not to be changed."""

    field: "SealedField"

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        """The words; the attribute itself on the class. Raises vault.Unreadable."""
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed):
            return value
        seen = instance.__dict__.get(self._seen)
        if seen is None or seen[0] is not value:
            seen = instance.__dict__[self._seen] = (value, self.field.unseal(instance, value))
        return seen[1]

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Words to be sealed when the row is saved, or what was sealed already."""
        instance.__dict__[self.field.attname] = value

    @property
    def _seen(self) -> str:
        return f"_{self.field.attname}_unsealed"


class SealedField(BinaryField):
    """Words (text, or a dict of texts) sealed under the key of their author.

    `author` is the path on the row to the author's id, such as "author_id"; `bound` names further fields of the row
    that the words belong to. Both are part of what the ciphertext is bound to, with model, field and row, so sealed
    words that were moved, or given to another author or revision, cannot be unsealed (vault.NotGenuine).

    The database never sees a word, so there is nothing to filter, order or update by: such a query is refused.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, author: str = "author_id", bound: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.author, self.bound = author, bound
        super().__init__(*args, **kwargs)  # a BinaryField is not editable: no ModelForm shows or takes it

    def deconstruct(self) -> Any:
        """How a migration writes this field down."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "author": self.author, "bound": self.bound}

    # --- Between the row and its words ---

    def seal(self, row: models.Model, words: Any) -> Sealed:
        """These words as the database keeps them for this row."""
        text = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
        return Sealed(key_for_sealing(self._author_of(row)).seal(text, self._place(row)))

    def unseal(self, row: models.Model, sealed: Sealed) -> Any:
        """The words of this row. Raises vault.Unreadable."""
        return json.loads(key_of(self._author_of(row)).unseal(sealed, self._place(row)))

    def _author_of(self, row: Any) -> Any:
        for step in self.author.split("."):
            row = getattr(row, step)
        return row

    def _place(self, row: models.Model) -> list[str]:
        bound = (str(getattr(row, name)) for name in self.bound)
        return [row._meta.label_lower, self.name, row.pk.hex, self._author_of(row).hex, *bound]

    # --- What Django asks of a field ---

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """What is written: sealed words that were only carried along as they are, new words sealed now."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(model_instance, value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Bytes of the database, still sealed."""
        return None if value is None else Sealed(value)

    def get_prep_value(self, value: Any) -> Any:
        """Only what was sealed goes into a query. Raises TypeError for anything else, such as update(words=...)."""
        if value is not None and not isinstance(value, Sealed) and not hasattr(value, "resolve_expression"):
            raise TypeError(f"{self.name} is sealed: set it on its row and save the row.")
        return super().get_prep_value(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As the database's driver takes it. Raises TypeError for words that are not sealed."""
        return super().get_db_prep_value(self.get_prep_value(value), connection, True)

    def get_lookup(self, lookup_name: str) -> Any:
        """Nothing to look up but whether there are words at all. Raises FieldError."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: no query can look into it.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        """Nothing to transform. Raises FieldError."""
        raise FieldError(f"{self.name} is sealed: no query can look into it.")

    def value_from_object(self, obj: models.Model) -> Any:
        """What a serializer gets of it: sealed, never words."""
        value = obj.__dict__.get(self.attname)
        return value if value is None or isinstance(value, Sealed) else self.seal(obj, value)
