/** A mail with texts attached, each by its name. */
export function mailOf(body: string, attached: Readonly<Record<string, string>>): string {
  const parts = Object.entries(attached).map(
    ([name, text]) =>
      `--edge\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${text}\r\n`,
  );
  const head = 'From: a@acme.example\r\nSubject: Papers\r\nMIME-Version: 1.0\r\n';
  const type = 'Content-Type: multipart/mixed; boundary=edge\r\n\r\n';
  return `${head}${type}--edge\r\nContent-Type: text/plain\r\n\r\n${body}\r\n${parts.join('')}--edge--\r\n`;
}
