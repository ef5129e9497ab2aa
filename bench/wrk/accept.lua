-- wrk script: posts a small JSON event as fast as it is answered and prints one line that the benchmark reads. Beside post.lua
-- it runs no Lua for a request or an answer, which wrk then does not parse more than it must: the client shares the processors.
--   wrk -s accept.lua URL -- 0 INVOCATION-TYPE
function init(args)
  wrk.method = "POST"
  wrk.body = '{"id":1,"text":"an event of a few words","items":[1,2,3]}'
  wrk.headers["Content-Type"] = "application/json"
  if args[2] then wrk.headers["X-Amz-Invocation-Type"] = args[2] end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
end
