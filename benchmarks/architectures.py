"""Networks that read numbers, side by side: the same numbers, the same steps, what of held-out ones is read.

Usage: python benchmarks/architectures.py [--numbers N] [--epochs N] [--only NAME]... [--json FILE]

Each begins from chance and sees the same numbers, composed once from MNIST's digits and real hands, varied
anew in each epoch. What counts is how they compare; a training that ships takes fifty times as many steps.
The numbers are kept in build/architectures.npz. An hour on two cores; with --json what is done stays done.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from inkdigits import spec
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.recognition.text import transcribe
from inkdigits.training.learn import networks
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.data import Split, load_split
from inkdigits.training.learn.number_data import Sample, vary
from inkdigits.training.learn.number_task import LONGEST, NumberTask, pack
from inkdigits.training.learn.settings import Network, NumberConfig, NumberData, NumberFit
from inkdigits.training.learn.task import Stop

KEPT = Path("build/architectures.npz")
BATCH, RATE, HELD = 64, 0.003, 1000
CLASSES = 1 + len(spec.NUMBER_LABELS)
SHARES = {"by_hand": 0.4, "signs": 0.14, "others": 0.12}

SHIPPED = (
    "conv 24 5 /2", "conv 48 3 /2", "conv 64 3", "conv 64 3 +", "conv 112 3 /2x1", "conv 112 3 +",
    "conv 128 4x1 valid", *["conv 128 1x3 +"] * 5,
)  # fmt: skip
WIDER = (
    "conv 32 5 /2", "conv 64 3 /2", "conv 96 3", "conv 96 3 +", "conv 176 3 /2x1", "conv 176 3 +",
    "conv 192 4x1 valid", *["conv 192 1x3 +"] * 5,
)  # fmt: skip
DEEPER = (
    "conv 32 5 /2", "conv 64 3 /2", "conv 80 3", "conv 80 3 +", "conv 80 3 +", "conv 144 3 /2x1",
    "conv 144 3 +", "conv 144 3 +", "conv 160 4x1 valid", *["conv 160 1x3 +"] * 5,
)  # fmt: skip
PICTURE = SHIPPED[:7]  # as far as one row of columns


class Trial(NamedTuple):
    """One network and how it is trained.

    Attributes:
        what: in words.
        build: returns a ``keras.Model`` whose first output are the logits of the frames.
        placed: weight of naming each character at its place.
        half: whether it computes with 16 bits.
    """

    what: str
    build: Callable[[], Any]
    placed: float = 0.3
    half: bool = False


def plain(layers: tuple[str, ...]) -> Callable[[], Any]:
    """Returns a function that builds a network of the family that ships."""
    return lambda: networks.build(layers, batch_norm=True, kind="number")


def with_guide() -> Any:
    """Returns the shipped network with a second answer, used in training alone, that attends to the frames.

    Sixteen questions, one a character, look at all frames and name the first character, the second, and so
    on ("guided training of CTC", Hu et al., 2020, with learned questions in place of a decoder that recurs).
    """
    layers, model = keras().layers, plain(SHIPPED)()
    frames = model.layers[-3].output  # (N, 1, columns, channels)
    width = int(frames.shape[-1])
    row = layers.Reshape((-1, width))(frames)
    questions = layers.Embedding(LONGEST, width, name="questions")
    asked = questions(layers.Lambda(_places, output_shape=(LONGEST,))(row))
    told = layers.MultiHeadAttention(4, width // 4)(asked, row)
    told = layers.LayerNormalization()(layers.Add()([asked, told]))
    named = layers.Dense(CLASSES, dtype="float32", name="guide")(told)
    return keras().Model(model.input, [model.output, named])


def _places(row: Any) -> Any:
    ops = keras().ops
    return ops.broadcast_to(ops.arange(LONGEST), (ops.shape(row)[0], LONGEST))


def with_depthwise() -> Any:
    """Returns a network whose layers of columns look along the row a channel at a time, then at all of it."""
    k = keras()
    layers, body = k.layers, plain(PICTURE)()
    x = body.layers[-3].output
    width = int(x.shape[-1])
    for _ in range(6):
        y = layers.DepthwiseConv2D((1, 7), padding="same", use_bias=False)(x)
        y = layers.BatchNormalization(momentum=0.95)(y)
        y = layers.Activation("relu")(layers.Conv2D(2 * width, 1)(y))
        y = layers.BatchNormalization(momentum=0.95)(layers.Conv2D(width, 1, use_bias=False)(y))
        x = layers.Add()([x, y])
    row = layers.Reshape((-1, width))(x)
    seen = layers.LayerNormalization()(row)
    row = layers.Add()([row, layers.MultiHeadAttention(4, width // 4)(seen, seen)])
    logits = layers.Conv1D(spec.FRAMES_A_COLUMN * CLASSES, 3, padding="same", dtype="float32", name="logits")(
        row
    )
    return k.Model(body.input, layers.Reshape((-1, CLASSES), dtype="float32")(logits))


TRIALS = {
    "shipped": Trial("the layers of the model that ships", plain(SHIPPED)),
    "ctc alone": Trial("the same, the places of characters are not told", plain(SHIPPED), placed=0.0),
    "places": Trial("the same, told with full weight", plain(SHIPPED), placed=1.0),
    "guide": Trial("the same, with a head that attends to the frames, in training alone", with_guide),
    "bfloat16": Trial("the same, computed with 16 bits", plain(SHIPPED), half=True),
    "depthwise": Trial("depthwise layers of columns and one attention layer", with_depthwise),
    "wider": Trial("half as many channels again", plain(WIDER)),
    "deeper": Trial("a quarter more channels, two more layers of the picture", plain(DEEPER)),
}


def composed(count: int) -> tuple[Split, list[Sample], list[Sample]]:
    """Returns the digits, the numbers to learn from and those held out, from the file if they are there."""
    config = config_of(count, 0.3)
    split = load_split(config.data)
    if KEPT.exists():
        with np.load(KEPT, allow_pickle=False) as file:
            if len(file["widths"]) == count + HELD:
                numbers = _unpacked(file)
                return split, numbers[:count], numbers[count:]
    task = NumberTask(config, split)
    learn = task.composed(split.images, split.labels, count, (1, 0), Stop(), held=False)
    held = task.composed(split.held_images, split.held_labels, HELD, (1, 2**31), Stop(), held=True)
    KEPT.parent.mkdir(exist_ok=True)
    every = learn + held
    np.savez_compressed(
        KEPT,
        widths=[each.image.shape[1] for each in every],
        pixels=np.concatenate([each.image for each in every], axis=1),
        texts=[each.text for each in every],
        known=[len(each.centres) for each in every],
        centres=np.concatenate([np.array(each.centres, np.float64) for each in every]),
    )
    return split, learn, held


def config_of(count: int, placed: float) -> NumberConfig:
    """Returns the settings that all have in common."""
    return NumberConfig(
        data=NumberData(**SHARES, numbers=count, held_numbers=HELD),
        network=Network(SHIPPED),
        fit=NumberFit(batch_size=BATCH, epochs=1, placed=placed),
    )


def _unpacked(file: Any) -> list[Sample]:
    images = np.split(file["pixels"], np.cumsum(file["widths"])[:-1], axis=1)
    centres = np.split(file["centres"], np.cumsum(file["known"])[:-1])
    return [
        Sample(image, str(text), tuple(at.tolist()))
        for image, text, at in zip(images, file["texts"], centres, strict=True)
    ]


def batches(numbers: list[Sample], rng: np.random.Generator) -> list[Any]:
    """Returns an epoch: each number once, varied, those of like width together."""
    varied = sorted((vary(each, rng) for each in numbers), key=lambda each: each.image.shape[1])
    packed = [pack(varied[at : at + BATCH]) for at in range(0, len(varied) - BATCH + 1, BATCH)]
    return [packed[place] for place in rng.permutation(len(packed))]


def guide_loss(targets: Any, named: Any) -> Any:
    """Returns how wrong the head is that attends: the characters in order, then the end."""
    ops = keras().ops
    texts = ops.cast(targets, "int32")[:, :LONGEST]
    known = ops.cast(ops.cumsum(ops.cast(texts == 0, "int32"), axis=1) <= 1, named.dtype)
    wrong = ops.sparse_categorical_crossentropy(texts, named, from_logits=True)
    return ops.sum(known * wrong) / ops.sum(known)


def tried(trial: Trial, split: Split, learn: list[Sample], held: list[Sample], epochs: int) -> dict[str, Any]:
    """Trains one network and reads the held-out numbers with it."""
    k = keras()
    k.utils.set_random_seed(1)
    k.config.set_dtype_policy("mixed_bfloat16" if trial.half else "float32")
    model = trial.build()
    k.config.set_dtype_policy("float32")
    steps = epochs * (len(learn) // BATCH)
    rate = k.optimizers.schedules.CosineDecay(
        RATE / 25, int(0.9 * steps), warmup_target=RATE, warmup_steps=steps - int(0.9 * steps)
    )
    optimizer = k.optimizers.AdamW(
        rate, weight_decay=0.01, use_ema=True, ema_momentum=0.99, global_clipnorm=5.0
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    heads = len(model.outputs)
    loss_of = NumberTask(config_of(len(learn), trial.placed), split).loss()
    model.compile(optimizer, [loss_of, guide_loss] if heads > 1 else loss_of, jit_compile=False)
    rng, seconds, loss = np.random.default_rng(1), 0.0, 0.0
    for epoch in range(epochs):
        loss, made = 0.0, batches(learn, rng)
        start = time.perf_counter()
        for images, targets in made:
            told = model.train_on_batch(images, [targets] * heads if heads > 1 else targets)
            loss += float(told[0] if heads > 1 else told)
        seconds += time.perf_counter() - start
        print(f"  epoch {epoch + 1}  loss {loss / len(made):.3f}", flush=True)
    optimizer.finalize_variable_values(model.trainable_variables)
    right = read_right(model, held)
    low, high = clopper_pearson(right, len(held))
    reading = k.Model(model.input, model.outputs[0])
    return {
        "what": trial.what, "parameters": reading.count_params(), "right": right, "n": len(held),
        "low": low, "high": high, "loss": loss / len(made), "ms_a_step": 1000 * seconds / steps,
    }  # fmt: skip


def read_right(model: Any, held: list[Sample]) -> int:
    """Returns how many of the numbers are read as a whole."""
    right = 0
    for at in range(0, len(held), 100):
        part = held[at : at + 100]
        answers = model.predict_on_batch(pack(part)[0])
        logits = answers[0] if isinstance(answers, list) else answers
        frames = [each.image.shape[1] // spec.FRAME_WIDTH for each in part]
        read = transcribe(np.asarray(logits, np.float32), frames, 1.0, spec.NUMBER_LABELS)
        right += sum(a.text == b.text.replace(spec.OTHER, "") for a, b in zip(read, part, strict=True))
    return right


def main() -> None:
    """Runs the trials that are not done and prints all of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--numbers", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--only", action="append", choices=list(TRIALS), metavar="NAME")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    split, learn, held = composed(arguments.numbers)
    done = json.loads(arguments.json.read_text()) if arguments.json and arguments.json.exists() else {}
    for name in arguments.only or TRIALS:
        if name not in done:
            print(name, flush=True)
            done[name] = tried(TRIALS[name], split, learn, held, arguments.epochs)
        if arguments.json:
            arguments.json.write_text(json.dumps(done, indent=2) + "\n")
    print(f"{'network':<12}{'parameters':>12}{'read':>9}{'95 % interval':>18}{'loss':>8}{'a step':>9}")
    for name, row in done.items():
        share, span = row["right"] / row["n"], f"{row['low']:.1%} to {row['high']:.1%}"
        figures = f"{share:>9.1%}{span:>18}{row['loss']:>8.3f}{row['ms_a_step']:>6.0f} ms"
        print(f"{name:<12}{row['parameters']:>12,}{figures}")
    print(f"{arguments.epochs} epochs of {arguments.numbers:,} numbers, {HELD:,} held out")


if __name__ == "__main__":
    main()
