/** Objects of a PDF by number, from 1; a stream is a dictionary and its bytes. */
export type PdfObject = string | { readonly dictionary: string; readonly stream: Buffer | string };

export interface PdfSays {
  readonly trailer?: string;
  readonly startxref?: string;
  readonly header?: string;
}

function bodyOf(object: PdfObject): Buffer {
  if (typeof object === 'string') return Buffer.from(object, 'latin1');
  const stream = Buffer.from(object.stream as string);
  const dictionary = object.dictionary.includes('/Length')
    ? object.dictionary
    : `${object.dictionary} /Length ${stream.length}`;
  return Buffer.concat([Buffer.from(`<< ${dictionary} >>\nstream\n`, 'latin1'), stream, Buffer.from('\nendstream')]);
}

/** Bytes of a PDF with a table of its objects, honest unless it says otherwise. */
export function pdfOf(objects: readonly PdfObject[], says: PdfSays = {}): Buffer {
  const pieces: Buffer[] = [Buffer.from(says.header ?? '%PDF-1.7\n', 'latin1')];
  const offsets: number[] = [];
  let at = pieces[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    const piece = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), bodyOf(object), Buffer.from('\nendobj\n')]);
    offsets.push(at);
    at += piece.length;
    pieces.push(piece);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = says.trailer ?? `<< /Size ${objects.length + 1} /Root 1 0 R >>`;
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n${trailer}\nstartxref\n`;
  return Buffer.concat([...pieces, Buffer.from(`${table}${says.startxref ?? at}\n%%EOF\n`, 'latin1')]);
}

export const font = '/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>';
export const sentence = 'BT /F1 12 Tf 72 720 Td (Marta winds the gauge.) Tj ET';

export interface PageSays {
  readonly catalog?: string;
  readonly pages?: string;
  readonly page?: string;
  readonly content?: PdfObject;
  readonly more?: readonly PdfObject[];
}

/** A PDF of one page that says "Marta winds the gauge."; further objects are numbered from 5. */
export function pageOf(say: PageSays = {}, says: PdfSays = {}): Buffer {
  return pdfOf(
    [
      `<< /Type /Catalog /Pages 2 0 R ${say.catalog ?? ''} >>`,
      say.pages ?? '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      say.page ?? `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R ${font} >>`,
      say.content ?? { dictionary: '', stream: sentence },
      ...(say.more ?? []),
    ],
    says,
  );
}
