/** To be raised with every change that makes other text or other chunks of the same bytes. */
export const parserVersion = '9';
