import { PermanentFailure } from '#failure';
import { frontMail, isDraft, type FrontApi, type FrontMessage, type Staging } from '#pipeline/stager';

import type { FrontChange } from './front-changes.js';
import type { FrontMessages, KnownMessage } from './front-messages.js';
import { messageDigest, messageSubmission } from './message-document.js';

export interface SyncPorts {
  readonly api: FrontApi;
  readonly messages: FrontMessages;
  readonly staging: Staging;
  readonly namespace: string;
  readonly bytesMax: number;
}

/** What came of looking at a conversation. */
export interface ConversationSynced {
  readonly submitted: number;
  readonly unchanged: number;
  readonly retracted: number;
}

/** More messages than this in one conversation are no conversation, and would not fit in memory. */
const messagesMax = 10_000;

/**
 * Makes the documents of a conversation what Front says of it now: submits messages that are new or say something else,
 * retracts those that are gone. Does nothing the second time. @throws as the API does; what was done by then stays.
 */
export async function syncConversation(
  ports: SyncPorts,
  change: FrontChange,
  signal: AbortSignal,
): Promise<ConversationSynced> {
  const { api, messages, namespace } = ports;
  const { conversationId } = change;
  const conversation = await api.conversation(conversationId, signal);
  const isGone = conversation === undefined || conversation.status === 'deleted';
  const listed = isGone ? new Map<string, FrontMessage>() : await listedMessages(api, conversationId, signal);
  const known = await messages.known(conversationId, [...listed.keys()]);
  let submitted = 0;
  for (const message of listed.values()) {
    const before = known.get(message.id);
    const digest = messageDigest(message);
    if (before !== undefined && !before.gone && before.digest === digest) {
      if (before.conversationId !== conversationId) await messages.move(change, message.id);
      continue;
    }
    const said = { digest, generation: (before?.generation ?? 0) + 1 };
    const submission = messageSubmission(namespace, conversationId, message, said);
    await stage(ports, message, submission.ingestionId, signal);
    await messages.submit(change, submission, said);
    submitted += 1;
  }
  const lost = [...known.values()].filter((one) => isLost(one, conversationId, listed));
  for (const message of lost) await messages.retract(change, message);
  return { submitted, unchanged: listed.size - submitted, retracted: lost.length };
}

async function listedMessages(api: FrontApi, id: string, signal: AbortSignal): Promise<Map<string, FrontMessage>> {
  const listed = new Map<string, FrontMessage>();
  for await (const message of api.messages(id, signal)) {
    if (!/^msg_[a-z0-9]{1,64}$/iu.test(message.id) || isDraft(message)) continue;
    listed.set(message.id, message);
    if (listed.size > messagesMax) {
      throw new PermanentFailure(`the conversation has over ${messagesMax} messages`, { reason: 'too-large' });
    }
  }
  return listed;
}

function isLost(known: KnownMessage, conversationId: string, listed: ReadonlyMap<string, FrontMessage>): boolean {
  return !known.gone && known.conversationId === conversationId && !listed.has(known.messageId);
}

/**
 * The list holds whole messages, so the stager need not ask for each again. What can't be staged for good is submitted
 * all the same: the stager comes to the same end, and says so in the ledger.
 */
async function stage(
  { api, staging, bytesMax }: SyncPorts,
  message: FrontMessage,
  ingestionId: string,
  signal: AbortSignal,
): Promise<void> {
  const stream = frontMail(message, (id) => api.download(id, signal), bytesMax);
  try {
    await staging.put(ingestionId, stream, { bytesMax, signal });
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
  }
}
