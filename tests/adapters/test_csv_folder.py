"""The CSV folder: the same record as in JSON, and refusals that name file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.csv_columns import columns
from algesia.adapters.csv_folder import FILES, read_folder, read_texts, write_folder, write_texts
from algesia.quantities.refusal import InputRefused, WrongCall
from algesia.record.codec import read_record
from algesia.record.model import Amount, Record
from tests.record.example import EXAMPLE
from tests.strategies import records

MEDICATIONS = "drug,start,dose.value,dose.unit\r\n"
PAIN = "at,score\n2024-02-02,5\n"


@settings(max_examples=150, deadline=None)
@given(records())
def test_a_record_survives_csv(record: Record) -> None:
    texts = write_texts(record)
    again = read_texts(texts)
    assert again == record
    assert write_texts(again) == texts


def test_the_example_survives_a_folder(tmp_path: Path) -> None:
    record = read_record(EXAMPLE)
    folder = tmp_path / "record"
    write_folder(record, folder)
    assert read_folder(folder) == record
    written = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(written) == {f"{name}.csv" for name in FILES}
    assert b"dose.value,dose.unit" in written["medications.csv"]
    write_folder(read_folder(folder), folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == written
    assert [item.name for item in tmp_path.iterdir()] == ["record"]


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("kept")
    with pytest.raises(WrongCall, match=r"letter\.txt"):
        write_folder(Record(), tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(WrongCall, match="is a file"):
        write_folder(Record(), tmp_path / "letter.txt")
    assert (tmp_path / "letter.txt").read_text() == "kept"


def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "record"
    write_folder(read_record(EXAMPLE), folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    write = Path.write_text

    def full_disk(self: Path, *args: object, **rest: object) -> int:
        if self.name == "labs.csv":
            raise OSError(28, "No space left on device")
        return write(self, *args, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(WrongCall, match="no space left"):
        write_folder(read_record(EXAMPLE), folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [item.name for item in tmp_path.iterdir()] == ["record"]


@pytest.mark.parametrize(
    ("texts", "note"),
    [
        ({"signs": 'at,sign,present,note\n2024-02-02,allodynia,true,"clothes\nhurt"\n'}, "clothes\nhurt"),
        ({"signs": 'at,sign,present,note\r\n2024-02-02,allodynia,TRUE,"a ""b"", c"\r\n'}, 'a "b", c'),
        ({"signs": "at;sign;present;note\n2024-02-02;allodynia;true;a, b\n"}, "a, b"),
        ({"signs": "at\tsign\tpresent\tnote\n2024-02-02\tallodynia\ttrue\tx\n"}, "x"),
        ({"signs": '"at";"sign";"present";"note"\n"2024-02-02";"allodynia";"true";"a;b"\n'}, "a;b"),
        ({"signs": "\n at , sign , present , note \n 2024-02-02 , allodynia , true , x \n\n,,,\n"}, " x "),
        ({"signs": "at,sign,present,note\n2024-02-02,allodynia,true,\n"}, None),
    ],
)
def test_dialects(texts: dict[str, str], note: str | None) -> None:
    (sign,) = read_texts(texts).signs
    assert (sign.sign, sign.present, sign.note) == ("allodynia", True, note)


def test_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "Pain.CSV").write_bytes(b"\xef\xbb\xbfat,score\r\n2024-02-02,5\r\n")
    (tmp_path / "readme.txt").write_text("not read")
    assert read_folder(tmp_path).pain[0].score == 5


def test_an_empty_cell_is_not_known() -> None:
    record = read_texts(
        {
            "medications": MEDICATIONS + "oxycodone,2024-01-01,,\r\nmorphine,2024-01-01,5,mg\r\n",
            "signs": "at,sign,present\n2024-02-02,allodynia,\n",
            "body_maps": "at,areas\n2024-02-02,\n",
        }
    )
    assert [medication.dose for medication in record.medications] == [None, Amount(value=5, unit="mg")]
    assert record.signs[0].present is None
    assert record.body_maps[0].areas == ()


def test_lists_have_semicolons() -> None:
    record = read_texts({"body_maps": 'at,areas,touch_pain\n2024-02-02,"shin-left; calf-left;",shin-left\n'})
    assert record.body_maps[0].areas == ("shin-left", "calf-left")


def test_a_folder_of_days_is_relative() -> None:
    record = read_texts({"record": "epoch,source\n,a letter\n", "pain": "day,score\n3,5\n"})
    assert (record.relative, record.source, record.pain[0].at.iso) == (True, "a letter", "2000-01-04")


#    files                                                          path                                        value     words
TABLE: list[tuple[dict[str, str], str, object, str]] = [
    ({"medications": MEDICATIONS + "a,2024-01-01,5,mg\nb,2024-01-01,5,mgg\n"}, "medications.csv line 3, column dose.unit", "mgg", "'mg'"),
    ({"medications": MEDICATIONS + 'a,2024-01-01,"2,5",mg\n'},        "medications.csv line 2, column dose.value",   "2,5",    "decimal point"),
    ({"medications": MEDICATIONS + "a,2024-01-01,-5,mg\n"},           "medications.csv line 2, column dose.value",   -5.0,     "a number from 0"),
    ({"medications": MEDICATIONS + "a,2024-01-01,1e400,mg\n"},        "medications.csv line 2, column dose.value",   "1e400",  "finite"),
    ({"medications": MEDICATIONS + "a,2024-01-01,nan,mg\n"},          "medications.csv line 2, column dose.value",   "nan",    "not a number"),
    ({"medications": MEDICATIONS + "a,2024-01-01,,mg\n"},             "medications.csv line 2, column dose",         None,     "has no amount"),
    ({"medications": MEDICATIONS + "a,2024-01-01,5\n"},               "medications.csv line 2",                      None,     "has 3 cells where the header has 4"),
    ({"medications": MEDICATIONS + ",2024-01-01,5,mg\n"},             "medications.csv line 2, column drug",         None,     "is missing"),
    ({"medications": "drug,start,dose.units\n"},                      "medications.csv line 1, column 3",            "dose.units", "'dose.unit'"),
    ({"medications": "drug,start,drug\n"},                            "medications.csv line 1, column 3",            "drug",   "twice"),
    ({"medications": "drug,start,max_per_day,max_per_day.value\na,2024-01-01,4,5\n"}, "medications.csv line 2, column max_per_day.value", "5", "together with max_per_day"),
    ({"medications": "id,drug,start\nm,a,2024-01-01\nm,a,2024-01-01\n"}, "medications.csv line 3, column id",        "m",      "the id of medications.csv line 2"),
    ({"medications": "drug,start,as_needed\na,2024-01-01,yes\n"},     "medications.csv line 2, column as_needed",    "yes",    "true or false"),
    ({"medications": "drug,start,route\na,2024-01-01,orall\n"},       "medications.csv line 2, column route",        "orall",  "'oral'"),
    ({"medications": 'drug,start,text\na,2024-01-01,"two\nlines"\nb,20244-01-01,x\n'}, "medications.csv line 4, column start", "20244-01-01", "the year 20244"),
    ({"medications": 'drug,start\n"a,2024-01-01\n'},                  "medications.csv line 2",                      None,     "is not CSV"),
    ({"pain": "at,score\n2024-02-02,14\n"},                           "pain.csv line 2, column score",               14,       "0 to 10"),
    ({"pain": "at,day,score\n2024-02-02,3,4\n"},                      "pain.csv line 2, column day",                 3.0,      "not both"),
    ({"pain": "at,score\n02/02/2024,4\n"},                            "pain.csv line 2, column at",                  "02/02/2024", "ISO 8601"),
    ({"pain": "at,score,sites\n2024-02-02,4,x;lower-bakc-left\n"},    "pain.csv line 2, column sites",               "lower-bakc-left", "'lower-back-left'"),
    ({"pain": "at,score,note\n2024-02-02,4,a\x00b\n"},                "pain.csv line 2, column note",                "U+0000 at position 1", "control"),
    ({"pain": "score\n4\n"},                                          "pain.csv line 2, column at",                  None,     "is missing"),
    ({"pain": PAIN, "labs": "day,lab,value,unit\n3,alt,1,u\n"},       "labs.csv line 2, column day",                 3.0,      "pain.csv line 2, column at gives a date"),
    ({"signs": "at,sign,present\n2024-02-02,alodynia,true\n"},        "signs.csv line 2, column sign",               "alodynia", "'allodynia'"),
    ({"signs": "at,sign\n2024-02-02,allodynia\n"},                    "signs.csv line 2, column present",            None,     "is missing"),
    ({"scales": "at,instrument,items.a\n2024-02-02,cows,-1\n"},       "scales.csv line 2, column items.a",           -1,       "negative"),
    ({"person": "sex\nF\n", "pain": PAIN},                            "person.csv line 2, column sex",               "F",      "female"),
    ({"person": "sex\nmale\nfemale\n"},                               "person.csv line 3",                           None,     "one person"),
    ({"pain": PAIN + "2024-02-02,5\n" * 600_000},                     "",                                            None,     "more than a million"),
    ({"record": "epoch\n1.1.2024\n"},                                 "record.csv line 2, column epoch",             "1.1.2024", "ISO 8601"),
    ({"record": "format\nalgesia-record/2\n"},                        "record.csv line 2, column format",            "algesia-record/2", "algesia-record/1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "path", "value", "words"), TABLE, ids=[f"{r[1]}-{i}" for i, r in enumerate(TABLE)]
)
def test_bad_cells_are_refused(texts: dict[str, str], path: str, value: object, words: str) -> None:
    with pytest.raises(InputRefused) as caught:
        read_texts(texts)
    assert (caught.value.path, caught.value.value) == (path, value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("files", "path", "words"),
    [
        ({}, "the folder", "medications.csv"),
        ({"notes.txt": b"x"}, "the folder", "holds no file"),
        ({"medication.csv": b"drug\n"}, "medication.csv", "'medications.csv', perhaps"),
        ({"pain.csv": b""}, "pain.csv", "is empty"),
        (
            {"pain.csv": b"at,score,note\n2024-02-02,5,caf\xe9\n"},
            "pain.csv line 2, byte 17",
            "saved as UTF-8",
        ),
        ({"pain.csv": b"at\n", "Pain.csv": b"at\n"}, "pain.csv", "twice"),
        ({"pain.csv": None}, "pain.csv", "cannot be read (is a directory)"),
    ],
)
def test_bad_folders_are_refused(
    tmp_path: Path, files: dict[str, bytes | None], path: str, words: str
) -> None:
    for name, data in files.items():
        if data is None:
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).write_bytes(data)
    with pytest.raises(InputRefused) as caught:
        read_folder(tmp_path)
    assert caught.value.path == path
    assert words in str(caught.value)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(FILES),
        st.text(max_size=80)
        | st.builds(
            "{}\n{}".format,
            st.lists(st.sampled_from([*columns("medications"), *columns("pain"), *columns("scales")])).map(
                ",".join
            ),
            st.text(st.sampled_from('a1.-,;"\n\r\t '), max_size=60),
        ),
        max_size=3,
    )
)
def test_any_text_is_read_or_refused(texts: dict[str, str]) -> None:
    try:
        record = read_texts(texts)
    except InputRefused as refusal:
        str(refusal).encode()
    else:
        assert read_texts(write_texts(record)) == record
