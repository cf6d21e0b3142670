import { pendingPrefix } from './keys.js';

/**
 * One script a verb and ingestion: Redis runs a script alone, so the check of the tombstone and the write are one step.
 * KEYS and the first three ARGV are the same everywhere. Replaced and retracted ingestions are reached by keys that the
 * script builds, so this store needs a single Redis, not a cluster.
 *
 * State of an ingestion: a hash of state, document, version. State of a document: a hash of live_ingestion,
 * live_version, retracted_through and one field `pending:<ingestionId>` = version for each pending ingestion.
 */
export const prelude = `
local ingestionKey, documentKey, pendingKey, hashKey, chunksKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local document, ingestion, version = ARGV[1], ARGV[2], tonumber(ARGV[3])

local function known()
  local marker = redis.call('HMGET', ingestionKey, 'state', 'document')
  if marker[1] and marker[2] ~= document then return 'foreign' end
  return marker[1]
end

local function retracted()
  return version <= tonumber(redis.call('HGET', documentKey, 'retracted_through') or '0')
end

local function settle(key, state, ofVersion, ttlMs)
  redis.call('HSET', key, 'state', state, 'document', document, 'version', ofVersion)
  redis.call('PEXPIRE', key, ttlMs)
end

-- What is live here: by the marker, or, should that be lost, by the cache itself.
local function live()
  local marker = redis.call('HMGET', documentKey, 'live_ingestion', 'live_version')
  if not marker[1] then marker = redis.call('HMGET', hashKey, 'ingestion_id', 'version') end
  return marker[1], tonumber(marker[2] or '0')
end

-- Two ingestions of one version are ordered by their time-ordered ids, so that all stores keep the same one.
local function isOlderThan(liveIngestion, liveVersion)
  if not liveIngestion or liveIngestion == ingestion then return false end
  if version ~= liveVersion then return version < liveVersion end
  return ingestion < liveIngestion
end

local function forgetPending(id)
  redis.call('DEL', '${pendingPrefix}' .. id)
  redis.call('HDEL', documentKey, 'pending:' .. id)
end
`;
