import type { NextFunction, Request, Response } from 'express';
import helmet, { type HelmetOptions } from 'helmet';

type Handler = (request: Request, response: Response, next: NextFunction) => void;

/** Everything comes from here, and nothing is written into a page: no inline code, no frame around it. */
const strict = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};
/** The page of Swagger UI has its styles within it. */
const docs = { ...strict, styleSrc: ["'self'", "'unsafe-inline'"] };

/** Headers that tell a browser what a page of ours may do, and that nobody may keep what the API answers. */
export function secureHeaders(): Handler {
  const [usual, ofDocs] = [strict, docs].map((directives) => helmet(optionsWith(directives)));
  return (request, response, next) => {
    if (/^\/v1(\/|$)/i.test(request.path)) response.setHeader('cache-control', 'no-store');
    const handler = /^\/docs(\/|$)/i.test(request.path) ? ofDocs : usual;
    handler?.(request, response, next);
  };
}

function optionsWith(directives: Record<string, string[]>): HelmetOptions {
  return {
    contentSecurityPolicy: { useDefaults: false, directives },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  };
}
