import { detectMediaType, isContainer } from './formats/detect.js';
import type { FormatRegistry } from './formats/registry.js';
import { readDocument, type ReadDocument, type ReadRequest } from './read-document.js';

/** Where documents are read that nobody can vouch for. */
export abstract class ReaderProcesses {
  /** @throws PermanentFailure with the reason; TransientFailure if the work was called off. */
  abstract read(request: ReadRequest, signal: AbortSignal): Promise<ReadDocument>;
}

/** Reads a document here if that is known to be quick, and in a process that can be killed otherwise. */
export class DocumentReader {
  constructor(
    private readonly registry: FormatRegistry,
    private readonly processes: ReaderProcesses,
  ) {}

  /** @throws PermanentFailure with the reason; TransientFailure if the work was called off. */
  async read(request: ReadRequest, pause: () => Promise<void>, signal: AbortSignal): Promise<ReadDocument> {
    const mediaType = detectMediaType(request.bytes, request.mediaType);
    if (!isContainer(mediaType)) {
      const { inProcessBytesMax = 0 } = this.registry.entryOf(mediaType);
      if (request.bytes.length <= inProcessBytesMax) return readDocument(request, this.registry, pause);
    }
    return this.processes.read(request, signal);
  }
}
