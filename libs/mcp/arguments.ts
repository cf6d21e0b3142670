import { z } from 'zod';

const unknownShownMax = 5;
const unknownCharsMax = 64;

/** What a tool takes, and nothing else: what it does not know would quietly change nothing. */
export function only<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const keys = issue.keys.slice(0, unknownShownMax).map((key) => key.slice(0, unknownCharsMax));
      return `unknown: ${keys.join(', ')}; there are ${known}`;
    },
  });
}

/** Arguments that several tools take. */
export const namespace = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .optional()
  .describe('Namespace; the configured one if left out');
export const query = z
  .string()
  .min(1, 'query must not be empty')
  .max(4096, 'query is over 4096 bytes; ask in fewer words')
  .describe('The question, in words');
export const documentId = z.string().min(1).max(512).describe('What the document is called');
export const limit = (most: number, usual: number): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(1).max(most).default(usual).describe(`At most so many, up to ${most}`);
export const cursor = z.string().max(256).optional().describe('`nextCursor` of the page before');
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/)
  .max(40)
  .describe('A day or time, like 2026-11-28 or 2026-11-28T12:00:00Z');
/** RFC 3339, of a day that exists. Seconds are asked for apart, since the form of the parser may leave them out. */
export const time = z.iso
  .datetime({ offset: true, error: 'must be a date and time that exists, as RFC 3339 writes it: 2026-11-28T12:00:00Z' })
  .regex(/T\d{2}:\d{2}:\d{2}/, 'must name seconds, like 2026-11-28T12:00:00Z')
  .max(40);
export const mode = z
  .enum(['auto', 'semantic', 'keyword', 'hybrid', 'graph', 'metadata'])
  .default('auto')
  .describe('How to look; auto chooses by the question');
export const filter = only({
  documentId: z.array(z.string()).min(1).max(100).optional(),
  mediaType: z.array(z.string()).min(1).max(100).optional(),
  source: z.array(z.string()).min(1).max(100).optional(),
  since: day.optional(),
  until: day.optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})
  .optional()
  .describe('What hits must be like; all given fields must hold');
