#!/usr/bin/env node
/** The last step of set-up alone: what is packed must be what the sources say. */
import { buildStep } from './build-step.mjs';
import { say } from './progress.mjs';

await buildStep({ announce: say });
