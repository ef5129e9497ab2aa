-- wrk script: posts a small JSON event and prints one line that the benchmark reads.
--   wrk -s post.lua URL -- DELAY-MS INVOCATION-TYPE
-- A delay above 0 is a mean: each connection waits 0 to twice as long before each request.
local mean = 0
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(args)
  mean = tonumber(args[1] or "0")
  wrk.method = "POST"
  wrk.body = '{"id":1,"text":"an event of a few words","items":[1,2,3]}'
  wrk.headers["Content-Type"] = "application/json"
  if args[2] then wrk.headers["X-Amz-Invocation-Type"] = args[2] end
  math.randomseed(os.time())
  bad = 0
end

function delay() return mean > 0 and math.random(0, math.floor(2 * mean)) or 0 end

function response(status, headers)
  if status >= 300 or headers["X-Amz-Function-Error"] then bad = bad + 1 end
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do failed = failed + thread:get("bad") end
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
end
