import type { Neighbourhood } from '../api/types.js';

export interface PlacedEntity {
  readonly uuid: string;
  readonly name: string;
  readonly distance: number;
  readonly x: number;
  readonly y: number;
}

/** All facts between two entities, as one line. */
export interface PlacedLink {
  readonly key: string;
  readonly from: PlacedEntity;
  readonly to: PlacedEntity;
  readonly relations: readonly string[];
}

export interface GraphPicture {
  readonly entities: readonly PlacedEntity[];
  readonly links: readonly PlacedLink[];
}

export const pictureWidth = 760;
export const pictureHeight = 460;
const margin = { x: 80, y: 34 };
const turns = 220;
const wantedDistance = 130;

/**
 * Places entities around the one in the middle: rings by distance to begin with, then springs along facts and a push
 * between all pairs (Fruchterman and Reingold, with a fixed number of turns). The same graph always gives the same
 * picture. Pure.
 */
export function pictureOf({ entities, facts }: Neighbourhood): GraphPicture {
  const points = entities.map((entity, i) => ({ ...entity, ...startOf(entity.distance, i, entities.length) }));
  const index = new Map(points.map(({ uuid }, i) => [uuid, i]));
  const pairs = pairsOf(facts, index);
  for (let turn = 0; turn < turns; turn += 1) moveAll(points, pairs, 24 * (1 - turn / turns) + 0.5);
  const links = [...pairs].flatMap(([key, { ends, relations }]) => {
    const [from, to] = [points[ends[0]], points[ends[1]]];
    return from && to ? [{ key, from, to, relations: [...relations] }] : [];
  });
  return { entities: points, links };
}

/** `WORKS_FOR` as people write it. Pure. */
export function relationText(relation: string): string {
  return relation.toLowerCase().replaceAll('_', ' ');
}

interface Point {
  readonly distance: number;
  x: number;
  y: number;
}

interface Pair {
  readonly ends: readonly [number, number];
  readonly relations: Set<string>;
}

function startOf(distance: number, i: number, count: number): { x: number; y: number } {
  const angle = (2 * Math.PI * i) / Math.max(1, count - 1);
  const radius = distance * wantedDistance;
  return { x: pictureWidth / 2 + radius * Math.cos(angle), y: pictureHeight / 2 + radius * 0.7 * Math.sin(angle) };
}

function pairsOf(facts: Neighbourhood['facts'], index: ReadonlyMap<string, number>): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const { sourceUuid: source, targetUuid: target, relation } of facts) {
    const ends = [index.get(source), index.get(target)] as const;
    if (ends[0] === undefined || ends[1] === undefined || source === target) continue;
    const key = `${source} ${target}`;
    const pair = pairs.get(key) ?? { ends: [ends[0], ends[1]], relations: new Set<string>() };
    pair.relations.add(relation);
    pairs.set(key, pair);
  }
  return pairs;
}

function moveAll(points: readonly Point[], pairs: ReadonlyMap<string, Pair>, stepMax: number): void {
  const pushes = points.map(() => ({ x: 0, y: 0 }));
  const apply = (i: number, j: number, force: (distance: number) => number): void => {
    const [a, b, pushA, pushB] = [points[i], points[j], pushes[i], pushes[j]];
    if (!a || !b || !pushA || !pushB) return;
    const [dx, dy] = [a.x - b.x || 0.1 * (i - j), a.y - b.y || 0.1];
    const distance = Math.max(1, Math.hypot(dx, dy));
    const [x, y] = [(dx / distance) * force(distance), (dy / distance) * force(distance)];
    pushA.x += x;
    pushA.y += y;
    pushB.x -= x;
    pushB.y -= y;
  };
  for (let i = 0; i < points.length; i += 1) {
    for (let j = 0; j < i; j += 1) apply(i, j, (distance) => wantedDistance ** 2 / distance);
  }
  for (const { ends } of pairs.values()) apply(...ends, (distance) => -(distance ** 2) / wantedDistance);
  points.forEach((point, i) => move(point, pushes[i] ?? { x: 0, y: 0 }, stepMax));
}

/** The one that was asked for stays in the middle; nothing leaves the picture. */
function move(point: Point, push: { x: number; y: number }, stepMax: number): void {
  if (point.distance === 0) return;
  const length = Math.max(1, Math.hypot(push.x, push.y));
  const step = Math.min(length, stepMax) / length;
  point.x = Math.min(pictureWidth - margin.x, Math.max(margin.x, point.x + push.x * step));
  point.y = Math.min(pictureHeight - margin.y, Math.max(margin.y, point.y + push.y * step));
}
