"""`make mail-corpus` measures the whole set and fails when something of it is missed."""

from tests.tools import corpus_classes, mail_corpus


def test_the_whole_set_is_recognised(capsys):
    assert mail_corpus.main() == 0
    said = capsys.readouterr().out
    assert "MISSED" not in said
    for title in corpus_classes.MEASURES:
        assert f"{title}: all" in said
    assert "people and machines: human" in said


def test_a_miss_is_told_and_fails(capsys, monkeypatch):
    missed = corpus_classes.Row(kind="x", name="one", right=False, found="nothing")
    monkeypatch.setattr(mail_corpus, "MEASURES", {"a class": lambda: [missed]})
    monkeypatch.setattr(mail_corpus, "find_raw_messages", lambda: None)
    assert mail_corpus.main() == 1
    assert "MISSED one" in " ".join(capsys.readouterr().out.split())
