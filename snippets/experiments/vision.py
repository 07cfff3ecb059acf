"""Convolution or recurrence: a digit in an image, a digit that moves.

Images: the digits of digits.py, 8 by 8 pixels, with its split. A convolutional network,
an RNN and a GRU that read rows or pixels, and logistic regression, all but the last
with nearly as many parameters. Videos: such a digit slides over 12 by 12 pixels, 8
frames long, and comes back in at the other side, so no single frame tells where it is
going. Two questions: which digit, and which way (4)? The test also asks them with the
frames shuffled. Inputs (images, 64) and (videos, 8, 144), targets (count,).

    make evidence only=vision

Source of the images: sklearn.datasets.load_digits, from the UCI repository.
"""

import time
from collections import deque
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from snippets.experiments.digits import split
from snippets.experiments.training import TUNING, Network, best_rate
from tools import plots
from tools.compare import apart, far
from tools.findings import finding
from tools.intervals import mean

SETTINGS: dict[str, Any] = {
    # Units that bring all networks for images close to the parameters of the first.
    "images": {
        "cnn": 0,
        "rnn_rows": 53,
        "gru_rows": 30,
        "rnn_pixels": 56,
        "gru_pixels": 32,
    },
    "videos": ["frames", "cnn_gru", "conv3d", "tcn"],
    "questions": {"digit": 10, "way": 4},
    "frames": 8,
    "side": 12,
    "speeds": [1, 2],
    "learning_rates": TUNING["learning_rates"],
    "selection_seeds": TUNING["selection_seeds"],
    "seeds": TUNING["seeds"],
    "checks": 10,
    "epochs_a_check": 4,
    "batch": 32,
    "kept_rate": {"cnn": 0.01, "gru_rows": 0.01},
    "timed_rounds": 20,
}
DECIDING: list[dict[str, Any]] = [
    {"data": "images", "network": "cnn", "seeds": [0, 1], "rates": [0.01]},
    {"data": "images", "network": "logistic"},
]


# --8<-- [start:videos]
def videos(
    rng: np.random.Generator, images: np.ndarray, digits: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """videos (images, frames, side * side), digits (images,), ways (images,): 0 right,
    1 down, 2 left, 3 up. Start and speed are drawn; the sides are joined.
    """
    count, side = len(images), SETTINGS["side"]
    canvas = np.zeros((count, side, side), np.float32)
    canvas[:, :8, :8] = images.reshape(-1, 8, 8)
    ways = rng.integers(0, 4, count)
    speeds = rng.choice(SETTINGS["speeds"], (count, 1))
    move = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])[ways] * speeds
    frames = np.arange(SETTINGS["frames"])
    corner = rng.integers(0, side, (count, 1, 2)) + frames[:, None] * move[:, None]
    # Pixel (row, column) of a frame shows the canvas from the corner on.
    rows, columns = np.moveaxis(corner, -1, 0)[..., None, None]
    row, column = np.ogrid[:side, :side]
    image = np.arange(count)[:, None, None, None]
    made = canvas[image, (row - rows) % side, (column - columns) % side]
    return made.reshape(count, len(frames), -1), digits, ways


def shuffled(rng: np.random.Generator, videos: np.ndarray) -> np.ndarray:
    """The frames of each video in an order of its own."""
    return rng.permuted(np.arange(videos.shape[1])[None].repeat(len(videos), 0), axis=1)
    # --8<-- [end:videos]


# --8<-- [start:networks]
def image_network(network: str, seed: int) -> Any:
    """From (images, 64, 1) to what the output layer reads."""
    import keras

    keras.utils.set_random_seed(seed)
    layers, units = keras.layers, SETTINGS["images"][network]
    if network == "cnn":
        parts = [
            layers.Reshape((8, 8, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Flatten(),
        ]
    else:
        kind = layers.SimpleRNN if network.startswith("rnn") else layers.GRU
        shape = (8, 8) if network.endswith("rows") else (64, 1)
        parts = [layers.Reshape(shape), kind(units)]
    return built(parts, (64, 1))


def video_network(network: str, seed: int) -> Any:
    """From (videos, frames, side * side) to what the output layer reads."""
    import keras

    keras.utils.set_random_seed(seed)
    layers, side, frames = keras.layers, SETTINGS["side"], SETTINGS["frames"]
    movie = layers.Reshape((frames, side, side, 1))

    def eye(filters: int) -> Any:
        """What each frame is seen with: two convolutions with a stride of 2."""
        strided = partial(layers.Conv2D, kernel_size=3, strides=2, padding="same")
        seen = [strided(filters, activation="relu"), strided(8, activation="relu")]
        return layers.TimeDistributed(keras.Sequential([*seen, layers.Flatten()]))

    def over_time(filters: int, apart: int) -> Any:
        return layers.Conv1D(
            filters, 3, dilation_rate=apart, padding="causal", activation="relu"
        )

    class Neighbours(keras.layers.Layer):
        """Each frame together with the one before and after: a 3-D convolution is a
        2-D one over these.
        """

        def call(self, movie: Any) -> Any:
            still = keras.ops.zeros_like(movie[:, :1])
            before = keras.ops.concatenate([still, movie[:, :-1]], axis=1)
            after = keras.ops.concatenate([movie[:, 1:], still], axis=1)
            return keras.ops.concatenate([before, movie, after], axis=-1)

    def cube(filters: int, strides: int) -> list[Any]:
        seen = layers.Conv2D(filters, 3, strides, padding="same", activation="relu")
        return [Neighbours(), layers.TimeDistributed(seen)]

    if network == "frames":
        parts = [eye(24), layers.Dense(48, "relu"), layers.GlobalAveragePooling1D()]
    elif network == "cnn_gru":
        parts = [eye(8), layers.GRU(20)]
    elif network == "tcn":
        parts = [eye(8), over_time(20, 1), over_time(20, 2)]
        parts += [layers.Cropping1D((frames - 1, 0)), layers.Flatten()]
    else:
        parts = [*cube(12, 2), *cube(16, 2)]
        pool = layers.TimeDistributed(layers.GlobalMaxPooling2D())
        parts += [pool, layers.GlobalMaxPooling1D()]
    return built([movie, *parts], (frames, side * side))


def built(parts: list[Any], shape: tuple[int, int]) -> Any:
    import keras

    layer = keras.Sequential(parts)
    layer.build((None, *shape))
    return layer
    # --8<-- [end:networks]


def pieces() -> list[dict[str, Any]]:
    seeds = {"seeds": SETTINGS["seeds"]}
    found: list[dict[str, Any]] = [{"timed": True}]
    found += [{"kept": True, "network": name} for name in SETTINGS["kept_rate"]]
    found += [{"data": "images", "network": "logistic"}]
    found += [{"data": "images", "network": n, **seeds} for n in SETTINGS["images"]]
    return found + [
        {"data": "videos", "question": question, "network": network, **seeds}
        for question in SETTINGS["questions"]
        for network in SETTINGS["videos"]
    ]


def learner(piece: dict[str, Any]) -> Network:
    """Not trained yet. With convolutions TensorFlow is faster without its compiler."""
    import tensorflow as tf

    of_images = piece["data"] == "images"
    make = image_network if of_images else video_network
    frames, side = SETTINGS["frames"], SETTINGS["side"]
    network = Network(
        partial(make, piece["network"]),
        units=0,
        steps=64 if of_images else frames,
        features=1 if of_images else side * side,
        outputs=10 if of_images else SETTINGS["questions"][piece["question"]],
        activation="softmax",
        loss="sparse_categorical_crossentropy",
        batch=SETTINGS["batch"],
    )
    if not piece["network"].startswith(("rnn", "gru")):
        network.learn_batches = tf.function(network.learn_batches.python_function)
    return network


def parts(piece: dict[str, Any], rng: np.random.Generator | None = None) -> Any:
    """Inputs and targets for training, validation and test; for videos also the test
    with its frames shuffled. With rng: new videos for training, nothing else.
    """
    images = split()
    if piece["data"] == "images":
        return {name: (x[..., None], y) for name, (x, y) in images.items()}
    found = {}
    for number, (name, (x, y)) in enumerate(images.items()):
        movies, *answers = videos(rng or np.random.default_rng(number), x, y)
        found[name] = movies, answers[[*SETTINGS["questions"]].index(piece["question"])]
        if rng:
            return found
        if name == "test":
            order = shuffled(np.random.default_rng(9), movies)[..., None]
            turned = np.take_along_axis(movies, order, axis=1)
            found["shuffled"] = turned, found["test"][1]
    return found


# --8<-- [start:run]
def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Validation accuracy of each rate and selection seed, the chosen rate, and the
    share right in the test, for videos also with shuffled frames.
    """
    if "timed" in piece:
        return timed()
    if "kept" in piece:
        return keep(piece["network"])
    data = parts(piece)
    if piece["network"] == "logistic":
        return logistic(data)
    network = learner(piece)

    def right(part: str) -> float:
        inputs, answers = data[part]
        found = network.answer(inputs).argmax(axis=1) == answers
        return round(float(found.mean()), 4)

    def train(seed: int) -> float:
        return train_best(network, piece, partial(right, "validation"), seed)

    def test() -> Any:
        asked = [name for name in ("test", "shuffled") if name in data]
        return {name: right(name) for name in asked}

    return best_rate(network, SETTINGS, piece, train, test, best=max)
    # --8<-- [end:run]


def train_best(network: Network, piece: Any, right: Any, seed: int) -> float:
    """Train, and go back to the check that was right most often in validation. Videos
    are made anew for each epoch.
    """
    rng, of_images = np.random.default_rng(seed), piece["data"] == "images"
    most, weights, data = -1.0, network.model.get_weights(), parts(piece)
    for _ in range(SETTINGS["checks"]):
        for _ in range(SETTINGS["epochs_a_check"]):
            new = data if of_images else parts(piece, rng)
            inputs, targets = new["training"]
            network.learn_epochs(rng, inputs, targets, 1)
        if (now := right()) > most:
            most, weights = now, network.model.get_weights()
    network.model.set_weights(weights)
    return most


def logistic(data: Any) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=5000)
    pixels, digits = data["training"]
    model.fit(pixels[..., 0], digits)
    pixels, digits = data["test"]
    right = float((model.predict(pixels[..., 0]) == digits).mean())
    parameters = int(model.coef_.size + model.intercept_.size)
    return {"test": round(right, 4), "parameters": parameters}


def keep(name: str) -> dict[str, Any]:
    """One trained network: the filters (8, 3, 3) of the CNN, or the GRU's states (8,
    units) for one test image, and that image.
    """
    piece = {"data": "images", "network": name}
    data, network = parts(piece), learner(piece)
    network.start(0, SETTINGS["kept_rate"][name])
    inputs, digits = data["validation"]

    def right() -> float:
        return float((network.answer(inputs).argmax(axis=1) == digits).mean())

    train_best(network, piece, right, 0)
    image = data["test"][0][:1]
    found = {"digit": int(data["test"][1][0]), "image": image.ravel().tolist()}
    if name == "cnn":
        first = network.layer.layers[1]
        maps = first(image.reshape(1, 8, 8, 1)).numpy()[0]
        filters = first.kernel.numpy()[:, :, 0]
        shown = {"filters": filters, "maps": maps}
        moved = {k: np.moveaxis(v, -1, 0).round(3).tolist() for k, v in shown.items()}
        return found | moved
    gru = network.layer.layers[1]
    gru.return_sequences = True
    states = gru(image.reshape(1, 8, 8)).numpy()[0]
    return found | {"states": states.round(3).tolist()}


def timed() -> dict[str, Any]:
    """Seconds of 33 training steps, an epoch, round by round: all take their turn."""
    calls, rng = {}, np.random.default_rng(0)
    kinds = [{"data": "images", "network": name} for name in SETTINGS["images"]]
    kinds += [
        {"data": "videos", "question": "way", "network": name}
        for name in SETTINGS["videos"]
    ]
    for piece in kinds:
        network, (inputs, targets) = learner(piece), parts(piece)["training"]
        network.start(0, 0.001)
        call = partial(network.learn_epochs, rng, inputs, targets, 1)
        calls[piece["network"]] = call
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()  # compiles
    names = deque(calls)
    for _ in range(SETTINGS["timed_rounds"]):
        names.rotate(1)
        for name in names:
            started = time.perf_counter()
            calls[name]()
            seconds[name].append(round(time.perf_counter() - started, 4))
    return {"seconds": seconds}


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """images[network] and videos[question][network]: percent right over the seeds, test
    and, of videos, shuffled; rate; parameters. epoch[network]: the time an epoch takes,
    over the CNN's and over the CNN with a GRU. kept: what figures are drawn from.
    """
    found: dict[str, Any] = {"images": {}, "videos": {}, "epoch": {}, "kept": {}}
    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        if "timed" in setting:
            for names, over in (
                (SETTINGS["images"], "cnn"),
                (SETTINGS["videos"], "cnn_gru"),
            ):
                base = result["seconds"][over]
                for name in names:
                    pairs = zip(result["seconds"][name], base, strict=True)
                    ratio = float(np.median([one / other for one, other in pairs]))
                    found["epoch"][name] = round(ratio, 2)
        elif "kept" in setting:
            found["kept"][setting["network"]] = result
        elif setting["network"] == "logistic":
            right = round(100 * result["test"], 1)
            found["logistic"] = {"right": right, "parameters": result["parameters"]}
        else:
            asked = result["test"][0].keys()
            of = found["images"]
            if setting["data"] == "videos":
                of = found["videos"].setdefault(setting["question"], {})
            of[setting["network"]] = {
                part: mean([100 * one[part] for one in result["test"]], 1)
                | {"each": [round(100 * one[part], 1) for one in result["test"]]}
                for part in asked
            } | {
                "rate": result["chosen_rate"],
                "parameters": result["parameters"],
                "validation": {
                    rate: round(100 * float(np.mean(shares)), 1)
                    for rate, shares in result["validation"].items()
                },
            }
    return found


def findings(record: dict[str, Any]) -> dict[str, Any]:
    images, videos = record["images"], record["videos"]
    right = {name: one["test"]["mean"] for name, one in images.items()}
    digit, way = (
        {name: one["test"]["mean"] for name, one in videos[question].items()}
        for question in ("digit", "way")
    )
    turned = {name: one["shuffled"]["mean"] for name, one in videos["way"].items()}
    rates = [str(rate) for rate in record["settings"]["learning_rates"]]
    chosen = {name: one["validation"] for name, one in images.items()}
    lasting = {
        question: {name: one["validation"] for name, one in found.items()}
        for question, found in videos.items()
    }
    ordered = [name for name in way if name != "frames"]
    return {
        "cnn_and_rows_close": finding(
            "At nearly equal size the CNN names digits better than the GRU and the "
            "RNN that read rows, by less than a point and a half; logistic regression "
            "is as near.",
            all(0 < right["cnn"] - right[n] < 1.5 for n in ("rnn_rows", "gru_rows"))
            and abs(right["cnn"] - record["logistic"]["right"]) < 1.5,
            right_percent=right,
            logistic=record["logistic"]["right"],
        ),
        "pixels_fall_behind": finding(
            "The RNN and the GRU that read pixel by pixel are right less often than "
            "the CNN by more than three points.",
            all(right["cnn"] - right[n] > 3 for n in ("rnn_pixels", "gru_pixels")),
            right_percent=right,
        ),
        "cnn_at_four_rates": finding(
            "In validation the CNN is right above 97 % at every rate up to 0.03, and "
            "no recurrent network is at more than one of the five.",
            all(chosen["cnn"][rate] > 97 for rate in rates[:4])
            and all(
                sum(chosen[name][rate] > 97 for rate in rates) <= 1
                for name in chosen
                if name != "cnn"
            ),
            validation=chosen,
        ),
        "averaging_names_the_digit": finding(
            "Each at its own rate, the network that averages frames names the digit of "
            "a video best, by more than five points.",
            all(digit["frames"] > digit[name] + 5 for name in ordered),
            right_percent=digit,
            validation=lasting["digit"],
        ),
        "order_tells_the_way": finding(
            "Each at its own rate, all that see the order of the frames tell the way "
            "in 95 videos of 100 and more; the one that averages is hardly better than "
            "guessing, below 35.",
            all(way[name] > 95 for name in ordered) and way["frames"] < 35,
            right_percent=way,
        ),
        "shuffled_leaves_the_axis": finding(
            "With shuffled frames those that told the way are right in 35 to 50 videos "
            "of 100, under half; for the one that averages nothing changes.",
            all(35 < turned[name] < 50 for name in ordered)
            and turned["frames"] == way["frames"],
            shuffled=turned,
        ),
        "conv3d_tells_the_way_at_every_rate": finding(
            "In validation the 3-D convolution tells the way in 99 videos of 100 and "
            "more at every learning rate, the temporal one at three rates, the CNN "
            "with a GRU at two.",
            [
                sum(lasting["way"][name][rate] > 99 for rate in rates)
                for name in ("conv3d", "tcn", "cnn_gru")
            ]
            == [5, 3, 2],
            validation=lasting["way"],
        ),
        "digits_in_videos_need_a_low_rate": finding(
            "All need a low rate for the digit: at the two highest no network names "
            "half of the digits in videos, in validation.",
            all(
                shares[rate] < 50
                for shares in lasting["digit"].values()
                for rate in rates[3:]
            ),
            validation=lasting["digit"],
        ),
    }


LABELS = {
    "cnn": ("CNN", "beside", "*"),
    "rnn_rows": ("RNN, rows", "rnn", "o"),
    "gru_rows": ("GRU, rows", "gru", "D"),
    "rnn_pixels": ("RNN, pixels", "rnn", "o"),
    "gru_pixels": ("GRU, pixels", "gru", "D"),
    "frames": ("averages frames", "beside", "*"),
    "cnn_gru": ("CNN, then GRU", "gru", "D"),
    "conv3d": ("3-D convolution", "beside", "s"),
    "tcn": ("temporal conv.", "beside", "^"),
}


def plot(record: dict[str, Any]) -> plots.Plot:
    fig = Figure(figsize=(5, 7.6), layout="constrained")
    panels = fig.subplots(3, 1, height_ratios=[5, 4, 4])
    said = []
    parts = [("a digit in an image", record["images"])]
    parts += [
        (f"videos: which {q}?", record["videos"][q]) for q in SETTINGS["questions"]
    ]
    for axes, (title, found) in zip(panels, parts, strict=True):
        names = [name for name in LABELS if name in found]
        for place, name in enumerate(names):
            label, colour, marker = LABELS[name]
            for part, fill in (("test", True), ("shuffled", False)):
                if part in found[name]:
                    hue = plots.ON_PAGE[colour]
                    style = {"marker": marker, "color": hue, "ls": "", "ms": 5}
                    if not fill:
                        style["mfc"] = "none"
                    each = found[name][part]["each"]
                    axes.plot(each, [-place] * len(each), alpha=0.6, **style)
                    said.append(
                        f"{title}, {label}, {part}: {found[name][part]['mean']}"
                    )
        axes.set_yticks(
            range(0, -len(names), -1), [f"    {LABELS[n][0]}" for n in names]
        )
        axes.set_ylim(-len(names) + 0.4, 0.6)
        axes.set_title(title, loc="left")
        axes.grid(axis="x")
    panels[0].axvline(record["logistic"]["right"], **plots.THIN)
    panels[0].set_xticks([85, 90, 95])
    panels[-1].set_xlabel("right, percent; hollow: shuffled")
    return fig, "Right in the test, a mark a seed", "; ".join(said)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """The share right: of the same network and rate, within three points on average."""
    if piece.get("network") == "logistic":
        return apart("right", recorded["test"], again["test"], 0.01)
    if "kept" in piece:
        same = recorded["image"] == again["image"]
        return [] if same else ["image: expected the recorded one, got another"]
    if "timed" in piece:
        return [
            words
            for name, seconds in recorded["seconds"].items()
            for words in far(
                f"seconds of {name}",
                float(np.median(seconds)),
                float(np.median(again["seconds"][name])),
                5.0,
            )
        ]
    was, now = (np.mean([one["test"] for one in r["test"]]) for r in (recorded, again))
    return apart("right", float(was), float(now), 0.03)
