"""make new and make move, tried on a copy of the navigation."""

import pytest

from tests.test_pages import DOCS
from tools import page, site

CONFIG = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    for name in ("DOCS", "SNIPPETS", "TESTS"):
        monkeypatch.setattr(page, name, tmp_path / name.lower())
    monkeypatch.setattr(page, "CONFIG", tmp_path / "mkdocs.yml")
    page.CONFIG.write_text(CONFIG, encoding="utf-8")
    (page.DOCS / "evidence").mkdir(parents=True)
    (page.DOCS / "evidence" / "adding.md").write_text("# Adding", encoding="utf-8")


def config():
    return page.CONFIG.read_text(encoding="utf-8")


def test_a_new_page_has_its_program_its_test_and_its_place():
    page.new("guide/two-gates.md", "Two gates")
    assert "      - Two gates: guide/two-gates.md\n  - Code:" in config()
    assert 'from_scratch/two_gates.py:main"' in (
        page.DOCS / "guide" / "two-gates.md"
    ).read_text(encoding="utf-8")
    compile((page.SNIPPETS / "from_scratch" / "two_gates.py").read_text(), "p", "exec")
    compile((page.TESTS / "test_two_gates.py").read_text(), "t", "exec")
    with pytest.raises(SystemExit, match="expected a name that is free"):
        page.new("guide/two-gates.md", "Two gates")


def test_a_moved_page_leaves_a_redirect_and_moves_twice(tmp_path):
    page.move("evidence/adding.md", "evidence/sums.md")
    assert (page.DOCS / "evidence" / "sums.md").is_file()
    assert ": evidence/sums.md\n" in config()
    assert "moved:\n    evidence/adding.md: evidence/sums.md\n" in config()
    (tmp_path / "built").mkdir()
    site.after(tmp_path / "built", {"evidence/adding.md": "evidence/sums.md"})
    left = tmp_path / "built" / "evidence" / "adding" / "index.html"
    assert 'url=../../evidence/sums/"' in left.read_text(encoding="utf-8")
    page.move("evidence/sums.md", "guide/sums.md")
    assert ": guide/sums.md\n" in config()
    assert "    evidence/adding.md: guide/sums.md\n" in config()


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        (page.new, ("attention", "x"), "a page such as guide/attention.md"),
        (page.new, ("evidence/x.md", "x"), "others: see Contributing"),
        (page.move, ("evidence/none.md", "a.md"), "a page of the navigation"),
        (page.move, ("evidence/adding.md", "x"), "a page that does not exist yet"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_all_as_it_was(command, given, said):
    with pytest.raises(SystemExit, match=said):
        command(*given)
    assert config() == CONFIG
