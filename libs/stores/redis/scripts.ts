import { discard, reopen } from './audit-scripts.js';
import { ingestionStatePrefix } from './keys.js';
import { prelude } from './script-prelude.js';

/** ARGV: tombstone TTL, pending TTL, then names and values. Answers the state. */
const write = `${prelude}
local tombstoneTtlMs, pendingTtlMs = ARGV[4], ARGV[5]
local state = known()
if not state then
  state = retracted() and 'retracted' or 'pending'
  settle(ingestionKey, state, version, tombstoneTtlMs)
end
if state ~= 'pending' then return state end
for i = 6, #ARGV, 2 do redis.call('HSET', pendingKey, ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', pendingKey, pendingTtlMs)
redis.call('HSET', documentKey, 'pending:' .. ingestion, version)
redis.call('PEXPIRE', documentKey, tombstoneTtlMs)
return state
`;

/** ARGV: tombstone TTL, cache TTL. Answers the state and what was replaced. */
const promote = `${prelude}
local tombstoneTtlMs, cacheTtlMs = ARGV[4], ARGV[5]
local state = known()
if state == 'foreign' then return {'compensated'} end
if not state and retracted() then state = 'retracted' end
if state and state ~= 'pending' then return {state} end
local liveIngestion, liveVersion = live()
if isOlderThan(liveIngestion, liveVersion) then
  forgetPending(ingestion)
  settle(ingestionKey, 'superseded', version, tombstoneTtlMs)
  return {'superseded'}
end
local fields = redis.call('HGETALL', pendingKey)
local count, head, chunks = nil, {}, {}
for i = 1, #fields, 2 do
  local name = string.match(fields[i], '^document:(.*)$')
  local seq = string.match(fields[i], '^chunk:(%d+)$')
  if name then head[#head + 1] = name; head[#head + 1] = fields[i + 1] end
  if name == 'chunk_count' then count = tonumber(fields[i + 1]) end
  if seq then chunks[tonumber(seq) + 1] = fields[i + 1] end
end
redis.call('DEL', hashKey, chunksKey)
-- A pending hash that expired or lost a part in a flush makes a cache miss, never half a document.
local whole = count ~= nil
for i = 1, count or 0 do whole = whole and chunks[i] ~= nil end
if whole then
  local time = redis.call('TIME')
  local liveAt = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
  redis.call('HSET', hashKey, 'live_at', liveAt, unpack(head))
  for i = 1, count do redis.call('RPUSH', chunksKey, chunks[i]) end
  redis.call('PEXPIRE', hashKey, cacheTtlMs)
  redis.call('PEXPIRE', chunksKey, cacheTtlMs)
end
forgetPending(ingestion)
settle(ingestionKey, 'live', version, tombstoneTtlMs)
redis.call('HSET', documentKey, 'live_ingestion', ingestion, 'live_version', version)
redis.call('PEXPIRE', documentKey, tombstoneTtlMs)
if not liveIngestion or liveIngestion == ingestion then return {'live'} end
settle('${ingestionStatePrefix}' .. liveIngestion, 'replaced', liveVersion, tombstoneTtlMs)
return {'live', liveIngestion}
`;

/** ARGV: tombstone TTL. Answers the state, and how many parts and chunks were removed. */
const compensate = `${prelude}
local state = known()
if state == 'foreign' then return {'compensated', 0, 0} end
if state and state ~= 'pending' then return {state, 0, 0} end
local parts, chunks = 0, 0
for _, name in ipairs(redis.call('HKEYS', pendingKey)) do
  if string.find(name, '^part:') then parts = parts + 1 end
  if string.find(name, '^chunk:') then chunks = chunks + 1 end
end
forgetPending(ingestion)
settle(ingestionKey, 'compensated', version, ARGV[4])
return {'compensated', parts, chunks}
`;

/** ARGV: tombstone TTL; no ingestion. Answers what was removed. */
const retract = `${prelude}
local tombstoneTtlMs, removed = ARGV[4], {}
if not retracted() then redis.call('HSET', documentKey, 'retracted_through', version) end
redis.call('PEXPIRE', documentKey, tombstoneTtlMs)
local liveIngestion, liveVersion = live()
if liveIngestion and liveVersion <= version then
  redis.call('DEL', hashKey, chunksKey)
  redis.call('HDEL', documentKey, 'live_ingestion', 'live_version')
  settle('${ingestionStatePrefix}' .. liveIngestion, 'retracted', liveVersion, tombstoneTtlMs)
  removed[#removed + 1] = liveIngestion
end
local fields = redis.call('HGETALL', documentKey)
for i = 1, #fields, 2 do
  local id = string.match(fields[i], '^pending:(.*)$')
  local pendingVersion = tonumber(fields[i + 1])
  if id and pendingVersion <= version then
    forgetPending(id)
    settle('${ingestionStatePrefix}' .. id, 'retracted', pendingVersion, tombstoneTtlMs)
    removed[#removed + 1] = id
  end
end
return removed
`;

/** Answers the state, or nothing. */
const state = `${prelude}
local own = known()
if own == 'foreign' then return 'compensated' end
return own or (retracted() and 'retracted') or false
`;

/**
 * ARGV: cache TTL, number of names and values, these, then the chunks. Fills the cache unless a marker knows better:
 * another ingestion is live, this one is no longer or not yet live here, or the document was retracted. Answers 1 or 0.
 */
const refill = `${prelude}
local cacheTtlMs, headLength = ARGV[4], tonumber(ARGV[5])
local state = known()
if (state and state ~= 'live') or retracted() then return 0 end
local marked = redis.call('HGET', documentKey, 'live_ingestion')
if marked and marked ~= ingestion then return 0 end
if isOlderThan(live()) then return 0 end
redis.call('DEL', hashKey, chunksKey)
for i = 6, 5 + headLength, 2 do redis.call('HSET', hashKey, ARGV[i], ARGV[i + 1]) end
for i = 6 + headLength, #ARGV do redis.call('RPUSH', chunksKey, ARGV[i]) end
redis.call('PEXPIRE', hashKey, cacheTtlMs)
redis.call('PEXPIRE', chunksKey, cacheTtlMs)
return 1
`;

/** Commands by name, as they are defined on the connection. */
export const scripts = {
  penstockWrite: write,
  penstockPromote: promote,
  penstockCompensate: compensate,
  penstockRetract: retract,
  penstockState: state,
  penstockRefill: refill,
  penstockDiscard: discard,
  penstockReopen: reopen,
} as const;
