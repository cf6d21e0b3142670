import iconv from 'iconv-lite';

/** Groups whose words are no text: tables of fonts and colours, pictures, headers and footers of pages. */
const skipped = new Set(
  [
    'fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator info pict object objdata themedata',
    'header headerl headerr headerf footer footerl footerr footerf fldinst xmlnstbl latentstyles datastore filetbl',
  ].flatMap((names) => names.split(' ')),
);
const characters: Readonly<Record<string, string>> = {
  ...{ tab: '\t', line: '\n', emdash: '—', endash: '–', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”' },
  ...{ bullet: '•', emspace: ' ', enspace: ' ', '~': '\u00a0', _: '-', '{': '{', '}': '}', '\\': '\\' },
};
const word = /\\(?:([a-z]{1,32})(-?\d{1,10})? ?|'([0-9a-f]{2})|([^a-z]))/iuy;
const plain = /[^\\{}\r\n]+/uy;

/** Code pages of the character sets that a font table names; the others are read in the code page of the file. */
const codePageOfCharset: Readonly<Record<number, string>> = {
  ...{ 128: 'cp932', 129: 'cp949', 134: 'cp936', 136: 'cp950', 161: 'cp1253', 162: 'cp1254', 163: 'cp1258' },
  ...{ 177: 'cp1255', 178: 'cp1256', 186: 'cp1257', 204: 'cp1251', 222: 'cp874', 238: 'cp1250' },
};

interface Group {
  skip: boolean;
  font: number | undefined;
  /** How many characters after a Unicode one stand for it in older readers. */
  fallbackChars: number;
}

/** What a reader of RTF hears: text, and the ends of paragraphs, cells and rows. */
export interface RtfEvents {
  text(text: string): void;
  end(what: 'paragraph' | 'cell' | 'row'): void;
}

/** Reads RTF control words, one after the other; no depth of groups can hurt, since the stack is a list. */
export class RtfReader {
  private readonly groups: Group[] = [];
  private group: Group = { skip: false, font: undefined, fallbackChars: 1 };
  private codePage = 'windows-1252';
  private readonly codePageOfFont = new Map<number, string>();
  private bytes: number[] = [];
  private fallbackLeft = 0;
  private isStarred = false;

  constructor(private readonly events: RtfEvents) {}

  /** @returns whether every group was closed. */
  read(rtf: string): boolean {
    for (let at = 0; at < rtf.length;) at = this.step(rtf, at);
    this.flush();
    return this.groups.length === 0;
  }

  private step(rtf: string, at: number): number {
    const character = rtf[at];
    if (character === '{') {
      this.flush();
      this.groups.push(this.group);
      this.group = { ...this.group };
      return at + 1;
    }
    if (character === '}') {
      this.flush();
      this.group = this.groups.pop() ?? this.group;
      this.isStarred = false;
      return at + 1;
    }
    if (character === '\\') return this.control(rtf, at);
    plain.lastIndex = at;
    const text = plain.exec(rtf)?.[0];
    if (text === undefined) return at + 1;
    this.say(text);
    return at + text.length;
  }

  private control(rtf: string, at: number): number {
    word.lastIndex = at;
    const match = word.exec(rtf);
    if (match === null) return at + 1;
    const [whole, name, digits, byte, symbol] = match;
    const value = digits === undefined ? undefined : Number(digits);
    if (byte !== undefined) this.addByte(Number.parseInt(byte, 16));
    else if (symbol === '*') this.isStarred = true;
    else if (symbol !== undefined) this.say(characters[symbol] ?? (symbol === '\n' ? '\n' : ''));
    else if (name === 'bin') return at + whole.length + Math.max(0, value ?? 0);
    else this.command(name ?? '', value);
    return at + whole.length;
  }

  private command(name: string, value: number | undefined): void {
    this.flush();
    if (this.isStarred || skipped.has(name)) this.group.skip = true;
    this.isStarred = false;
    if (name === 'ansicpg' && iconv.encodingExists(`cp${value}`)) this.codePage = `cp${value}`;
    else if (name === 'f' || name === 'deff') this.group.font = value;
    else if (name === 'fcharset') this.describeFont(value);
    else if (name === 'uc') this.group.fallbackChars = value ?? 1;
    else if (name === 'u' && value !== undefined) {
      this.emit(String.fromCharCode(value < 0 ? value + 65_536 : value));
      this.fallbackLeft = this.group.fallbackChars;
    } else if (name === 'par' || name === 'sect' || name === 'page') this.end('paragraph');
    else if (name === 'cell' || name === 'row') this.end(name);
    else if (characters[name] !== undefined) this.emit(characters[name]);
  }

  private describeFont(charset: number | undefined): void {
    const page = codePageOfCharset[charset ?? 0];
    if (page !== undefined && this.group.font !== undefined) this.codePageOfFont.set(this.group.font, page);
  }

  private addByte(byte: number): void {
    if (this.fallbackLeft > 0) this.fallbackLeft -= 1;
    else this.bytes.push(byte);
  }

  private say(text: string): void {
    this.flush();
    const kept = text.slice(Math.min(this.fallbackLeft, text.length));
    this.fallbackLeft = Math.max(0, this.fallbackLeft - text.length);
    this.emit(kept);
  }

  /** Bytes of one character can stand in several control words, so they are decoded together. */
  private flush(): void {
    if (this.bytes.length === 0) return;
    const { font } = this.group;
    const page = font === undefined ? undefined : this.codePageOfFont.get(font);
    const text = iconv.decode(Buffer.from(this.bytes), page ?? this.codePage);
    this.bytes = [];
    this.emit(text);
  }

  private emit(text: string): void {
    if (!this.group.skip && text !== '') this.events.text(text);
  }

  private end(what: 'paragraph' | 'cell' | 'row'): void {
    if (!this.group.skip) this.events.end(what);
  }
}
