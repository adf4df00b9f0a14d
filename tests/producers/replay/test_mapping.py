"""Each mistake in a mapping is one sentence that names the file and the key."""

from pathlib import Path

import pytest

from contracts.feed import Feed
from contracts.reference.units import Units
from producers.replay.errors import MappingError
from producers.replay.files import open_records
from producers.replay.mapping import load_mapping
from producers.replay.plan import check_columns
from producers.replay.planner import make_plan
from tests.producers.replay.conftest import EXAMPLES

EXAMPLE = (EXAMPLES / "ho-so.toml").read_text(encoding="utf-8")


def test_the_example_fits_the_feed_and_its_file(units: Units, dossier: Feed) -> None:
    path = EXAMPLES / "ho-so.toml"
    mapping = load_mapping(path)
    plan = make_plan(path, mapping, dossier, units)
    records_path = EXAMPLES / "ho-so.csv"
    check_columns(path, plan, records_path, open_records(records_path, mapping.file))
    assert [event.kind for event in plan.events] == ["received", "paid", "resolved", "returned"]


def test_a_byte_order_mark_of_notepad_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(EXAMPLE, encoding="utf-8-sig")
    assert load_mapping(path).source == "mot-cua"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('source = "mot-cua"', "", "source: is missing"),
        ('source = "mot-cua"', 'source = "một cửa"', "source: String should match pattern"),
        ('source = "mot-cua"', 'sources = "mot-cua"', "source: is missing"),
        ("Asia/Ho_Chi_Minh", "Asia/Hanoi", "zone: 'Asia/Hanoi' is not a time zone such as"),
        ('"%d/%m/%Y"]', '"%d/%m"]', "dates[2]: '%d/%m' is not a date format: it needs day"),
        ('"%d/%m/%Y"]', '"dd/MM/yyyy"]', "dates[2]: 'dd/MM/yyyy' is not a date format"),
        ('id = ["Số hồ sơ"]', "id = []", "id: List should have at least 1 item"),
        ("[fields] ", "[feilds] ", "feilds: there is no such key"),
        ('kind = "paid"', 'kind = "pays"', "event[2].kind: the feed dossier has no events of kind"),
        ('kind = "paid"', 'kind = "received"', "event[2].kind: received stands twice"),
        ("agency = {", "agenzy = {", "fields.agenzy: events of kind received, paid, resolved"),
        ("agency = {", "source = {", "fields.source: follows from the rest of the mapping"),
        ("agency = {", "# ", "event[1]: events of kind received need the field agency: map it"),
        ("digitised = {", "# ", "event[3]: events of kind resolved need the field digitised"),
        ("digitised = {", "rated = {", "event[3].fields.rated: events of kind resolved have no"),
        ('constant = "ubnd"', "constant = 7.5, default = 1", "fields.agency: a constant takes no"),
        ('constant = "ubnd"', "default = 1", "fields.agency: needs either column or constant"),
        ('"Trực tuyến" = 2', '"Trực tuyến" = 7', "event[1].fields.channel: 7: Input should be"),
        ('"Trực tuyến" = 2', '"Trực tuyến" = "hai"', "event[1].fields.channel: hai is not a num"),
        ('"Xã" = "commune"', '"Xã" = "village"', "fields.level: village 'village' is none of prov"),
        ("default = 0", "default = -1", "event[1].fields.fee_vnd: -1: Input should be greater"),
        ('time = "17:00"', 'time = "5pm"', "fields.due_at.time: '5pm' is not a time of day"),
        ('{ column = "Ngày nộp phí" }', "{ constant = 2023-10-02 }", "event[2].occurred_at: needs"),
        ("[event.fields]\n", "[event.fields\n", "is not TOML: "),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, units: Units, dossier: Feed, old: str, new: str, sentence: str
) -> None:
    assert old in EXAMPLE
    path = tmp_path / "m.toml"
    path.write_text(EXAMPLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MappingError) as raised:
        make_plan(path, load_mapping(path), dossier, units)
    assert str(raised.value).startswith(f"{path}: {sentence}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("Số hồ sơ,Huyen", "column 'Huyện' is not in {file}, which has: Số hồ sơ, Huyen"),
        ("Số hồ sơ,Huyện,HUYỆN", "two columns are named 'Huyện': rename one"),
    ],
)
def test_columns_that_the_file_lacks_or_repeats_are_named(
    tmp_path: Path, units: Units, dossier: Feed, header: str, sentence: str
) -> None:
    path = EXAMPLES / "ho-so.toml"
    mapping = load_mapping(path)
    plan = make_plan(path, mapping, dossier, units)
    file = tmp_path / "a.csv"
    file.write_text(f"{header}\n", encoding="utf-8")
    with pytest.raises(MappingError) as raised:
        check_columns(path, plan, file, open_records(file, mapping.file))
    assert sentence.format(file=file) in str(raised.value)


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"none\.toml: cannot be read: No such file"):
        load_mapping(tmp_path / "none.toml")


def test_the_mapping_that_the_documentation_shows_is_one(tmp_path: Path) -> None:
    text = (EXAMPLES.parent / "replay.md").read_text(encoding="utf-8")
    path = tmp_path / "m.toml"
    path.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    shown = load_mapping(path)
    assert (shown.file.delimiter, shown.file.sheet) == (";", "Hồ sơ")
    assert [rule.kind for rule in shown.event] == ["resolved"]
