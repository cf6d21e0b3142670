import type { TextStart } from './text-start.js';

/** By what documents of a format are known. The bytes decide; names and claims choose where those leave it open. */
export interface Signs {
  /** An entry that only archives of this format have. */
  readonly archiveEntry?: string;
  /** Extensions of names, and the media type that each stands for. */
  readonly extensions?: Readonly<Record<string, string>>;
  /** Whether what starts so is of this format, whatever it is called. */
  readonly isCertain?: (start: TextStart) => boolean;
  /** Whether a text that nobody calls anything is taken for this format. */
  readonly isLikely?: (start: TextStart) => boolean;
  /** Whether what starts so can be of this format; where it can't, no name makes it so. */
  readonly isPossible?: (start: TextStart) => boolean;
}

const htmlStart = /^<(?:!doctype html|html|head|body)[\s>]/iu;
const anyTag = /<[a-z!/?]/iu;

export const htmlSigns: Signs = {
  extensions: { html: 'text/html', htm: 'text/html', xhtml: 'text/html' },
  isCertain: ({ text }) => htmlStart.test(text),
  isPossible: ({ head, isWhole }) => !isWhole || anyTag.test(head),
};

/** A value that is no list and no object has a line for itself. */
const jsonStart = /^(?:[{[]|(?:"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)\s*(?:\n|$))/u;

export const jsonSigns: Signs = {
  extensions: { json: 'application/json' },
  isLikely: ({ text }) => /^\{\s*(?:"|\})/u.test(text),
  isPossible: ({ text }) => jsonStart.test(text),
};

function isObjectOrList(line: string): boolean {
  try {
    return /^\s*[{[]/u.test(line) && typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

export const ndjsonSigns: Signs = {
  extensions: { ndjson: 'application/x-ndjson', jsonl: 'application/x-ndjson' },
  isCertain: ({ head, isWhole }) => {
    const whole = isWhole ? head : head.slice(0, head.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').filter((line) => line.trim() !== '');
    return lines.length > 1 && lines.slice(0, 5).every(isObjectOrList);
  },
  isPossible: ({ text }) => jsonStart.test(text),
};

/** Header fields of which an e-mail has some; three of them, first thing in the file, make one. */
const mailHeader = /^(?:from|to|date|subject|received|return-path|message-id|mime-version|delivered-to|reply-to):/iu;
const headerLine = /^[!-9;-~]{1,80}:/u;

export const mailSigns: Signs = {
  isCertain: ({ head }) => {
    const lines = head.split(/\r?\n/u).filter((line) => !/^[ \t]/u.test(line));
    const end = lines.findIndex((line) => !headerLine.test(line) && !/^From /u.test(line));
    const headers = end < 0 ? lines : lines.slice(0, end);
    return headers.filter((line) => mailHeader.test(line)).length >= 3;
  },
};
