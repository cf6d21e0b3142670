import { decodeText } from './decode-text.js';

/** Control characters but tab and line feed: no store wants them and PostgreSQL refuses NUL. */
const controlCharacters = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff]/gu;
const lineBreaks = /\r\n?|[\u000b\u000c\u0085\u2028]/gu;

/**
 * Cleans all that is read of one document, and remembers what its sender has to hear of. No format has another way to
 * clean a text, so none can do it without saying so.
 */
export class Cleaning {
  private isNulRemoved = false;

  /** Text of bytes in whatever encoding they have, clean. */
  decode(bytes: Buffer, declared?: string): string {
    return this.text(decodeText(bytes, declared));
  }

  /** Data of bytes in whatever encoding, to be cleaned once it is taken apart: its lines are as it says. */
  decodeData(bytes: Buffer): string {
    const text = decodeText(bytes);
    this.look(text);
    return text.replace(controlCharacters, '').toWellFormed();
  }

  /** Removes what no reader sees and no store takes, and makes every line end with a line feed. */
  text(text: string): string {
    this.look(text);
    return text.replace(lineBreaks, '\n').replace(controlCharacters, '').toWellFormed();
  }

  /** Removes only what PostgreSQL refuses: NUL and halves of characters. */
  storable(text: string): string {
    this.look(text);
    return text.replaceAll('\u0000', '').toWellFormed();
  }

  /** What was lost, in words for whoever sent the document. */
  warnings(): string[] {
    return this.isNulRemoved ? ['NUL characters were removed from the text'] : [];
  }

  private look(text: string): void {
    this.isNulRemoved ||= text.includes('\u0000');
  }
}
