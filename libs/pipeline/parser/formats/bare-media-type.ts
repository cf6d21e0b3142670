/** A media type in lower case, without parameters such as `; charset=utf-8`; nothing of none. */
export function bareMediaType(mediaType: string | null): string {
  return mediaType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
