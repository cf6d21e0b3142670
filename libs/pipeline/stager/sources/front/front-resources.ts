/** What of Front's resources is read, as https://dev.frontapp.com describes them. Nothing of it is to be believed. */
export interface FrontConversation {
  readonly id: string;
  readonly subject?: string | null;
  /** `deleted` while it lies in the trash. */
  readonly status?: string | null;
}

export interface FrontRecipient {
  readonly name?: string | null;
  readonly handle?: string | null;
  /** `from`, `to`, `cc` or `bcc`. */
  readonly role?: string | null;
}

export interface FrontAttachment {
  readonly id?: string | null;
  readonly url?: string | null;
  readonly filename?: string | null;
  readonly content_type?: string | null;
  readonly size?: number | null;
  readonly metadata?: { readonly is_inline?: boolean | null } | null;
}

export interface FrontMessage {
  readonly id: string;
  /** Kind of channel, such as `email`, `sms` or `custom`. */
  readonly type?: string | null;
  readonly is_inbound?: boolean | null;
  readonly is_draft?: boolean | null;
  readonly draft_mode?: string | null;
  /** Seconds since the epoch, with a fraction. */
  readonly created_at?: number | null;
  readonly subject?: string | null;
  /** HTML. */
  readonly body?: string | null;
  readonly text?: string | null;
  readonly author?: {
    readonly email?: string | null;
    readonly first_name?: string | null;
    readonly last_name?: string | null;
  } | null;
  readonly recipients?: readonly FrontRecipient[] | null;
  readonly attachments?: readonly FrontAttachment[] | null;
}

/** Something that happened in a conversation; what it says of the conversation may be as little as its id. */
export interface FrontEvent {
  readonly id?: string;
  readonly type?: string;
  /** Seconds since the epoch, with a fraction. */
  readonly emitted_at?: number;
  readonly conversation?: { readonly id?: string | null } | null;
  readonly target?: unknown;
}

/** One page of a list, and the path of the next. */
export interface FrontPage<T> {
  readonly results: readonly T[];
  readonly next: string | undefined;
}

export type FrontKind = 'conversation' | 'message' | 'attachment';

export interface FrontName {
  readonly kind: FrontKind;
  readonly id: string;
}

const kinds: Readonly<Record<string, FrontKind>> = { cnv: 'conversation', msg: 'message', fil: 'attachment' };
const namePattern =
  /^(?:https:\/\/[\w.-]+\/)?(?:open\/|conversations\/|messages\/|download\/)?((cnv|msg|fil)_[a-z0-9]+)$/iu;

/** The resource that a location names: an id, a path of the API, or an address that Front shows to people. */
export function frontName(location: string): FrontName | undefined {
  const [, id, prefix = ''] = namePattern.exec(location) ?? [];
  const kind = kinds[prefix.toLowerCase()];
  return id === undefined || kind === undefined ? undefined : { kind, id };
}

/** The id of an attachment; Front gives it apart, or only at the end of the address to download it from. */
export function attachmentId({ id, url }: FrontAttachment): string | undefined {
  const name = [
    id,
    url
      ?.replace(/[?#].*$/u, '')
      .split('/')
      .at(-1),
  ].find((one) => /^fil_[a-z0-9]+$/iu.test(one ?? ''));
  return name ?? undefined;
}

/** Whether somebody still writes at it. */
export function isDraft({ is_draft, draft_mode }: FrontMessage): boolean {
  return is_draft === true || (draft_mode !== undefined && draft_mode !== null);
}
