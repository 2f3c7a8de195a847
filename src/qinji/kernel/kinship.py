"""Relations between two people. ``Relation`` says what the other person is *to* the one who speaks.

The near relatives are those of the civil code, article 1045 (民法典). Parents of a spouse are not among them.
"""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """What somebody is to a person: in a grant, what the beneficiary is to the grantor."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    MATERNAL_GRANDPARENT = "maternal_grandparent"
    GRANDCHILD = "grandchild"
    DAUGHTERS_CHILD = "daughters_child"
    SPOUSE_PARENT = "spouse_parent"
    CHILD_SPOUSE = "child_spouse"
    OTHER = "other"


CHINESE: dict[Relation, str] = {
    Relation.SPOUSE: "配偶",
    Relation.PARENT: "父母",
    Relation.CHILD: "子女",
    Relation.SIBLING: "兄弟姐妹",
    Relation.GRANDPARENT: "祖父母",
    Relation.MATERNAL_GRANDPARENT: "外祖父母",
    Relation.GRANDCHILD: "孙子女",
    Relation.DAUGHTERS_CHILD: "外孙子女",
    Relation.SPOUSE_PARENT: "配偶的父母",
    Relation.CHILD_SPOUSE: "子女的配偶",
    Relation.OTHER: "其他亲属",
}

_SPOKEN: dict[Relation, tuple[str, str, str]] = {
    Relation.SPOUSE: ("丈夫", "妻子", "配偶"),
    Relation.PARENT: ("父亲", "母亲", "父亲或母亲"),
    Relation.CHILD: ("儿子", "女儿", "孩子"),
    Relation.SIBLING: ("兄弟", "姐妹", "兄弟姐妹"),
    Relation.GRANDPARENT: ("祖父", "祖母", "祖父或祖母"),
    Relation.MATERNAL_GRANDPARENT: ("外祖父", "外祖母", "外祖父或外祖母"),
    Relation.GRANDCHILD: ("孙子", "孙女", "孙辈"),
    Relation.DAUGHTERS_CHILD: ("外孙", "外孙女", "外孙辈"),
    Relation.SPOUSE_PARENT: ("配偶的父亲", "配偶的母亲", "配偶的父亲或母亲"),
    Relation.CHILD_SPOUSE: ("女婿", "儿媳", "子女的配偶"),
    Relation.OTHER: ("亲属", "亲属", "亲属"),
}
"""What one calls a man, a woman, and somebody whose sex is not known; 父母 reads wrong for one person."""

_INVERSE: dict[Relation, Relation] = {
    Relation.SPOUSE: Relation.SPOUSE,
    Relation.PARENT: Relation.CHILD,
    Relation.CHILD: Relation.PARENT,
    Relation.SIBLING: Relation.SIBLING,
    Relation.GRANDPARENT: Relation.GRANDCHILD,
    Relation.MATERNAL_GRANDPARENT: Relation.DAUGHTERS_CHILD,
    Relation.GRANDCHILD: Relation.GRANDPARENT,
    Relation.DAUGHTERS_CHILD: Relation.MATERNAL_GRANDPARENT,
    Relation.SPOUSE_PARENT: Relation.CHILD_SPOUSE,
    Relation.CHILD_SPOUSE: Relation.SPOUSE_PARENT,
    Relation.OTHER: Relation.OTHER,
}


def inverse(relation: Relation) -> Relation:
    """What the one who speaks is to the other person."""
    return _INVERSE[relation]


def spoken(relation: Relation, sex: str) -> str:
    """What one calls a person of this relation and sex (male, female; anything else is not known), after 您的."""
    man, woman, either = _SPOKEN[relation]
    return {"male": man, "female": woman}.get(sex, either)
