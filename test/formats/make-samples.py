"""Makes the sample documents of the format tests, and what reference tools read from them.

Run in a virtual environment with the packages of requirements.txt, and with pdftotext (Debian: poppler-utils):

    python test/formats/make-samples.py

Every word in them was written for these tests. The results are committed, so the tests need none of these tools.
"""

import csv
import datetime
import email
import email.policy
import email.utils
import io
import pathlib
import re
import struct
import subprocess
import zipfile
from email.message import EmailMessage

import docx
import extract_msg
import fpdf
import openpyxl
import pptx
import pymupdf
from bs4 import BeautifulSoup
from ebooklib import epub
from pdfminer.high_level import extract_text
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import (BaseDocTemplate, Frame, PageBreak, PageTemplate, Paragraph, SimpleDocTemplate,
                                Spacer, Table)
from striprtf.striprtf import rtf_to_text

from compound_file import compound_file

here = pathlib.Path(__file__).parent
samples = here / "samples"
references = here / "references"

TITLE = "Waterworks of Lindenau"
PROSE = [
    "The waterworks of Lindenau have pumped spring water into the town since the summer of 1893. Two engines, built in "
    "the harbour and carried up the hill by oxen, filled a brick tank of four hundred cubic metres every night. The "
    "tank still stands, and its keeper still winds the float gauge by hand each morning.",
    "In the wet year of 1926 the lower gallery filled with silt. Engineers from Ostrava drove a second gallery "
    "eighteen metres below the first and lined it with fired clay. The work took nineteen months, cost three lives, "
    "and gave the town a supply that has not failed in any drought since then.",
    "Today five pumps share the load. Each draws forty-one kilowatts at full speed, and a controller shifts the work "
    "between them so that no bearing runs hot for longer than an hour. The oldest pump, number two, was rebuilt in "
    "2009 after its shaft had cracked; the maker had long since closed.",
    "Samples are taken at six places along the mains. Hardness, chlorine, nitrate and coliform bacteria are measured "
    "every week, and once a quarter an office in the capital repeats the analysis with instruments of its own. The "
    "figures are posted at the town hall and have been within the limits for thirty-one years.",
    "Leaks remain the chief worry. About nine per cent of what leaves the tank never reaches a meter. Listening sticks "
    "have given way to loggers that cling to hydrants and report, between two and four in the morning, any sound that "
    "a sleeping town should not make. Fifty such loggers found eleven leaks in their first winter.",
    "The council has set aside money for the next decade: new valves on the eastern main, a roof for the brick tank, "
    "and a visitors' gallery from which schoolchildren may watch the great wheel turn. None of it is urgent. All of it, "
    "the engineer says, is the sort of thing that is never urgent until the day on which it is.",
]
FIGURES = [
    ["Station", "Opened", "Pumps", "Litres per second"],
    ["Hillside", "1893", "2", "46"],
    ["Old Mill", "1931", "1", "18"],
    ["Eastern Main", "1978", "2", "61"],
]


def save(name, data):
    (samples / name).write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))


def refer(name, text):
    (references / f"{name}.txt").write_text(text, encoding="utf-8")


def texts():
    text = TITLE + "\n\n" + "\n\n".join(PROSE) + "\n"
    for name, encoding in [("utf8.txt", "utf-8"), ("utf8-mark.txt", "utf-8-sig"), ("utf16.txt", "utf-16")]:
        save(name, text.encode(encoding))
        refer(name, text)
    german = ("Die Wasserwerke fördern seit 1893 Quellwasser über die Höhe in die Stadt. Zwei Maschinen füllten jede "
              "Nacht den größten Behälter; für die Prüfung der Schläuche brauchte man früher drei Männer.\n") * 6
    save("latin1.txt", german.encode("latin-1"))
    refer("latin1.txt", german)


def markdown():
    front = "---\ntitle: The waterworks handbook\nauthor: Marta Blum\ntags: [water, town]\n---\n"
    rows = "\n".join("| " + " | ".join(row) + " |" for row in FIGURES[1:])
    body = (f"# {TITLE}\n\n{PROSE[0]}\n\n## The galleries\n\n{PROSE[1]}\n\n## The pumps\n\n{PROSE[2]}\n\n"
            f"| {' | '.join(FIGURES[0])} |\n|---|---|---|---|\n{rows}\n\n- *Hardness* first\n- **Nitrate** next\n\n"
            f"```sh\nread-gauge --tank brick\n```\n\nSee [the town hall](https://lindenau.example).\n")
    save("handbook.md", front + body)
    refer("handbook.md", re.sub(r"[*#|`]|---|^- |^sh$", " ", body.replace("```sh", "").replace(
        "[the town hall](https://lindenau.example)", "the town hall"), flags=re.M))


def html():
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in FIGURES)
    page = (f"<!doctype html><html><head><title>{TITLE}</title><style>p {{ margin: 0 }}</style></head><body>"
            f"<nav><a href='/'>Home</a> <a href='/news'>News</a></nav><main><h1>{TITLE}</h1><p>{PROSE[0]}</p>"
            f"<h2>The pumps</h2><p>{PROSE[2]} <a href='/pumps'>More on pumps</a>.</p><table>{cells}</table>"
            f"<p>{PROSE[4]}</p></main><footer>Imprint</footer><script>track()</script></body></html>")
    save("page.html", page)
    refer("page.html", BeautifulSoup(page, "html.parser").main.get_text(" "))


def pdf_flow(name):
    styles = getSampleStyleSheet()
    story = [Paragraph(TITLE, styles["Title"])]
    for number, prose in enumerate(PROSE):
        story += [Paragraph(f"Part {number + 1}", styles["Heading2"]), Paragraph(prose, styles["BodyText"]), Spacer(1, 6)]
        if number == 2:
            story += [Table(FIGURES), PageBreak()]
    SimpleDocTemplate(str(samples / name), pagesize=A4, title=TITLE, invariant=1).build(story)


def pdf_columns(name):
    styles = getSampleStyleSheet()
    width, height = A4
    frames = [Frame(50, 50, width / 2 - 65, height - 100), Frame(width / 2 + 15, 50, width / 2 - 65, height - 100)]
    document = BaseDocTemplate(str(samples / name), pagesize=A4, invariant=1)
    document.addPageTemplates(PageTemplate(frames=frames))
    document.build([Paragraph(prose, styles["BodyText"]) for prose in PROSE + PROSE])


def wrapped(text, chars):
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) + 1 > chars:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return lines + [line]


def pdf_interleaved(name):
    """Two columns drawn line by line across the page, as some typesetters do, under a title over both."""
    page = canvas.Canvas(str(samples / name), pagesize=A4, invariant=1)
    page.setFont("Times-Bold", 20)
    page.drawString(60, 780, TITLE)
    page.setFont("Times-Roman", 11)
    left, right = wrapped(" ".join(PROSE[:3]), 44), wrapped(" ".join(PROSE[3:]), 44)
    for row in range(max(len(left), len(right))):
        if row < len(left):
            page.drawString(60, 740 - row * 14, left[row])
        if row < len(right):
            page.drawString(320, 740 - row * 14, right[row])
    page.save()


def pdf_hyphenated(name):
    page = fpdf.FPDF()
    page.set_creation_date(datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc))
    page.add_page()
    page.set_font("Helvetica", size=12)
    text = " ".join(PROSE[:4]).replace("harbour", "har\xadbour").replace("engineers", "en\xadgi\xadneers")
    page.multi_cell(90, 6, text.replace("controller", "con\xadtrol\xadler").replace("bacteria", "bac\xadte\xadria"))
    page.output(str(samples / name))


def pdf_boxes(name):
    """Two boxes side by side and one below them, written by another producer and packed into object streams."""
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    boxes = [(40, 40, 285, 400), (310, 40, 555, 400), (40, 430, 555, 800)]
    texts = [" ".join(PROSE[:2]), " ".join(PROSE[2:4]), " ".join(PROSE[4:])]
    for box, text in zip(boxes, texts):
        page.insert_textbox(pymupdf.Rect(box), text, fontname="helv", fontsize=11)
    document.save(samples / name, garbage=4, deflate=True, use_objstms=1, no_new_id=True)


def pdfs():
    makers = {"flow.pdf": pdf_flow, "columns.pdf": pdf_columns, "interleaved.pdf": pdf_interleaved,
              "hyphenated.pdf": pdf_hyphenated, "boxes.pdf": pdf_boxes}
    for name, make in makers.items():
        make(name)
        path = str(samples / name)
        refer(name, subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout)
        refer(f"{name}.pdfminer", extract_text(path))


def word():
    document = docx.Document()
    document.core_properties.title = TITLE
    document.add_heading(TITLE, 0)
    for number, prose in enumerate(PROSE):
        document.add_heading(f"Part {number + 1}", 1 + number % 2)
        document.add_paragraph(prose)
    for item in ["Hardness first", "Nitrate next"]:
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(0, 4)
    for row in FIGURES:
        for cell, text in zip(table.add_row().cells, row):
            cell.text = text
    document.save(samples / "report.docx")
    found = docx.Document(samples / "report.docx")
    paragraphs = [paragraph.text for paragraph in found.paragraphs]
    rows = [" ".join(cell.text for cell in row.cells) for table in found.tables for row in table.rows]
    refer("report.docx", "\n".join(paragraphs + rows))


def tables():
    book = openpyxl.Workbook()
    stations = book.active
    stations.title = "Stations"
    stations.append(["Station", "Opened", "Pumps", "Share", "In use"])
    stations.append(["Hillside", datetime.date(1923, 6, 1), 2, 0.368, True])
    stations.append(["Old Mill", datetime.date(1931, 4, 15), 1, 0.144, False])
    stations.append(["Eastern Main", datetime.date(1978, 11, 3), 2, 0.488, True])
    readings = book.create_sheet("Readings")
    readings.append(["Place", "Hardness", "Taken"])
    for number in range(1, 201):
        readings.append([f"Place {number}", round(7 + number / 37, 2), datetime.datetime(2025, 1, 1, 6, 30)])
    book.save(samples / "figures.xlsx")

    def shown(value):
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, datetime.datetime):
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
        return str(value)

    lines = []
    for sheet in openpyxl.load_workbook(samples / "figures.xlsx", data_only=True):
        lines.append(sheet.title)
        header, *rows = sheet.iter_rows(values_only=True)
        lines += [" ".join(f"{name}: {shown(value)}" for name, value in zip(header, row)) for row in rows]
    refer("figures.xlsx", "\n".join(lines))
    for name, delimiter in [("stations.csv", ","), ("stations.tsv", "\t"), ("semicolons.csv", ";")]:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(FIGURES + [["Quarry; new, \"deep\"", "2024", "1", "9"]])
        save(name, text.getvalue())
        header, *rows = csv.reader(io.StringIO(text.getvalue()), delimiter=delimiter)
        refer(name, "\n".join(" ".join(f"{k}: {v}" for k, v in zip(header, row)) for row in rows))


def slides():
    deck = pptx.Presentation()
    deck.core_properties.title = TITLE
    for number, prose in enumerate(PROSE[:3]):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Part {number + 1}"
        slide.placeholders[1].text = prose
        slide.notes_slide.notes_text_frame.text = f"Remember to pause after part {number + 1}."
    table = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(
        len(FIGURES), 4, Inches(1), Inches(1), Inches(8), Inches(2)).table
    for r, row in enumerate(FIGURES):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    deck.save(samples / "slides.pptx")
    lines = []
    for slide in pptx.Presentation(samples / "slides.pptx").slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                lines.append(shape.text_frame.text)
            if shape.has_table:
                lines += [" ".join(cell.text for cell in row.cells) for row in shape.table.rows]
        if slide.has_notes_slide:
            lines.append(slide.notes_slide.notes_text_frame.text)
    refer("slides.pptx", "\n".join(lines))


def mail():
    message = EmailMessage()
    message["From"] = "Marta Blum <marta@lindenau.example>"
    message["To"] = "Jörg Weiß <joerg@lindenau.example>, council@lindenau.example"
    message["Date"] = "Mon, 06 Jan 2025 08:15:00 +0100"
    message["Subject"] = "Gauges, and the gallery"
    message["Message-ID"] = "<1@lindenau.example>"
    message.set_content("Dear Jörg,\n\n" + PROSE[4] + "\n\nYours, Marta\n")
    message.add_alternative(f"<p>Dear Jörg,</p><p>{PROSE[4]}</p><p>Yours, Marta</p>", subtype="html")
    message.add_attachment(PROSE[1], filename="gallery.txt")
    message.add_attachment((samples / "stations.csv").read_bytes(), maintype="text", subtype="csv", filename="stations.csv")
    message.set_boundary("=_lindenau")
    data = message.as_bytes(policy=email.policy.SMTP)
    save("message.eml", data)
    found = email.message_from_bytes(data, policy=email.policy.default)
    headers = [f"{name}: {found[name]}" for name in ["From", "To", "Date", "Subject"]]
    refer("message.eml", "\n".join(headers) + "\n" + found.get_body(("plain",)).get_content())


def outlook(name):
    """An Outlook message (MS-OXMSG): properties in one stream, texts and bytes in a stream each."""
    def storage(header, texts, numbers, others=()):
        properties, streams = header, {}
        values = [(tag, 0x1F, text.encode("utf-16-le")) for tag, text in texts.items()]
        for tag, kind, data in values + list(others):
            streams[f"__substg1.0_{tag:04X}{kind:04X}"] = data
            properties += struct.pack("<HHIII", kind, tag, 6, len(data) + (2 if kind == 0x1F else 0), 0)
        for tag, (kind, number) in numbers.items():
            properties += struct.pack("<HHIQ", kind, tag, 6, number)
        return streams | {"__properties_version1.0": properties}

    moment = datetime.datetime(2025, 1, 6, 7, 15, tzinfo=datetime.timezone.utc)
    filetime = int((moment - datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds()) * 10_000_000
    table = (samples / "stations.csv").read_bytes()
    message = storage(
        struct.pack("<8xIIII8x", 1, 1, 1, 1),
        {0x001A: "IPM.Note", 0x0037: "Gauges, and the gallery", 0x0C1A: "Marta Blum", 0x0C1E: "SMTP",
         0x0C1F: "marta@lindenau.example", 0x5D01: "marta@lindenau.example", 0x0E04: "Jörg Weiß",
         0x1000: f"Dear Jörg,\r\n\r\n{PROSE[4]}\r\n\r\nYours, Marta\r\n"},
        {0x0E06: (0x40, filetime), 0x0039: (0x40, filetime), 0x340D: (0x03, 0x40000), 0x0E07: (0x03, 1)})
    message["__nameid_version1.0"] = {f"__substg1.0_{tag:04X}0102": b"" for tag in (2, 3, 4)}
    message["__recip_version1.0_#00000000"] = storage(
        bytes(8), {0x3001: "Jörg Weiß", 0x3002: "SMTP", 0x3003: "joerg@lindenau.example", 0x39FE: "joerg@lindenau.example"},
        {0x0C15: (0x03, 1)})
    message["__attach_version1.0_#00000000"] = storage(
        bytes(8), {0x3704: "stations.csv", 0x3707: "stations.csv", 0x370E: "text/csv"}, {0x3705: (0x03, 1)},
        [(0x3701, 0x102, table)])
    save(name, compound_file(message))
    found = extract_msg.openMsg(str(samples / name))
    date = email.utils.format_datetime(found.date.astimezone(datetime.timezone.utc), usegmt=True)
    headers = [f"From: {found.sender}", f"To: {found.to}", f"Date: {date}", f"Subject: {found.subject}"]
    names = ", ".join(attachment.longFilename for attachment in found.attachments)
    refer(name, "\n".join(headers) + f"\n{found.body}\nAttachments: {names}")


def books():
    book = epub.EpubBook()
    book.set_identifier("lindenau")
    book.set_title(TITLE)
    book.set_language("en")
    for number, prose in enumerate(PROSE):
        chapter = epub.EpubHtml(title=f"Part {number + 1}", file_name=f"part{number + 1}.xhtml")
        chapter.content = f"<h1>Part {number + 1}</h1><p>{prose}</p>"
        book.add_item(chapter)
        book.spine.append(chapter)
    book.add_item(epub.EpubNcx())
    epub.write_epub(str(samples / "book.epub"), book)
    found = epub.read_epub(str(samples / "book.epub"))
    pages = [found.get_item_with_id(id).get_content() for id, _ in found.spine]
    refer("book.epub", "\n".join(BeautifulSoup(page, "html.parser").body.get_text(" ") for page in pages))


def rich_text():
    escaped = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in "Grüße aus Lindenau – “wie immer”.")
    paragraphs = "\\par\n".join(prose.replace("'", "\\rquote ") for prose in PROSE[:3])
    row = "\\trowd\\cellx2000\\cellx4000\\intbl {}\\cell {}\\cell\\row\n"
    rows = "".join(row.format(*pair) for pair in [("Station", "Opened"), ("Hillside", "1893")])
    rtf = ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0\\green0\\blue0;}"
           "{\\*\\generator Lindenau;}{\\info{\\title " + TITLE + "}}\n\\pard " + TITLE + "\\par\n" + paragraphs +
           "\\par\n" + rows + "\\pard caf\\'e9 " + escaped + "\\par}")
    save("letter.rtf", rtf.encode("ascii"))
    refer("letter.rtf", rtf_to_text(rtf).replace("|", " "))


def records():
    record = '{"title": "Station report", "station": {"name": "Hillside", "pumps": [1, 2]}, "litres": 46.5}'
    save("record.json", record)
    refer("record.json", "title: Station report\nstation.name: Hillside\nstation.pumps[0]: 1\nstation.pumps[1]: 2\n"
                         "litres: 46.5")
    lines = [f'{{"place": "Place {n}", "hardness": {7 + n / 10:.1f}}}' for n in range(1, 6)]
    save("readings.ndjson", "\n".join(lines) + "\n")
    refer("readings.ndjson", "\n".join(f"place: Place {n}\nhardness: {7 + n / 10:g}" for n in range(1, 6)))


def archive():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr(zipfile.ZipInfo("inner/deep.txt"), PROSE[5])
    with zipfile.ZipFile(samples / "archive.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in [("notes/one.txt", PROSE[0]), ("two.md", "# Two\n\n" + PROSE[1]), ("inner.zip", inner.getvalue())]:
            packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    refer("archive.zip", "\n".join(f"{info.filename} ({info.file_size} bytes)" for info in zipfile.ZipFile(samples / "archive.zip").infolist()))


samples.mkdir(exist_ok=True)
references.mkdir(exist_ok=True)
for make in [texts, markdown, html, pdfs, word, tables, slides, mail, lambda: outlook("message.msg"), books, rich_text, records, archive]:
    make()
