"""Makes the few bad inputs that take another program to write. Run it as test/formats/make-samples.py says.

The results are committed, so the tests need none of these tools.
"""

import pathlib
import sys
import zipfile

import fpdf
import xlwt

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here.parent / "formats"))
from compound_file import compound_file  # noqa: E402

files = here / "files"
files.mkdir(exist_ok=True)

page = fpdf.FPDF()
page.set_encryption(owner_password="owner", user_password="user")
page.add_page()
page.set_font("Helvetica", size=12)
page.cell(text="Marta winds the gauge.")
page.output(str(files / "password.pdf"))

book = xlwt.Workbook()
sheet = book.add_sheet("Stations")
for row, cells in enumerate([["Station", "Opened"], ["Hillside", "1893"]]):
    for column, text in enumerate(cells):
        sheet.write(row, column, text)
book.save(str(files / "old.xls"))

text = "Marta winds the gauge.".encode("utf-16-le")
containers = {
    "old.doc": {"WordDocument": text * 100, "1Table": b"\0" * 512, "\x05SummaryInformation": b"\0" * 64},
    "old.ppt": {"PowerPoint Document": text * 100, "Current User": b"\0" * 64},
    "password.docx": {"EncryptedPackage": b"\x10" * 4608, "EncryptionInfo": b"\4\0\4\0" + b"\0" * 256},
    "nobody.msg": {"Something else": text},
}
for name, streams in containers.items():
    (files / name).write_bytes(compound_file(streams))

with zipfile.ZipFile(files / "empty.zip", "w"):
    pass
