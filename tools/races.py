"""What the experiments that race networks share when they read their pieces: the
summary of a piece, pairs of networks, the plot of forgiveness.

A piece of a race gives chosen_rate, selection and runs: by learning rate the training
steps of each seed, at the chosen rate within the long budget, else within the short.
"""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tools import plots
from tools.intervals import median_steps, ratio, share

Result = dict[str, Any]
ALMOST_ALL = 0.9  # of the seeds must solve a task where a rate counts as one that works


def own_runs(result: Result) -> list[int | None]:
    """The training steps of each seed at the rate chosen for this network."""
    return list(result["runs"][str(result["chosen_rate"])]["steps"])


def milliseconds(result: Result, settings: dict[str, Any]) -> float:
    """That a training step took, at the chosen rate."""
    run = result["runs"][str(result["chosen_rate"])]
    taken = sum(steps or settings["long_budget"] for steps in run["steps"])
    return float(f"{1000 * run['seconds'] / taken:.3g}")


def summary(result: Result, settings: dict[str, Any]) -> dict[str, Any]:
    """rate: the network's own; solved and steps: at that rate; by_rate: how many seeds
    solved within the short budget at each; works_at: the rates at which almost all did.
    """
    rates, budget = settings["learning_rates"], settings["budget"]
    by_rate = {
        str(rate): share(result["runs"][str(rate)]["steps"], budget) for rate in rates
    }
    own = own_runs(result)
    works_at = [
        rate
        for rate in rates
        if by_rate[str(rate)]["solved"] >= ALMOST_ALL * by_rate[str(rate)]["of"]
    ]
    return {
        "rate": result["chosen_rate"],
        "solved": share(own),
        "soon": by_rate[str(result["chosen_rate"])],
        "steps": median_steps(own),
        "milliseconds": milliseconds(result, settings),
        "by_rate": by_rate,
        "works_at": works_at,
    }


def over_gru(results: dict[str, Result]) -> dict[str, Any]:
    """Each network's training steps over the GRU's, seed by seed, both at their own
    rates.
    """
    gru = own_runs(results["gru"])
    return {
        name: ratio(own_runs(one), gru)
        for name, one in results.items()
        if name != "gru"
    }


def solved_at(races: dict[str, Any], length: str) -> dict[str, dict[str, int]]:
    """[network][rate]: how many seeds solved the task within the short budget."""
    return {
        name: {rate: one["solved"] for rate, one in found[length]["by_rate"].items()}
        for name, found in races.items()
        if length in found
    }


def table(
    pieces: list[dict[str, Any]], settings: dict[str, Any], where: str
) -> dict[str, Any]:
    """races[network][length] and over_gru[length][network], where says how the pieces
    call their length; pieces with other options are left out.
    """
    races: dict[str, Any] = {network: {} for network in settings["networks"]}
    over: dict[str, Any] = {}
    for piece in pieces:
        setting = piece["piece"]
        if not setting.get("options"):
            length = str(setting[where])
            over.setdefault(length, {})[setting["network"]] = piece["result"]
            races[setting["network"]][length] = summary(piece["result"], settings)
    return {
        "races": races,
        "over_gru": {n: over_gru(results) for n, results in over.items()},
        "solved_percent": round(100 * settings["race"]["solved"]),
    }


def curves(
    axes: Axes, races: dict[str, Any], settings: dict[str, Any], length: str
) -> None:
    """The share of seeds that solved the task, at each learning rate."""
    rates, networks = settings["learning_rates"], settings["networks"]
    for place, network in enumerate(networks):
        if found := races[network].get(length):
            shares = [found["by_rate"][str(rate)] for rate in rates]
            # Side by side, not on top of each other.
            xs = [rate * 1.035 ** (place - len(networks) // 2) for rate in rates]
            ys = [100 * share["solved"] / share["of"] for share in shares]
            axes.plot(xs, ys, **plots.STYLES[network] | {"markersize": 5, "lw": 1.6})
    axes.set(xscale="log", ylim=(-6, 106))
    axes.set_yticks([0, 50, 100])
    axes.set_xticks(rates, [str(rate) for rate in rates])


def forgiveness(record: dict[str, Any], lengths: list[int], what: str) -> Figure:
    """Share solved against learning rate: a panel a length, a curve a network."""
    settings = record["settings"]
    fig = Figure(figsize=(5, 1.1 + 2.0 * len(lengths)), layout="constrained")
    panels = fig.subplots(len(lengths), 1, sharex=True, squeeze=False)[:, 0]
    for axes, length in zip(panels, lengths, strict=True):
        curves(axes, record["races"], settings, str(length))
        axes.set_ylabel("seeds solved, %")
        axes.set_title(f"{length} {what}", loc="left")
    panels[-1].set_xlabel("learning rate")
    plots.legend_of(fig, settings["networks"])
    return fig


def in_words(record: dict[str, Any], lengths: list[int], what: str) -> str:
    """What that plot shows."""
    words = []
    for network in record["settings"]["networks"]:
        for length in lengths:
            if found := record["races"][network].get(str(length)):
                shares = ", ".join(
                    f"{one['solved']} of {one['of']} at {rate}"
                    for rate, one in found["by_rate"].items()
                )
                name = plots.STYLES[network]["label"]
                words.append(f"{name}, {length} {what}: {shares}")
    return "; ".join(words)


def differences(_: dict[str, Any], recorded: Result, again: Result) -> list[str]:
    """At each rate that ran again: solved or not must be the same where all recorded
    seeds agree, and the steps within 40 % of the recorded span, or 100.

    Where some recorded seeds solved and others did not, chance decides, and nothing is
    compared. A seed does not give the very same run twice on another processor, so it
    is not compared with itself.
    """
    found = []
    for rate, now in again["runs"].items():
        was = recorded["runs"][rate]["steps"]
        solved = [run for run in was if run is not None]
        if 0 < len(solved) < len(was):
            continue
        for seed, steps in enumerate(now["steps"]):
            where = f"learning rate {rate}, seed {seed}"
            if (steps is None) != (not solved):
                wanted = "solved" if solved else "not solved"
                found.append(f"{where}: expected {wanted}, got {steps or 'not solved'}")
            elif steps is not None:
                least = min(0.6 * min(solved), min(solved) - 100)
                most = max(1.4 * max(solved), max(solved) + 100)
                if not least <= steps <= most:
                    found.append(
                        f"{where}: expected {least:.0f} to {most:.0f} steps, "
                        f"got {steps}"
                    )
    return found
