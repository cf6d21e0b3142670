import { prelude } from './script-prelude.js';

/** ARGV: tombstone TTL. Removes what is cached or pending of an ingestion that ended, and leaves its tombstone. */
export const discard = `${prelude}
local state = known()
if (redis.call('HGET', hashKey, 'ingestion_id') or '') == ingestion then redis.call('DEL', hashKey, chunksKey) end
-- A list without its hash is nobody's.
if redis.call('EXISTS', hashKey) == 0 then redis.call('DEL', chunksKey) end
if ingestion == '' or state == 'foreign' then return 1 end
forgetPending(ingestion)
if redis.call('HGET', documentKey, 'live_ingestion') == ingestion then
  redis.call('HDEL', documentKey, 'live_ingestion', 'live_version')
end
local ofVersion = redis.call('HGET', ingestionKey, 'version') or version
if not state or state == 'pending' then settle(ingestionKey, 'compensated', ofVersion, ARGV[4]) end
if state == 'live' then settle(ingestionKey, 'replaced', ofVersion, ARGV[4]) end
return 1
`;

/** ARGV: tombstone TTL. Takes an ingestion out of sight so that it can be written and promoted anew. Answers 1 or 0. */
export const reopen = `${prelude}
if known() == 'foreign' or retracted() then return 0 end
local liveIngestion, liveVersion = live()
if isOlderThan(liveIngestion, liveVersion) then return 0 end
if redis.call('HGET', hashKey, 'ingestion_id') == ingestion or redis.call('EXISTS', hashKey) == 0 then
  redis.call('DEL', hashKey, chunksKey)
end
forgetPending(ingestion)
if liveIngestion == ingestion then redis.call('HDEL', documentKey, 'live_ingestion', 'live_version') end
settle(ingestionKey, 'pending', version, ARGV[4])
redis.call('HSET', documentKey, 'pending:' .. ingestion, version)
redis.call('PEXPIRE', documentKey, ARGV[4])
return 1
`;
