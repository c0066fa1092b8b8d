-- Says for Argo CD how a SecurityBaseline or ClusterSecurityBaseline fares: what its condition Ready says of this generation.
-- Status may be anything here: whatever is not understood is Progressing, never Healthy, and never an error.

-- Without the library string nothing can be cut: what is longer than this is not repeated.
local longest = 4096

local function text(value)
  if type(value) ~= "string" then return "" end
  if #value > longest then return "the message is too long to be shown: see `kubectl describe`" end
  return value
end

local function verdict(status, message)
  return { status = status, message = message }
end

local function table_or_empty(value)
  if type(value) == "table" then return value end
  return {}
end

local metadata = table_or_empty(obj.metadata)
local status = table_or_empty(obj.status)

if metadata.deletionTimestamp ~= nil then return verdict("Progressing", "is being deleted") end
-- -1 by default: nobody has looked yet.
if type(metadata.generation) ~= "number" or status.observedGeneration ~= metadata.generation then
  return verdict("Progressing", "the operator has not looked at this generation yet")
end

-- A condition that stands there twice says nothing.
local conditions, seen = {}, {}
for _, condition in ipairs(table_or_empty(status.conditions)) do
  if type(condition) == "table" and type(condition.type) == "string" then
    if seen[condition.type] then conditions[condition.type] = nil else conditions[condition.type] = condition end
    if seen[condition.type] and condition.type == "Stalled" then conditions.Stalled = { status = "True" } end
    seen[condition.type] = true
  end
end

local ready = conditions.Ready
if ready == nil then return verdict("Progressing", "the operator has not said whether it is ready") end

local stalled = conditions.Stalled
if stalled ~= nil and stalled.status ~= "False" then return verdict("Degraded", text(stalled.message)) end
if ready.observedGeneration ~= nil and ready.observedGeneration ~= metadata.generation then
  return verdict("Progressing", "the operator has not looked at this generation yet")
end

-- Set by the action preview, taken away by the action enforce.
local previewed = table_or_empty(metadata.annotations)["securitybaseline.dev/preview"] ~= nil

if ready.status == "True" then
  if previewed and table_or_empty(obj.spec).mode == "Report" then
    return verdict("Suspended", "preview: sections without a mode of their own only report; the action enforce ends it")
  end
  local compliant = conditions.Compliant
  if compliant ~= nil and compliant.status ~= "True" then
    return verdict("Healthy", text(ready.message) .. "; not compliant: " .. text(compliant.message))
  end
  return verdict("Healthy", text(ready.message))
end

-- Somebody else keeps undoing what is asked for: it may be Argo CD itself, so it is to be seen here.
if ready.reason == "Contested" then return verdict("Degraded", text(ready.message)) end
-- The operator has done its part and waits for people to replace pods.
if ready.reason == "Held" then return verdict("Suspended", text(ready.message)) end
return verdict("Progressing", text(ready.message))
