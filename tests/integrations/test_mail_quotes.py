"""Only what Vera has written now becomes her message."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from integrations.mail.quotes import answer_in
from integrations.mail.reading import read_mail, words_of

MARKER = "Write above this line to answer by e-mail."
ANSWERS = {
    "gmail": "Yes please.\n\nOn Mon, 16 Nov 2026 at 10:02, Acme <reply@chat.test>\nwrote:\n\n> Shall we?\n> Ben\n",
    "apple": "Yes please.\n\n> On 16 Nov 2026, at 10:02, Acme <reply@chat.test> wrote:\n>\n> Shall we?",
    "german": "Yes please.\n\nAm 16.11.2026 um 10:02 schrieb Acme:\n> Shall we?\n",
    "french": "Yes please.\n\nLe lun. 16 nov. 2026 à 10:02, Acme <reply@chat.test> a écrit :\n\n> Shall we?",
    "spanish": "Yes please.\n\nEl 16 nov 2026, a las 10:02, Acme escribió:\n\n> Shall we?",
    "arabic": "Yes please.\n\nفي 16‏/11‏/2026 10:02، كتب Acme <reply@chat.test>:\n\n> Shall we?",
    "outlook": "Yes please.\n\nFrom: Acme <r@chat.test>\nSent: Monday, 16 November 2026 10:02\nTo: Vera\n\nShall we?",
    "outlook in german": "Yes please.\n\nVon: Acme <r@chat.test>\nGesendet: 16.11.2026 10:02\nAn: Vera\n\nShall we?",
    "divider": "Yes please.\n\n-----Original Message-----\nFrom: Acme\nShall we?",
    "signature": "Yes please.\n-- \nVera\n+351 000",
    "marker": f"Yes please.\n\nLe 16/11/2026 à 10:02, Acme a écrit :\n– {MARKER} –\nShall we?",
    "windows": "Yes please.\r\n\r\nOn Mon, 16 Nov 2026 at 10:02, Acme wrote:\r\n> Shall we?",
}
KEPT = [
    "Which one: the blue, or the red?",
    "> Shall we?\nYes please.",
    "I want:\n- two tents\n- one lamp",
    "Note: it is red\nSize: large\nShape: round",
    "She said:\n> hello\nand went",
]


@pytest.mark.parametrize("program", ANSWERS)
def test_what_mail_programs_put_below_an_answer_is_cut(program: str) -> None:
    assert answer_in(ANSWERS[program], MARKER) == "Yes please."


@pytest.mark.parametrize("text", KEPT)
def test_what_somebody_wrote_stays(text: str) -> None:
    assert answer_in(text, MARKER) == text


def test_a_mail_that_is_nothing_but_a_quotation_is_kept_whole() -> None:
    assert answer_in("> Shall we?\n> Ben") == "> Shall we?\n> Ben"


@pytest.mark.parametrize("unit", ["\n", "On ", "> \n", "-", "_", "From: a\n", "a:\n", "On a\n", ">\n\n", "é", "- \n"])
def test_the_longest_mails_take_no_time(unit: str) -> None:
    begun = time.process_time()
    answer_in(unit * (200_000 // len(unit)), MARKER)
    assert time.process_time() - begun < 10  # a quadratic way takes minutes


def test_of_html_the_words_stay_and_the_quotation_goes() -> None:
    page = (
        "<html><head><style>p {}</style></head><body><div>Yes <b>please</b>.<br>Two.</div>"
        "<script>alert(1)</script><div class='gmail_quote'>On Monday"
        "<blockquote>Shall we?</blockquote></div></body></html>"
    )
    assert words_of(page).split() == ["Yes", "please", ".", "Two."]


def mail(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in ({"From": "Vera <Vera@Example.com>", "To": "reply+x@chat.test"} | headers).items():
        made[name.replace("_", "-")] = value
    made.set_content("Yes please.")
    return made


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.com>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
    ],
)
def test_what_a_program_wrote_is_known_by_its_headers(headers: dict[str, str]) -> None:
    assert read_mail(mail(**headers).as_bytes()).is_automatic
    assert not read_mail(mail(Auto_Submitted="no").as_bytes()).is_automatic


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"From: \xff\xfe\nTo: =?utf-8?b?////?=\n\n\xff",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: text/plain; charset=nobody-knows-this\n\nhi \xe9",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!",
        b"Content-Type: text/html\n\n<" + b"div" * 1000,
        b"Content-Disposition: attachment; filename*=utf-8''%zz; filename=\"\n\nx",
        b"Message-ID: <\nReferences: " + b"<a>" * 5000 + b"\n\nx",
        b"Subject: " + b"x" * 100_000 + b"\n\nx",
    ],
)
def test_broken_mails_are_read_as_far_as_they_go(raw: bytes) -> None:
    found = read_mail(raw)
    assert len(found.key) == 64
    assert "\x00" not in found.text


@pytest.mark.slow
def test_a_mail_of_ten_thousand_parts_is_read_as_far_as_the_first_hundreds() -> None:
    part = b"--x\nContent-Type: text/plain\n\nword\n"
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n" + part * 10_000 + b"--x--"
    begun = time.process_time()
    assert read_mail(raw).text.count("word") < 300
    assert time.process_time() - begun < 10
