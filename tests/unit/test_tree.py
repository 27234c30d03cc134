"""The Merkle tree against a second, recursive implementation taken straight from the RFC's definitions."""

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.audit import tree
from nmx_desk.audit.tlv import commitment, read, tlv


def mth(leaves):
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def grow(leaves):
    nodes = {}
    for n, leaf in enumerate(leaves):
        for level, index, value in tree.new_nodes(n, leaf, lambda lv, ix: nodes[lv, ix]):
            nodes[level, index] = value
    return lambda level, index: nodes[level, index]


LEAVES = [tree.leaf_hash(b"%d" % n) for n in range(300)]


def test_root_and_proofs_agree_with_the_rfc_for_every_pair_up_to_70():
    node_at = grow(LEAVES)
    for size in range(71):
        root = mth(LEAVES[:size])
        assert tree.root(size, node_at) == root
        for index in range(size):
            path = tree.inclusion_proof(index, size, node_at)
            assert tree.inclusion_holds(LEAVES[index], index, size, path, root)
            assert not tree.inclusion_holds(LEAVES[index], (index + 1) % size if size > 1 else 1, size, path, root)
        for first in range(1, size + 1):
            path = tree.consistency_proof(first, size, node_at)
            assert tree.consistency_holds(first, mth(LEAVES[:first]), size, root, path)
            assert not tree.consistency_holds(first, mth(LEAVES[1 : first + 1]), size, root, path)


@given(st.integers(1, 300), st.data())
@settings(max_examples=60)
def test_proofs_at_any_size(size, data):
    node_at = grow(LEAVES[:size])
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    root = mth(LEAVES[:size])
    assert tree.inclusion_holds(LEAVES[index], index, size, tree.inclusion_proof(index, size, node_at), root)
    assert tree.consistency_holds(first, mth(LEAVES[:first]), size, root, tree.consistency_proof(first, size, node_at))


VALUES = st.one_of(st.none(), st.text(), st.integers(), st.binary())


@given(st.lists(VALUES))
def test_tlv_reads_back_exactly(values):
    assert read(tlv(*values)) == values


@given(st.lists(VALUES, min_size=1), st.lists(VALUES, min_size=1))
def test_different_values_never_share_their_bytes(one, other):
    assert (tlv(*one) == tlv(*other)) == (one == other and [type(v) for v in one] == [type(v) for v in other])


def test_a_commitment_binds_field_and_both_values():
    salt = bytes(16)
    made = {commitment(salt, f, o, n) for f in ("a", "b") for o in (None, "", "x", 1, "1") for n in (None, "", "x", 1, "1")}
    assert len(made) == 50
