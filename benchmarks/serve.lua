-- For benchmarks/serve.py: posts one picture again and again, and prints what came back as JSON.
-- Arguments: the picture; the mean pause of a connection between answer and next request in ms, 0 for none.
local threads = {}
local pause = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  wrk.headers["Content-Type"] = "image/png"
  file:close()
  pause = tonumber(arguments[2])
  math.randomseed(1)
  ok, busy, other = 0, 0, 0
end

-- Exponential pauses: requests then arrive like those of people who do not know of each other.
function delay()
  if pause == 0 then return 0 end
  return math.floor(-pause * math.log(1 - math.random()))
end

function response(status)
  if status == 200 then ok = ok + 1 elseif status == 503 then busy = busy + 1 else other = other + 1 end
end

function done(summary, latency)
  local counts = { ok = 0, busy = 0, other = 0 }
  for _, thread in ipairs(threads) do
    for name, count in pairs(counts) do counts[name] = count + thread:get(name) end
  end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    'JSON {"seconds": %f, "ok": %d, "busy": %d, "other": %d, "lost": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.duration / 1e6, counts.ok, counts.busy, counts.other, lost,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
