import { useRef, useState } from 'preact/hooks';

import type { Client } from '../api/client.js';
import type { RequestProblem } from '../api/problem.js';

/** A file on its way to the API. */
export interface Upload {
  readonly number: number;
  readonly file: File;
  /** How much of it is sent, up to 1. */
  readonly sent: number;
  readonly ingestionId: string | undefined;
  readonly problem: RequestProblem | undefined;
}

export interface UploadTarget {
  readonly namespace: string;
  /** Empty stands for the file's own name; of several files only their own names make sense. */
  readonly documentId: string;
}

export interface Uploads {
  readonly uploads: readonly Upload[];
  add(files: readonly File[], target: UploadTarget): void;
}

const atOnce = 3;

/** Files that are being uploaded, newest first; a few at a time, whatever page is shown. */
export function useUploads(client: Client): Uploads {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const queue = useRef(new UploadQueue());
  const change = (number: number, changed: Partial<Upload>): void =>
    setUploads((before) => before.map((one) => (one.number === number ? { ...one, ...changed } : one)));
  const add = (files: readonly File[], target: UploadTarget): void => {
    const named = files.length === 1 ? target : { ...target, documentId: '' };
    const added = files.map((file): Upload => ({
      ...{ number: queue.current.number(), file, sent: 0, ingestionId: undefined, problem: undefined },
    }));
    setUploads((before) => [...added.toReversed(), ...before]);
    for (const { number, file } of added) {
      queue.current.add(() => send(client, file, named, (changed) => change(number, changed)));
    }
  };
  return { uploads, add };
}

async function send(
  client: Client,
  file: File,
  { namespace, documentId }: UploadTarget,
  change: (changed: Partial<Upload>) => void,
): Promise<void> {
  const form = new FormData();
  form.append('namespace', namespace);
  if (documentId !== '') form.append('documentId', documentId);
  form.append('file', file);
  try {
    const { ingestionId } = await client.upload(form, (sent) => change({ sent }));
    change({ sent: 1, ingestionId });
  } catch (problem) {
    change({ problem: problem as RequestProblem });
  }
}

/** Does a few things at a time, in the order they were asked for. */
class UploadQueue {
  private last = 0;
  private running = 0;
  private readonly waiting: (() => Promise<void>)[] = [];

  number(): number {
    return (this.last += 1);
  }

  add(work: () => Promise<void>): void {
    this.waiting.push(work);
    this.next();
  }

  private next(): void {
    if (this.running >= atOnce) return;
    const work = this.waiting.shift();
    if (work === undefined) return;
    this.running += 1;
    void work().finally(() => {
      this.running -= 1;
      this.next();
    });
  }
}
