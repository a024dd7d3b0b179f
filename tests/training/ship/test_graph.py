"""graph.py: a rewritten graph is shorter and gives the same answers."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from inkdigits.recognition.bundle import SHIPPED_DIGIT
from inkdigits.recognition.runtime import onnxruntime
from inkdigits.training.ship.graph import fold_scaling

KERNEL = np.random.default_rng(3).normal(size=(4, 1, 3, 3)).astype(np.float32)
IMAGES = np.random.default_rng(4).uniform(0, 255, (2, 1, 8, 8)).astype(np.float32)


def model(*nodes: onnx.NodeProto, **constants: np.ndarray) -> bytes:
    """Returns a model from "in" (N, 1, 8, 8) to "out", with a convolution's weights called "kernel"."""
    constants = {"kernel": KERNEL, **constants}
    graph = helper.make_graph(
        list(nodes),
        "test",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, ["n", 1, 8, 8])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    return proto.SerializeToString()


def answers(content: bytes) -> np.ndarray:
    session = onnxruntime().InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"in": IMAGES})[0]


def kinds(content: bytes) -> list[str]:
    return [node.op_type for node in onnx.load_from_string(content).graph.node]


SCALE = np.array(1 / 255, np.float32)
MUL = helper.make_node("Mul", ["in", "scale"], ["scaled"])


def test_the_scaling_of_the_input_goes_into_the_convolution():
    turned = helper.make_node("Transpose", ["scaled"], ["turned"], perm=[0, 1, 3, 2])
    before = model(MUL, turned, helper.make_node("Conv", ["turned", "kernel"], ["out"]), scale=SCALE)
    after = fold_scaling(before)
    assert kinds(after) == ["Transpose", "Conv"]
    np.testing.assert_allclose(answers(after), answers(before), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "content",
    [
        model(helper.make_node("Conv", ["in", "kernel"], ["out"])),
        model(MUL, helper.make_node("Relu", ["scaled"], ["out"]), scale=SCALE),
        model(  # one factor a row is no scaling of the whole
            MUL,
            helper.make_node("Conv", ["scaled", "kernel"], ["out"]),
            scale=np.linspace(0, 1, 8, dtype=np.float32),
        ),
        model(  # something else needs the scaled input too
            MUL,
            helper.make_node("Conv", ["scaled", "kernel"], ["seen"], pads=[1, 1, 1, 1]),
            helper.make_node("Add", ["seen", "scaled"], ["out"]),
            scale=SCALE,
        ),
    ],
    ids=["nothing to fold", "no convolution", "no single factor", "two readers"],
)
def test_another_graph_stays_as_it_is(content: bytes):
    after = fold_scaling(content)
    assert kinds(after) == kinds(content)
    np.testing.assert_array_equal(answers(after), answers(content))


def test_the_shipped_model_has_nothing_left_to_fold():
    content = (SHIPPED_DIGIT / "model.onnx").read_bytes()
    assert kinds(fold_scaling(content)) == kinds(content)
    assert "Mul" not in kinds(content)
