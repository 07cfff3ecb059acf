"""Break each kind of thing once, and see the build or the link check turn red."""

import json

import pytest

from extensions.hooks import colab
from tests.site.links import broken
from tests.site.tiny import build_tiny
from tools.record import notebook_page

GOOD = """
# A page

```python
--8<-- "from_scratch/rnn_cell.py:step"
```

```text
--8<-- "from_scratch/rnn_cell.out"
```

<figure class="diagram">
--8<-- "rnn_cell.svg"
<figcaption>The cell.</figcaption>
</figure>

$x_t$ and [[ count_parameters.gru | count ]] parameters; [a link](#a-page),
the update gate.[[ so("three_times_the_products") ]]

![The logo](assets/images/logo.svg) <a href="#a-page">raw</a>
<img src="assets/images/logo.svg" alt="raw">
"""

STOPS_THE_BUILD = {
    "a snippet's file": ("rnn_cell.py:step", "no_cell.py:step", "no_cell"),
    "a snippet's section": ("rnn_cell.py:step", "rnn_cell.py:leap", "leap"),
    "a recorded output": ("rnn_cell.out", "no_cell.out", "no_cell.out"),
    "a diagram": ("rnn_cell.svg", "no-cell.svg", "no-cell.svg"),
    "a record": ("count_parameters.gru", "no_record.gru", "no_record"),
    "a key of a record": ("parameters.gru", "parameters.grou", "grou"),
    "a way to print": ("| count", "| counted", "counted"),
    "a finding": ("three_times_the", "thrice_the", "thrice_the_products"),
    "a formula": ("$x_t$", r"$\notacommand{x}$", "notacommand"),
    "a linked page": ("[a link](#a-page)", "[a link](no-page.md)", "no-page.md"),
    "a linked anchor": ("[a link](#a-page)", "[a link](#no-anchor)", "no-anchor"),
    "an image": ("(assets/images/logo.svg)", "(assets/no.svg)", "assets/no.svg"),
}
SEEN_IN_THE_SITE = {
    "a raw link's anchor": ('href="#a-page"', 'href="#nowhere"', "#nowhere"),
    "a raw link's file": ('href="#a-page"', 'href="no.zip"', "no.zip"),
    "an empty link": ('href="#a-page"', 'href=""', "empty"),
    "a raw image": ('src="assets/images/logo.svg"', 'src="no.png"', "no.png"),
}


@pytest.fixture(scope="module")
def good_site(tmp_path_factory):
    return build_tiny(tmp_path_factory.mktemp("good"), GOOD)


def test_the_unbroken_page_builds_and_has_no_broken_link(good_site):
    html = (good_site / "index.html").read_text(encoding="utf-8")
    for sign in ("<math", "12,864", "def</span>", "<svg", "<abbr", "Whole file"):
        assert sign in html
    assert broken(good_site) == []


@pytest.mark.parametrize("kind", STOPS_THE_BUILD)
def test_a_missing_thing_stops_the_build(kind, tmp_path, caplog, capsys):
    good, bad, named = STOPS_THE_BUILD[kind]
    assert good in GOOD
    with pytest.raises((Exception, SystemExit)) as error:
        build_tiny(tmp_path, GOOD.replace(good, bad))
    said = f"{error.value} {caplog.text} {capsys.readouterr()}"
    assert named in said, f"the message does not name {named}: {said}"


@pytest.mark.parametrize("kind", SEEN_IN_THE_SITE)
def test_a_missing_thing_is_seen_in_the_built_site(kind, tmp_path):
    good, bad, named = SEEN_IN_THE_SITE[kind]
    assert good in GOOD
    problems = broken(build_tiny(tmp_path, GOOD.replace(good, bad)))
    assert len(problems) == 1
    assert named in problems[0]


def test_a_missing_part_of_a_diagram_and_a_link_above_the_site_are_seen(good_site):
    page = good_site / "index.html"
    good = page.read_text(encoding="utf-8")
    faults = {
        "#rnn_cell-title": ('id="rnn_cell-title"', 'id="other-title"'),
        "not below /guide/": ('href="#a-page">raw', 'href="/other/">raw'),
    }
    try:
        for named, (part, fault) in faults.items():
            assert part in good
            page.write_text(good.replace(part, fault), encoding="utf-8")
            assert any(named in line for line in broken(good_site, "/guide/"))
    finally:
        page.write_text(good, encoding="utf-8")


def test_a_notebook_with_an_error_is_refused():
    error = {"output_type": "error"}
    cells = [
        {"cell_type": "markdown", "source": ["# Title"]},
        {"cell_type": "code", "source": ["1 / 0"], "outputs": [error]},
    ]
    with pytest.raises(ValueError, match=r"broken.ipynb, cell 1: expected a run"):
        notebook_page("broken", json.dumps({"cells": cells}))


def test_a_picture_without_words_is_refused():
    drawn = {"output_type": "display_data", "data": {"image/svg+xml": "<svg></svg>"}}
    code = {"cell_type": "code", "metadata": {}, "source": "plot()", "outputs": [drawn]}
    cells = [{"cell_type": "markdown", "source": "# Title"}, code]
    with pytest.raises(ValueError, match="mute-1: a picture without words"):
        notebook_page("mute", json.dumps({"cells": cells}))


def test_a_notebook_opens_in_colab_when_it_lies_on_github():
    link = colab("https://github.com/someone/guide", "forecast")
    assert "/github/someone/guide/blob/main/docs/notebooks/forecast.ipynb" in link
    for other in (None, "", "https://example.org/someone/guide"):
        assert colab(other, "forecast") == ""
