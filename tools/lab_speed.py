"""How fast "Train it here" trains in a browser, and whether its page waits for that.

    python -m tools.lab_speed

Times are of the machine that it runs on; no test depends on them.
"""

from typing import Any

from extensions.labs import lab
from tools.stills import SITE, browser, visit

CELLS = ("rnn", "relu_rnn", "gru", "bias_gru", "lstm")
SECONDS = 3
# Two marked numbers among 20 are added by 16 units, in batches of 32.
STEPS_A_SECOND = """async ([cell, seconds]) => {
    const { Run } = await import("/labs/train_run.mjs");
    const settings = { task: "adding", length: 20, seed: 0, budget: Infinity };
    const run = new Run(settings, { cell, units: 16, rate: 1e-5, clip: 1 }, []);
    for (let i = 0; i < 50; i++) run.step();
    const began = performance.now();
    let steps = 0;
    while (performance.now() - began < 1000 * seconds) { run.step(); steps += 1; }
    return (1000 * steps) / (performance.now() - began);
}"""
# The browser tells of every task that kept the page busy for 50 ms or more; a message
# to oneself comes back once the page has nothing else to do.
WATCH = """() => {
    window.long = [];
    new PerformanceObserver(seen => {
        window.long.push(...seen.getEntries().map(({ duration }) => duration));
    }).observe({ type: "longtask" });
    const { port1, port2 } = new MessageChannel();
    let last = performance.now();
    window.longest = 0;
    port1.onmessage = () => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
        port2.postMessage(0);
    };
    port2.postMessage(0);
}"""
STYLES = "docs/assets/stylesheets/labs.css"


def watched(page: Any, length: int) -> tuple[list[float], float]:
    """(tasks of 50 ms or more, the longest wait in ms) of the page during a race."""
    visit(page)
    page.set_content(f'<base href="{SITE}">{lab("train-it-here", SITE)}')
    page.add_style_tag(path=STYLES)
    page.evaluate("import('/labs/train_it_here.mjs')")
    element = page.locator("lab-train-it-here[awake]")
    element.wait_for()
    element.locator("[name=task]").select_option("adding")
    element.locator("[name=numbers][type=number]").fill(str(length))
    element.locator("figcaption", has_text="Press Play").wait_for()
    page.evaluate(WATCH)
    element.locator("[data-act=run]").click()
    page.wait_for_timeout(1000 * SECONDS)
    found = page.evaluate("[window.long, window.longest]")
    return found[0], found[1]


def main() -> None:
    with browser() as chromium:
        page = chromium.new_page()
        visit(page)
        print("training steps a second: 16 units, 20 time steps, batches of 32")
        for cell in CELLS:
            print(f"  {cell:9}{page.evaluate(STEPS_A_SECOND, [cell, SECONDS]):6.0f}")
        print("the page while an RNN and a GRU train")
        for length in (20, 80):
            tasks, wait = watched(chromium.new_page(), length)
            print(
                f"  {length} time steps: {len(tasks)} tasks of 50 ms or more,", end=" "
            )
            print(f"longest wait {wait:.0f} ms")


if __name__ == "__main__":
    main()
