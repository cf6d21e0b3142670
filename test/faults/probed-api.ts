import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';

import type { INestApplication } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

import { DeadLetterReplay } from '#dead-letters';
import { Submitter } from '#http';
import type { PutLimits, Staging, StagedObject } from '#pipeline/stager';

import type { Arm, Failpoints } from './failpoints.js';
import { halves, WatchedStaging } from './probed-drivers.js';

/** Whoever sends a request to an API under test says in this header which document it is about. */
export const documentHeader = 'x-document-under-test';

interface Asked {
  readonly arm: Arm;
  readonly response: Response;
}

/**
 * The points of the API: the request has come in (P1), half of an upload is staged or a deletion is about to begin
 * (P2), all is sent to the database and nothing committed (P3), committed without having heard so (P4), and the event
 * is published and the answer not sent (P5).
 */
export class ProbedApi {
  private readonly asked = new AsyncLocalStorage<Asked>();
  private readonly uploads = new Map<string, Arm>();

  constructor(
    private readonly failpoints: Failpoints,
    private readonly published: (key: string) => Promise<void>,
  ) {}

  /** Comes after what reads bodies, and before all routes. */
  readonly meet = (request: Request, response: Response, next: NextFunction): void => {
    const { failpoints } = this;
    const arm = failpoints.armOf([String(request.headers[documentHeader])]);
    if (arm === undefined) return next();
    const met = failpoints.settling([arm], async () => {
      await failpoints.at('P1', arm);
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        this.asked.run({ arm, response }, next);
      });
    });
    met.catch(next);
  };

  /** Stops in what answers, once Nest has made it. */
  probe(app: INestApplication): void {
    const submitter = app.get(Submitter);
    const newIngestionId = submitter.newIngestionId.bind(submitter);
    submitter.newIngestionId = () => {
      const ingestionId = newIngestionId();
      const arm = this.arm();
      if (arm !== undefined) this.uploads.set(ingestionId, arm);
      return ingestionId;
    };
    const [submit, retract] = [submitter.submit.bind(submitter), submitter.retract.bind(submitter)];
    submitter.submit = (...given) => this.within(() => submit(...given));
    submitter.retract = (...given) =>
      this.within(async () => {
        const arm = this.arm();
        if (arm !== undefined) await this.failpoints.at('P2', arm);
        return retract(...given);
      });
    const replays = app.get(DeadLetterReplay);
    const replay = replays.replay.bind(replays);
    replays.replay = (letter) => this.within(() => replay(letter));
  }

  /** Whose bytes are staged under a reference; form parsers say nothing of the request they work for. */
  armOf(ref: string): Arm | undefined {
    return this.uploads.get(ref) ?? this.arm();
  }

  private arm(): Arm | undefined {
    return this.asked.getStore()?.arm;
  }

  private async within<T>(work: () => Promise<T>): Promise<T> {
    const asked = this.asked.getStore();
    if (asked === undefined) return work();
    const { arm, response } = asked;
    const answer = await this.failpoints.within(arm, { commit: 'P3', committed: 'P4' }, work);
    if (arm.point === 'P5') await this.published(arm.key);
    // What was done is done: all that can go wrong now is that nobody hears of it.
    await this.failpoints.at('P5', arm).catch(() => response.destroy());
    return answer;
  }
}

/** Staging that stops when half of the bytes of an upload have come. */
export class UploadStaging extends WatchedStaging {
  constructor(
    staging: Staging,
    private readonly points: Failpoints,
    private readonly armOf: (ref: string) => Arm | undefined,
  ) {
    super(staging, points);
  }

  override put(ref: string, stream: Readable, limits: PutLimits): Promise<StagedObject> {
    const arm = this.armOf(ref);
    if (arm === undefined) return super.put(ref, stream, limits);
    return super.put(ref, Readable.from(halves(stream, () => this.points.at('P2', arm))), limits);
  }
}
