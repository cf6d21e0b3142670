import { Partitioners } from 'kafkajs';

import { documentKey } from '#events';

import { mailOf } from '../builders/mail.js';
import type { Seeded } from '../chaos/seeded.js';
import { inputTopics, throwsMax, type Cell } from './cells.js';
import type { Arm, Doubles } from './failpoints.js';

/** The document of a cell, in a namespace of its own with another one that speaks of the same people and places. */
export interface CellDocument {
  readonly cell: Cell;
  readonly namespace: string;
  readonly documentId: string;
  readonly key: string;
  readonly random: Seeded;
}

/** Beside each document stands one that is not touched. */
export const bystanderId = 'bystander';

const sentences = [
  'Maria Keller works for Nordwind Logistics in Hamburg.',
  'ACME Corporation acquired Bosch Technologies for $5.2M in Q4 2024.',
  'John Smith is the CEO of ACME Corporation.',
  'Nordwind Logistics is based in Stuttgart.',
  'Widget Manufacturing is a subsidiary of ACME Corporation.',
  'Anna Weber joined Widget Manufacturing as Chief Financial Officer.',
  'Nordwind Logistics partnered with Bosch Technologies in Berlin.',
];

/** A documentId that begins with the given text, and whose key is in the wanted partition. */
export function idInPartition(namespace: string, text: string, wanted: number, partitions: number): string {
  const partitioner = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 0, partitionErrorCode: 0 },
    ...{ replicas: [0], isr: [0] },
  }));
  for (let i = 0; ; i += 1) {
    const documentId = `${text}.${i}`;
    const message = { key: documentKey({ namespace, documentId }), value: null };
    if (partitioner({ topic: '', partitionMetadata, message }) === wanted) return documentId;
  }
}

/** A text that is like no other, about people and places that many speak of; four lines make two parts. */
export function someText(namespace: string, lines: number, random: Seeded): string {
  const said = Array.from({ length: lines }, (_, i) => `(${i}) ${random.pick(sentences)}`);
  return [`Note ${namespace} ${random.between(0, 2 ** 31)}.`, ...said].join('\n\n');
}

/** A text as a mail with an attachment that no other mail has. */
export function asMail(namespace: string, text: string, random: Seeded): { content: string; mediaType: string } {
  const name = `note ${random.between(0, 2 ** 31)}.txt`;
  return { content: mailOf(text, { [name]: someText(namespace, 2, random) }), mediaType: 'message/rfc822' };
}

/** A text as the one file of a multipart form. */
export function uploadForm(namespace: string, documentId: string, content: string): FormData {
  const form = new FormData();
  form.set('namespace', namespace);
  form.set('documentId', documentId);
  form.set('file', new Blob([content], { type: 'text/plain' }), 'note.txt');
  return form;
}

export function armsOf(documents: readonly CellDocument[]): Arm[] {
  return documents.map(({ cell, key }) => ({ ...cell, key, throwsMax: throwsMax(cell) }));
}

/** Whatever the role under test takes in of a document that is delivered twice. Rows of the outbox are copied there. */
export function doublesOf(documents: readonly CellDocument[]): Doubles {
  const twice = documents.filter(({ cell }) => cell.delivery === 'twice');
  return Object.fromEntries(twice.map(({ key, cell }) => [key, [...inputTopics(cell.role)]]));
}

export function copiedKeys(documents: readonly CellDocument[]): string[] {
  return documents.filter(({ cell }) => cell.delivery === 'twice').map(({ key }) => key);
}
