import { spansOf, type EntitySpan } from './spans.js';

/** Bounded digits and a look-behind keep matching linear on long runs of digits. */
const amount = String.raw`\d[\d.,]{0,20}`;
const scale = String.raw`(?:[ \u00a0-]?(?:thousand|million|billion|trillion|mn|bn|tn)|[kKmMbBtT]n?)`;
const code = '(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|INR|SEK|NOK|DKK|BRL)';
const unit = '(?:U\\.?S\\.? dollars|dollars|euros?|pounds sterling|pounds|yen|francs|rupees|cents)';

const signFirst = new RegExp(String.raw`(?:US|A|C|HK)?[$€£¥₹][ \u00a0]?${amount}${scale}?(?![\p{L}\d])`, 'gu');
const codeFirst = new RegExp(String.raw`(?<![\p{L}\d])${code}[ \u00a0]?${amount}${scale}?(?![\p{L}\d])`, 'gu');
const codeLast = new RegExp(
  String.raw`(?<![\p{L}\d.,])${amount}${scale}?[ \u00a0]?(?:${code}(?!\p{L})|[€£]|${unit}(?!\p{L}))`,
  'gu',
);

/** Amounts of money: `$5.2M`, `EUR 300,000`, `12 million dollars`, `40 €`. */
export function findMoney(text: string): EntitySpan[] {
  return [signFirst, codeFirst, codeLast]
    .flatMap((pattern) => spansOf('Money', pattern, text))
    .map((span) => trimmed(span, text));
}

/** The full stop or comma of the sentence is not part of the amount. */
function trimmed(span: EntitySpan, text: string): EntitySpan {
  const last = text[span.end - 1];
  return last === '.' || last === ',' ? { ...span, end: span.end - 1 } : span;
}
